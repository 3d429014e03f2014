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
    offered = _Offered(page, action)
    offered.feed(html)
    filler = _Filler(page, action, {name: values for name, values in typed.items() if offered.takes(name, values)})
    filler.feed(html)
    filler.close()
    return "".join(filler.out), {name: values for name, values in filler.typed.items() if name not in filler.seen and any(values)}


class _OfForm(HTMLParser):
    """Reads a page, and knows whether it is in the form that goes to `action`, and in which of its lists."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.action = page, action
        self.inside = False
        self.select: str | None = None

    def entered(self, tag: str, given: dict[str, str | None]) -> None:
        """A tag begins."""
        if tag == "form":
            goes_to = urlsplit(urljoin(self.page, given.get("action") or self.page)).path
            self.inside = (given.get("method") or "get").lower() == "post" and goes_to == urlsplit(self.action).path
        if self.inside and tag == "select":
            self.select = given.get("name") or ""

    def left(self, tag: str) -> None:
        """A tag ends."""
        if tag == "select":
            self.select = None
        if tag == "form":
            self.inside = False


class _Offered(_OfForm):
    """What can be chosen where one of several is: in a list, or with radios."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__(page, action)
        self.choices: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        given = dict(attrs)
        self.entered(tag, given)
        is_radio = tag == "input" and (given.get("type") or "").lower() == "radio"
        name = self.select if tag == "option" else given.get("name") if is_radio else None
        if self.inside and name:
            self.choices.setdefault(name, set()).add(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.left(tag)

    def takes(self, name: str, values: list[str]) -> bool:
        """Whether an answer is worth putting back: of a choice whose old answer is not offered any more, the page's own is the better one."""
        return name not in self.choices or any(value in self.choices[name] for value in values)


class _Filler(_OfForm):
    """Copies the page as it is, except for the fields of one form."""

    def __init__(self, page: str, action: str, typed: dict[str, list[str]]) -> None:
        super().__init__(page, action)
        self.typed = {name: list(values) for name, values in typed.items()}
        self.out: list[str] = []
        self.seen: set[str] = set()
        self.swallowing = False

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        raw, given = self.get_starttag_text() or "", dict(attrs)
        self.entered(tag, given)
        name = given.get("name") or ""
        if self.inside and tag == "select":
            self.seen.add(name)
        if self.inside and tag in {"input", "textarea", "option"}:
            raw = self._filled(tag, name, given, raw)
        self._write(raw)
        if self.inside and tag == "textarea" and name in self.typed:
            self.out.append("\n" + escape(self._next(name)))
            self.swallowing = True

    def _filled(self, tag: str, name: str, given: dict[str, str | None], raw: str) -> str:
        kind = (given.get("type") or "text").lower()
        if tag == "option" and self.select in self.typed:
            return _with_flag(tag, given, "selected", on=(given.get("value") or "") in self.typed.get(self.select, []))
        if tag in {"textarea", "option"} or not name or kind in UNTOUCHED:
            self.seen.add(name)
            return raw
        self.seen.add(name)
        if kind == "radio" and name not in self.typed:
            # Nothing was answered to it: it was not asked, or asked of other people. What the page suggests stands.
            return raw
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
        self.left(tag)
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
