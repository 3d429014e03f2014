"""Names of accounts that were closed long ago: erased once no disagreement that is kept names the person, and nothing of theirs is held."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from agencies.models import Membership, User
from agencies.services.closing import forget, see_closed
from agencies.services.record import record
from escalation.models import AccessRequest, Dispute, Draft, Event, LegalHold, MessageSettings, RememberedCall
from escalation.services.keeping.periods import PERIODS, kept_since, kept_until, lengths_of
from escalation.services.keeping.ties import ties
from escalation.states import HoldOn, RecordClass

# Shown to the business unit so long before they go, so that a hold can still be placed.
SHOWN_BEFORE = timedelta(days=30)
MOST = 100


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed account whose time is nearly or wholly over."""

    user: User
    goes_at: datetime
    is_held: bool


def erase_accounts(now: datetime) -> int:
    """Erase name, address and ways of signing in of those whose time is over; a line on the directory's record of each place. Returns how many."""
    see_closed(now)
    keys = [found.user.pk for found in _closed(now) if found.goes_at <= now and not found.is_held]
    return sum(_erase(key, now) for key in keys)


@transaction.atomic
def _erase(key: UUID, now: datetime) -> bool:
    """Asks once more under a lock: the account may have been opened, or a hold placed, meanwhile."""
    user = User.objects.select_for_update().get(pk=key)
    places = _places(user)
    if user.is_active or user.erased_at is not None or is_held(user) or is_named(user):
        return False
    forget(user, now)
    MessageSettings.objects.filter(user=user).delete()
    RememberedCall.objects.filter(user=user).delete()
    for place in places:
        record(place, None, "The name and the address of an account that was closed long ago were erased.", now=now)
    return True


def accounts_going(partnership_id: UUID, now: datetime) -> list[Closed]:
    """Those of a partnership that go within thirty days, or would but for a hold; the soonest first, a hundred at the most."""
    found = [one for one in _closed(now + SHOWN_BEFORE) if partnership_id in _places(one.user)]
    return sorted(found, key=lambda one: one.goes_at)[:MOST]


def _closed(until: datetime) -> Iterator[Closed]:
    """The closed accounts whose time is over at that instant and whom no disagreement that is kept names."""
    soonest = kept_since(RecordClass.ACCOUNTS, PERIODS[RecordClass.ACCOUNTS].least, until)
    for user in User.objects.filter(is_active=False, erased_at=None, closed_at__lt=soonest).order_by("closed_at", "pk"):
        lengths = [lengths_of(place)[RecordClass.ACCOUNTS] for place in _places(user)] or [PERIODS[RecordClass.ACCOUNTS].default]
        goes_at = kept_until(RecordClass.ACCOUNTS, max(lengths), user.closed_at) if user.closed_at is not None else None
        if goes_at is not None and goes_at <= until and not is_named(user):
            yield Closed(user, goes_at, is_held(user))


def _places(user: User) -> list[UUID]:
    """The partnerships in which somebody ever had a role."""
    return list(Membership.objects.filter(user=user).order_by().values_list("partnership", flat=True).distinct())


def is_held(user: User) -> bool:
    """Is everything about this person under a legal hold, or asked for by them and not yet answered?"""
    held = LegalHold.objects.filter(person=user, on=HoldOn.PERSON, lifted_at=None).exists()
    return held or AccessRequest.objects.filter(person=user, erased_at=None).exists()


def is_named(user: User) -> bool:
    """Does anything of a disagreement that is not anonymised point to this person: a row, a line's facts, a draft?"""
    if any(model._default_manager.filter(**{field: user, f"{path}anonymised_at": None}).exists() for model, field, path in ties()):
        return True
    key = str(user.pk)
    facts = Event.objects.filter(dispute__anonymised_at=None, facts__icontains=key)
    drafts = Draft.objects.filter(answers__icontains=key)
    return facts.exists() or drafts.exists() or Dispute.objects.filter(anonymised_at=None, conflicts__icontains=key).exists()
