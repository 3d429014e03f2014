"""People without an account in words: on the record, and beside who holds it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext

from escalation.models import Event, EventBody, Guest, Request
from escalation.selectors.words import words_of
from escalation.states import RequestState

Events = Sequence[tuple[Event, EventBody | None]]


def guest_keys(events: Events) -> set[str]:
    """Everybody without an account who made one of these lines, by key."""
    return {str(event.facts["guest"]) for event, _ in events if event.facts.get("guest")}


def read_guests(keys: set[str]) -> dict[tuple[UUID, str], str]:
    """Of these guests who each is and who let them in, by disagreement and key. One query, none for nobody."""
    rows = Guest.objects.filter(pk__in=keys).select_related("invited_by") if keys else ()
    return {(guest.dispute_id, str(guest.pk)): guest.author for guest in rows}


def guest_words(request: Request) -> str:
    """ "Asked without an account: Amira Jones, practice manager, until Monday 30 March"; empty for no guest."""
    guest = request.guest
    if guest is None:
        return ""
    if request.state != RequestState.AWAITING or request.ended_at is not None:
        return gettext("Was asked without an account: {guest}").format(guest=guest.named)
    return gettext("Asked without an account: {guest}, until {moment}").format(guest=guest, moment=words_of(guest.expires_at))
