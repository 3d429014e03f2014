"""Puts what somebody had typed back into a page of ours: text in, text out. Whatever finds no field is given back."""

from html import escape

from agencies.web.identity.form_reading import Attrs, Offered, OfForm

# What a page puts into a form itself is newer on the page than in what was kept.
UNTOUCHED = frozenset({"hidden", "password", "file", "submit", "button", "reset", "image"})
CHOICES = frozenset({"checkbox", "radio"})


def refill(html: str, *, page: str, action: str, typed: dict[str, list[str]]) -> tuple[str, dict[str, list[str]]]:
    """The page with the answers in the form that goes to `action`, and the answers that it has no field for."""
    offered = Offered(page, action)
    offered.feed(html)
    filler = _Filler(page, action, {name: values for name, values in typed.items() if offered.takes(name, values)})
    filler.feed(html)
    filler.close()
    return "".join(filler.out), {name: values for name, values in filler.typed.items() if name not in filler.seen and any(values)}


class _Filler(OfForm):
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
