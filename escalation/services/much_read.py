"""How many disagreements one person opens within an hour: past one number the business unit is told, once a day; past another it stops.

Each disagreement counts once, however much of it is opened; lists count for nothing. What the business unit opens for a reason that the leads
are told of (before its stage, all about one child, a request for access) is no opening either.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agencies.errors import TooMuch
from agencies.models import Membership, SignInEvent, User
from agencies.person import Person
from agencies.services.identity.events import note
from agencies.sign_ins import SignInKind, Visit
from agencies.working_days import london
from escalation.engine.case import Case
from escalation.models import Notification, Reading
from escalation.states import Message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOLD = gettext_noop("See whose account opened unusually many disagreements")
STOPPED = _(
    "You have opened {most} disagreements within an hour, and no other opens for now. Those that you opened lately still do. "
    "Nothing is wrong with your account: it protects what is in the disagreements. Go on in an hour, or ask the business unit."
)


def check_readings(cases: Sequence[Case], person: Person, opening: Q, *, now: datetime) -> None:
    """Called before readings of these are kept; `opening` says which readings count. One query, and a few more for whoever opens very many.

    Raises TooMuch for another one past the most that a person opens within an hour. Guests have one and are not counted.
    """
    if person.guest_of is not None:
        return
    lately = Reading.objects.filter(opening, reader=person.id, recorded_at__gt=now - HOUR).order_by()
    opened = set(lately.values_list("dispute", flat=True).distinct())
    for case in cases:
        if case.dispute.pk not in opened:
            opened.add(case.dispute.pk)
            _check(case, person, len(opened), now)


def _check(case: Case, person: Person, number: int, now: datetime) -> None:
    if number <= min(settings.CONCORD_CASES_AN_HOUR, settings.CONCORD_MOST_CASES_AN_HOUR):
        return
    if number > settings.CONCORD_MOST_CASES_AN_HOUR:
        with transaction.atomic():
            _note_once(person, SignInKind.READ_STOPPED, HOUR)
        raise TooMuch(STOPPED.format(most=settings.CONCORD_MOST_CASES_AN_HOUR), seconds=int(HOUR.total_seconds()))
    _tell_unit(case, person, now)


def _note_once(person: Person, kind: SignInKind, within: timedelta) -> bool:
    """A line on the record of signing in; false where one stands there from lately. Of two at once, one writes it."""
    user, moment = User.objects.select_for_update().get(pk=person.id), timezone.now()
    if SignInEvent.objects.filter(user=user, kind=kind, recorded_at__gt=moment - within).exists():
        return False
    note(kind, user, Visit(), now=moment)
    return True


def _tell_unit(case: Case, person: Person, now: datetime) -> None:
    """The line, and a message to everybody of the business unit; to the reader too only where nobody else sits there."""
    place = case.dispute.partnership_id
    with transaction.atomic():
        if not _note_once(person, SignInKind.READ_MUCH, DAY):
            return
        unit = set(Membership.objects.in_unit(place, london(now).date()).values_list("user", flat=True))
        rows = [_message(place, person, user, now) for user in sorted(unit - {person.id} or unit)]
        Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _message(place: UUID, person: Person, user: UUID, now: datetime) -> Notification:
    key = f"read much:{now:%Y%m%d%H}:{place}:{person.id}:{user}"
    return Notification(
        key=key, partnership_id=place, recipient_id=user, kind=Message.READ_MUCH, action=TOLD, is_urgent=True, created_at=now, not_before=now
    )
