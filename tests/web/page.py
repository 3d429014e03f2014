"""Reading rendered pages in tests: a flat list of elements, each with its attributes, text and the tags around it."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

# Where one of these begins or ends, so does a word.
BLOCKS = {"td", "th", "tr", "caption", "p", "div", "section", "li", "ul", "ol", "h1", "h2", "h3", "h4"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(slots=True)
class Element:
    """One element; its text is a stretch of the page's pieces of text, those hidden from a screen reader left empty in `_loud`."""

    tag: str
    attrs: dict[str, str]
    inside: tuple[str, ...]
    _texts: list[str]
    _loud: list[str]
    _begin: int
    _end: int | None = None

    @property
    def pieces(self) -> list[str]:
        return self._texts[self._begin : self._end]

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def spoken(self) -> str:
        """The text without what is hidden from a screen reader, and without space before a comma or full stop."""
        return re.sub(r"\s+([,.])", r"\1", " ".join("".join(self._loud[self._begin : self._end]).split()))


class Page(HTMLParser):
    """All elements of some HTML, in the order of the document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self._around: tuple[str, ...] = ()
        self._hidden = 0
        self._texts: list[str] = []
        self._loud: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        element = Element(tag, {name: value or "" for name, value in attrs}, self._around, self._texts, self._loud, len(self._texts))
        self.elements.append(element)
        if tag in VOID:
            element._end = element._begin
        else:
            self._open.append(element)
            self._around += (tag,)
            self._hidden += _is_hidden(element)

    def _part(self, tag: str) -> None:
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        while self._open:
            element = self._open.pop()
            element._end = len(self._texts)
            self._around = element.inside
            self._hidden -= _is_hidden(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open:
            self._texts.append(data)
            self._loud.append("" if self._hidden else data)

    def all(self, tag: str = "", **attrs: str) -> list[Element]:
        """Elements with this tag (any where empty) and these attributes; `class_` matches one class of several."""
        css = attrs.pop("class_", "")
        return [
            one
            for one in self.elements
            if tag in ("", one.tag)
            and all(one.attrs.get(name) == value for name, value in attrs.items())
            and (not css or css in one.attrs.get("class", "").split())
        ]

    def one(self, tag: str = "", **attrs: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} × {tag} {attrs}"
        return found[0]

    @property
    def ids(self) -> list[str]:
        return [one.attrs["id"] for one in self.elements if "id" in one.attrs]


def _is_hidden(element: Element) -> bool:
    return element.attrs.get("aria-hidden") == "true"
