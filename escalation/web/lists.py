"""The lists from which people come to a disagreement or a learning action: the one that they looked at last is where they go back to, as it stood."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.web.access import parts_of
from agencies.words import Words

# Not the names that the navigation has: from there each leads to its whole list, from here to the list as it stood.
LISTS = {
    "my-work": _("Back to My work"),
    "board": _("Back to the board"),
    "my-agency": _("Back to My agency"),
    "learning": _("Back to Learning"),
}
LAST = "last_list"
# Characters of an address; a list whose filters take more is gone back to without them.
LONGEST = 500


def remember_list(request: HttpRequest) -> None:
    """That the person looks at this list now. The session is written only where it was another, or stood otherwise."""
    address = request.get_full_path()
    address = address if len(address) <= LONGEST else request.path
    if request.session.get(LAST, reverse("my-work")) != address:
        request.session[LAST] = address


def last_list(request: HttpRequest, *, otherwise: str = "my-work") -> dict[str, Words]:
    """Its address and the words of the link; the list that is named for who has looked at none."""
    address = request.session.get(LAST, "")
    for name, label in LISTS.items():
        if parts_of(address).path == reverse(name):
            return {"url": address, "label": label}
    return {"url": reverse(otherwise), "label": LISTS[otherwise]}
