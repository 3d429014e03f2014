"""Puts what somebody had typed back into a page of ours: text in, text out. Whatever finds no field is given back."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

# What a page puts into a form itself is newer on the page than in what was kept.
UNTOUCHED = frozenset({"hidden", "password", "file", "submit", "button", "reset", "image"})
CHOICES = frozenset({"checkbox", "radio"})
Attrs = list[tuple[str, str | None]]


def refill(html: str, *, page: str, action: str, typed: dict[str, list[str]]) -> tuple[str, dict[str, list[str]]]:
    """The page with the answers in the form that goes to `action`, and the answers that it has no field for."""
    filler = _Filler(page, action, typed)
    filler.feed(html)
    filler.close()
    return "".join(filler.out), {name: values for name, values in filler.typed.items() if name not in filler.seen and any(values)}


class _Filler(HTMLParser):
    """Copies the page as it is, except for the fields of one form."""

    def __init__(self, page: str, action: str, typed: dict[str, list[str]]) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.action = page, action
        self.typed = {name: list(values) for name, values in typed.items()}
        self.out: list[str] = []
        self.seen: set[str] = set()
        self.inside = self.swallowing = False
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        raw, given = self.get_starttag_text() or "", dict(attrs)
        if tag == "form":
            goes_to = urlsplit(urljoin(self.page, given.get("action") or self.page)).path
            self.inside = (given.get("method") or "get").lower() == "post" and goes_to == urlsplit(self.action).path
        name = given.get("name") or ""
        if self.inside and tag == "select":
            self.select = name
            self.seen.add(name)
        if self.inside and tag in {"input", "textarea", "option"}:
            raw = self._filled(tag, name, given, raw)
        self._write(raw)
        if self.inside and tag == "textarea" and name in self.typed:
            self.out.append("\n" + escape(self._next(name)))
            self.swallowing = True

    def _filled(self, tag: str, name: str, given: dict[str, str | None], raw: str) -> str:
        kind = (given.get("type") or "text").lower()
        if tag == "option" and self.select is not None:
            return _with_flag(tag, given, "selected", on=(given.get("value") or "") in self.typed.get(self.select, []))
        if tag == "textarea" or not name or kind in UNTOUCHED:
            self.seen.add(name)
            return raw
        self.seen.add(name)
        if kind in CHOICES:
            return _with_flag(tag, given, "checked", on=(given.get("value", "on") or "") in self.typed.get(name, []))
        return _tag(tag, given | {"value": self._next(name)}) if name in self.typed else raw

    def _next(self, name: str) -> str:
        values = self.typed[name]
        return values.pop(0) if values else ""

    def handle_startendtag(self, tag: str, attrs: Attrs) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.swallowing = False
        if tag == "select":
            self.select = None
        if tag == "form":
            self.inside = False
        self._write(f"</{tag}>")

    def _write(self, text: str) -> None:
        if not self.swallowing:
            self.out.append(text)

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._write(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")


def _with_flag(tag: str, given: dict[str, str | None], flag: str, *, on: bool) -> str:
    rest: dict[str, str | None] = {name: value for name, value in given.items() if name != flag}
    return _tag(tag, rest | {flag: None} if on else rest)


def _tag(tag: str, given: dict[str, str | None]) -> str:
    inner = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in given.items())
    return f"<{tag}{inner}>"
