"""Names of accounts that were closed long ago: erased once no disagreement that is kept names the person, and nothing of theirs is held."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from agencies.models import User
from agencies.people import partnerships_ever
from agencies.services.closing import forget, see_closed
from agencies.services.record import record
from escalation.models import AccessRequest, Dispute, Draft, Event, LegalHold
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
    """Erase name, address and ways of signing in of those whose time is over; a line on the directory's record of each place. Returns how many.

    Of those whose time is nearly over it is written down when it will be, for the pages: to work it out takes dozens of queries an account.
    """
    see_closed(now)
    due = dict(_closed(now + SHOWN_BEFORE))
    User.objects.filter(goes_at__isnull=False).exclude(pk__in=due).update(goes_at=None)
    for key, goes_at in due.items():
        User.objects.filter(pk=key).update(goes_at=goes_at)
    held = _still_needed(due)
    return sum(_erase(key, now) for key, goes_at in due.items() if goes_at <= now and key not in held)


@transaction.atomic
def _erase(key: UUID, now: datetime) -> bool:
    """Asks once more under a lock: the account may have been opened, or a hold placed, meanwhile."""
    user = User.objects.select_for_update(no_key=True).get(pk=key)
    places = partnerships_ever(user.pk)
    if user.is_active or user.erased_at is not None or _still_needed([key]) or is_named(user):
        return False
    forget(user, now)
    for place in places:
        record(place, None, gettext_noop("The name and the address of an account that was closed long ago were erased."), now=now)
    return True


def accounts_going(partnership_id: UUID, now: datetime) -> list[Closed]:
    """Those of a partnership that go within thirty days, or would but for a hold; the soonest first, a hundred at the most. Three queries."""
    closed = User.objects.get_queryset().ever_in(partnership_id).filter(is_active=False, erased_at=None, goes_at__lte=now + SHOWN_BEFORE)
    rows = list(closed.order_by("goes_at", "pk")[:MOST])
    held = _still_needed([user.pk for user in rows])
    return [Closed(user, user.goes_at, user.pk in held) for user in rows if user.goes_at is not None]


def _closed(until: datetime) -> Iterator[tuple[UUID, datetime]]:
    """The closed accounts whose time is over at that instant and whom no disagreement that is kept names, with when it is."""
    soonest = kept_since(RecordClass.ACCOUNTS, PERIODS[RecordClass.ACCOUNTS].least, until)
    for user in User.objects.filter(is_active=False, erased_at=None, closed_at__lt=soonest).order_by("closed_at", "pk"):
        lengths = [lengths_of(place)[RecordClass.ACCOUNTS] for place in partnerships_ever(user.pk)] or [PERIODS[RecordClass.ACCOUNTS].default]
        goes_at = kept_until(RecordClass.ACCOUNTS, max(lengths), user.closed_at) if user.closed_at is not None else None
        if goes_at is not None and goes_at <= until and not is_named(user):
            yield user.pk, goes_at


def _still_needed(people: Collection[UUID]) -> set[UUID]:
    """Those of the people about whom everything is under a legal hold, or who asked for what is kept about them and have no answer yet."""
    held = LegalHold.objects.filter(person__in=people, on=HoldOn.PERSON, lifted_at=None).values_list("person", flat=True)
    asked = AccessRequest.objects.filter(person__in=people, erased_at=None).values_list("person", flat=True)
    return {key for key in (*held, *asked) if key is not None}


def is_named(user: User) -> bool:
    """Does anything of a disagreement that is not anonymised point to this person: a row, a line's facts, a draft?"""
    if any(model._default_manager.filter(**{field: user, f"{path}anonymised_at": None}).exists() for model, field, path in ties()):
        return True
    key = str(user.pk)
    facts = Event.objects.filter(dispute__anonymised_at=None, facts__icontains=key)
    drafts = Draft.objects.filter(answers__icontains=key)
    return facts.exists() or drafts.exists() or Dispute.objects.filter(anonymised_at=None, conflicts__icontains=key).exists()
