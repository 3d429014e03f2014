"""Reading the messages of an invented partnership on a page: nobody's mailbox is at hand there."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.models import Partnership
from agencies.readable import read_moment
from agencies.services.passphrases import practice_links
from agencies.web.access import partnership_for, person_for
from escalation.selectors.letters import MOST, Letter, Place, letters
from escalation.services.guest_door import practice_codes


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Everybody's messages or one's own, the newest first, before them the codes that guests were given and the links for a passphrase.

    404 where people and data are real: there a message is its reader's alone."""
    partnership = get_object_or_404(Partnership, pk=partnership_for(request), is_invented=True)
    mine = request.GET.get("to") == "me"
    is_first = not mine and "before" not in request.GET
    codes = practice_codes(partnership.pk, timezone.now()) if is_first else []
    links = practice_links(partnership.pk) if is_first else []
    rows = letters(partnership.pk, to=person_for(request).id if mine else None, before=_place(request))
    first_url = _here(mine=mine) if "before" in request.GET else ""
    context = {"rows": rows, "codes": codes, "links": links, "mine": mine, "next_url": _next(rows, mine=mine), "first_url": first_url}
    return render(request, "escalation/messages.html", context)


def _place(request: HttpRequest) -> Place | None:
    """Where the page begins, as its address says. Raises Http404 for what is no place."""
    said = request.GET.get("before", "")
    if not said:
        return None
    try:
        at, _, key = said.partition("~")
        return read_moment(at), UUID(key)
    except ValueError as error:
        raise Http404 from error


def _next(rows: list[Letter], *, mine: bool) -> str:
    return _here(mine=mine, before=f"{rows[-1].written_at.isoformat()}~{rows[-1].id}") if len(rows) == MOST else ""


def _here(*, mine: bool, before: str = "") -> str:
    said = ({"to": "me"} if mine else {}) | ({"before": before} if before else {})
    return reverse("messages") + (f"?{urlencode(said)}" if said else "")
