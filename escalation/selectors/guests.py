"""People without an account in words: on the record, and beside who holds it."""

from collections.abc import Sequence

from django.utils.translation import gettext

from escalation.engine.case import Case
from escalation.models import Event, EventBody, Guest, Request
from escalation.selectors.words import words_of
from escalation.states import RequestState

Events = Sequence[tuple[Event, EventBody | None]]


def guests_of(case: Case, events: Events) -> dict[str, str]:
    """Everybody without an account who made a line of the record, by key, with who let them in. One query where there is any, else none."""
    keys = {str(event.facts["guest"]) for event, _ in events if event.facts.get("guest")}
    rows = Guest.objects.filter(dispute=case.dispute, pk__in=keys).select_related("invited_by") if keys else ()
    return {str(guest.pk): guest.author for guest in rows}


def guest_words(request: Request) -> str:
    """ "Asked without an account: Amira Jones, practice manager, until Monday 30 March"; empty for no guest."""
    guest = request.guest
    if guest is None:
        return ""
    if request.state != RequestState.AWAITING or request.ended_at is not None:
        return gettext("Was asked without an account: {guest}").format(guest=guest.named)
    return gettext("Asked without an account: {guest}, until {moment}").format(guest=guest, moment=words_of(guest.expires_at))
