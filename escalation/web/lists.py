"""The lists from which people come to a disagreement: the one that they looked at last is where they go back to, as it stood."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.web.access import parts_of
from agencies.words import Words

LISTS = {"my-work": _("My work"), "board": _("Board"), "my-agency": _("My agency"), "learning": _("Learning")}
LAST = "last_list"
# Characters of an address; a list whose filters take more is gone back to without them.
LONGEST = 500


def remember_list(request: HttpRequest) -> None:
    """That the person looks at this list now. The session is written only where it was another, or stood otherwise."""
    address = request.get_full_path()
    address = address if len(address) <= LONGEST else request.path
    if request.session.get(LAST, reverse("my-work")) != address:
        request.session[LAST] = address


def last_list(request: HttpRequest) -> dict[str, Words]:
    """Its address and name; My work for who has looked at none."""
    address = request.session.get(LAST, "")
    for name, label in LISTS.items():
        if parts_of(address).path == reverse(name):
            return {"url": address, "label": label}
    return {"url": reverse("my-work"), "label": LISTS["my-work"]}
