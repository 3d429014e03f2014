"""Reads a page for one of its forms: which tags are in it, and what can be chosen there."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Attrs = list[tuple[str, str | None]]


class OfForm(HTMLParser):
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
            # What somebody looks for in a list is never kept, and is no answer of the page's own form.
            sends = (given.get("method") or "get").lower() == "post" and given.get("role") != "search"
            self.inside = sends and goes_to == urlsplit(self.action).path
        if self.inside and tag == "select":
            self.select = given.get("name") or ""

    def left(self, tag: str) -> None:
        """A tag ends."""
        if tag == "select":
            self.select = None
        if tag == "form":
            self.inside = False


class Offered(OfForm):
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
