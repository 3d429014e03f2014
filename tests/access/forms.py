"""Every form that a page sends, with what it holds before anybody answers: the way from a look at a page to what comes of its buttons."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from tests.journeys.desk import kept
from tests.parsed import parsed

# What a form holds in fields that nobody sees: what was seen, and the like.
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as its first button sends it: where to, and with what, untouched (`whole`) or with every field that people see left out (`bare`)."""

    address: str
    whole: Values
    bare: Values

    @property
    def path(self) -> str:
        """Where it goes, without a question."""
        return urlsplit(self.address).path


def forms_of(html: str, address: str) -> Iterator[Sent]:
    """The forms in the main part of a page that change something, in order; `address` is the page's."""
    main = html[html.index("<main") : html.rindex("</main>")]
    # What stands around it takes most of the reading, and most pages have no form.
    for form in parsed(main).tree.get_document().iter("form") if "<form" in main else ():
        if (form.get("method") or "get").lower() == "post":
            pressed = _button(form)
            hidden = {
                str(one.get("name")): str(one.get("value", "")) for one in form.iter("input") if one.get("type") == "hidden" and one.get("name")
            }
            yield Sent(urljoin(address, form.get("action") or address), kept(form) | pressed, hidden | pressed)


def _button(form: Element) -> Values:
    """What the button that is seen first says, where it says anything."""
    seen = [one for one in form.iter("button") if one.get("aria-hidden") != "true" and one.get("type", "submit") == "submit"]
    return {str(seen[0].get("name")): str(seen[0].get("value", ""))} if seen and seen[0].get("name") else {}
