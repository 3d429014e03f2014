"""How many disagreements one person opens within an hour and a day: past these numbers the business unit is told, once a day; past another it stops.

Each disagreement counts once, however much of it is opened; lists count for nothing. What the business unit opens for a reason that the leads
are told of (before its stage, all about one child, a request for access) is no opening either. What one takes out within a day, prints, files and
answers to requests for access, or figures, is counted and told likewise, and never stopped.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agencies.errors import TooMuch
from agencies.models import Membership, SignInEvent, User
from agencies.person import Person
from agencies.ready import Ready
from agencies.roles import Role
from agencies.services.identity.events import note
from agencies.sign_ins import SignInKind, Visit
from agencies.working_days import london
from escalation.engine.case import Case
from escalation.models import Notification
from escalation.states import Message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOLD = gettext_noop("See whose account opened unusually many disagreements")
TOLD_TAKEN = gettext_noop("See whose account took unusually much out")
STOPPED = _(
    "You have opened {most} disagreements within an hour, and no other opens for now. Those that you opened lately still do. "
    "Nothing is wrong with your account: it protects what is in the disagreements. Go on in an hour, or ask the business unit."
)


def check_readings(cases: Sequence[Case], person: Person, opened: Ready[tuple[UUID, datetime]], *, now: datetime) -> None:
    """Called before readings of these are kept; `opened` says what a reader opened since a moment, and when last. One query, and a few more
    for whoever opens very many.

    Raises TooMuch for another one past the most that a person opens within an hour. Guests have one and are not counted.
    """
    if person.guest_of is not None:
        return
    last = dict(opened(person.id, now - DAY))
    lately = {dispute for dispute, moment in last.items() if moment > now - HOUR}
    for case in cases:
        key = case.dispute.pk
        if key in lately:
            continue
        lately.add(key)
        last[key] = now
        _check(case, person, len(lately), len(last), now)


def check_taken(person: UUID, partnership: UUID, number: int, *, now: datetime) -> None:
    """Called once the person took something out of this partnership, with how much of its sort they took within a day, this included."""
    if number > settings.CONCORD_TAKEN_A_DAY:
        _tell_unit(partnership, person, SignInKind.TOOK_MUCH, now)


def _check(case: Case, person: Person, in_hour: int, in_day: int, now: datetime) -> None:
    if in_hour > settings.CONCORD_MOST_CASES_AN_HOUR:
        with transaction.atomic():
            _note_once(person.id, SignInKind.READ_STOPPED, HOUR)
        raise TooMuch(STOPPED.format(most=settings.CONCORD_MOST_CASES_AN_HOUR), seconds=int(HOUR.total_seconds()))
    if in_hour > settings.CONCORD_CASES_AN_HOUR or in_day > settings.CONCORD_CASES_A_DAY:
        _tell_unit(case.dispute.partnership_id, person.id, SignInKind.READ_MUCH, now)


def _note_once(person: UUID, kind: SignInKind, within: timedelta) -> bool:
    """A line on the record of signing in; false where one stands there from lately. Of two at once, one writes it."""
    user, moment = User.objects.select_for_update().get(pk=person), timezone.now()
    if SignInEvent.objects.filter(user=user, kind=kind, recorded_at__gt=moment - within).exists():
        return False
    note(kind, user, Visit(), now=moment)
    return True


def _tell_unit(place: UUID, person: UUID, kind: SignInKind, now: datetime) -> None:
    """The line, and a message to the others of the business unit; where there are none to the administrators, and without any to the person."""
    with transaction.atomic():
        if not _note_once(person, kind, DAY):
            return
        today = london(now).date()
        unit = set(Membership.objects.in_unit(place, today).values_list("user", flat=True))
        roles = Membership.objects.on(today).of_partnership().with_role(Role.ADMINISTRATOR)
        keepers = roles.filter(partnership=place, user__is_active=True)
        told = unit - {person} or set(keepers.values_list("user", flat=True)) - {person} or unit
        Notification.objects.bulk_create([_message(place, person, user, kind, now) for user in sorted(told)], ignore_conflicts=True)


def _message(place: UUID, person: UUID, user: UUID, kind: SignInKind, now: datetime) -> Notification:
    message, action = (Message.READ_MUCH, TOLD) if kind == SignInKind.READ_MUCH else (Message.TOOK_MUCH, TOLD_TAKEN)
    key = f"{message.value.replace('_', ' ')}:{now:%Y%m%d%H}:{place}:{person}:{user}"
    return Notification(key=key, partnership_id=place, recipient_id=user, kind=message, action=action, is_urgent=True, created_at=now, not_before=now)
