"""Reading rendered pages in tests: a flat list of elements, each with its attributes, text and the tags around it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Where one of these begins or ends, so does a word.
BLOCKS = {"td", "th", "tr", "caption", "p", "div", "section", "li", "ul", "ol", "h1", "h2", "h3", "h4"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(slots=True)
class Element:
    tag: str
    attrs: dict[str, str]
    inside: tuple[str, ...]
    pieces: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def spoken(self) -> str:
        """The text without what is hidden from a screen reader, and without space before a comma or full stop."""
        return re.sub(r"\s+([,.])", r"\1", " ".join("".join(self.said).split()))


class Page(HTMLParser):
    """All elements of some HTML, in the order of the document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(one.tag for one in self._open))
        self.elements.append(element)
        self._part(tag)
        if tag not in VOID:
            self._open.append(element)

    def _part(self, tag: str) -> None:
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        hidden = any(one.attrs.get("aria-hidden") == "true" for one in self._open)
        for element in self._open:
            element.pieces.append(data)
            if not hidden:
                element.said.append(data)

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
