"""What somebody from outside an agency gave of its leadership: told to the agency's safeguarding leads and to the business unit; roles of the
partnership itself that the unit did not give, to the unit alone. What may take from somebody of the unit or the chair what they see: to them, the
unit and the chairs.

The directory stands below messages: it notes what is to be told with the change itself, and a job writes the messages.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from agencies.models import DirectoryEvent, Membership, PostHolding, UntoldGiving
from agencies.roles import CHAIR_ROLES, UNIT_ROLES, Role
from agencies.services.apart import officers
from agencies.working_days import london
from escalation.models import Notification
from escalation.states import Message

LOOK = gettext_noop("See who was given a leading role or post in an agency")
SEATS = gettext_noop("See what somebody of the business unit or the chair was given in an agency, or lost")
MOST = 500


def tell_of_givings() -> int:
    """Puts into the outbox what is still to be told, one message a person for all that was given at once; returns how many.

    One query where nothing is.
    """
    return _tell() if UntoldGiving.objects.exists() else 0


@transaction.atomic
def _tell() -> int:
    waiting = list(
        UntoldGiving.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event").order_by("event__recorded_at")[:MOST]
    )
    rows: list[Notification] = []
    events = sorted((row.event for row in waiting), key=_act)
    for _act_key, act in groupby(events, key=_act):
        rows += _messages(list(act))
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    UntoldGiving.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(rows)


def _act(event: DirectoryEvent) -> tuple[str, str, str]:
    """What was done in one go: the same moment, by the same person, in the same partnership."""
    return event.recorded_at.isoformat(), str(event.partnership_id), str(event.actor_id)


def _messages(act: list[DirectoryEvent]) -> Iterator[Notification]:
    """To everybody who was there before, but not to who did it; where nobody else sits in the business unit, to them."""
    first = act[0]
    beside = DirectoryEvent.objects.filter(partnership=first.partnership_id, recorded_at=first.recorded_at, actor=first.actor_id)
    new = {(event.agency_id, event.whom_id) for event in beside.filter(gives=True)}
    day = london(first.recorded_at).date()
    unit = {key for key in _seated(first.partnership_id, day, UNIT_ROLES) if (None, key) not in new}
    told = unit - {first.actor_id} or unit
    for agency in {event.agency_id for event in act if event.agency_id}:
        told |= {key for key in _leads(agency, day) if (agency, key) not in new} - {first.actor_id}
    of_seats = _of_seats(act, day)
    if of_seats:
        told |= ({event.whom_id for event in of_seats if event.whom_id} | _seated(first.partnership_id, day, CHAIR_ROLES)) - {first.actor_id}
    for user in sorted(told):
        yield Notification(
            key=f"given:{first.pk}:{user}", partnership_id=first.partnership_id, recipient_id=user,
            kind=Message.OUR_PEOPLE if of_seats else Message.GIVEN, action=SEATS if of_seats else LOOK,
            created_at=first.recorded_at, not_before=first.recorded_at,
        )  # fmt: skip


def _there(day: date) -> Q:
    """In force on the day, or until the evening before: who was put out on that day is told too."""
    started, not_over = Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day - timedelta(days=1))
    return started & not_over & Q(user__is_active=True)


def _of_seats(act: list[DirectoryEvent], day: date) -> list[DirectoryEvent]:
    """Those by which somebody of the business unit or the chair got a role in an agency, or lost a place of their own."""
    found = [event for event in act if event.whom_id and bool(event.agency_id) == bool(event.gives)]
    seated = officers({event.whom_id for event in found if event.whom_id}, act[0].partnership_id, day) if found else set()
    # The end of a place is noted of these alone: a file may have ended it on an earlier day.
    return [event for event in found if event.whom_id in seated or event.agency_id is None]


def _seated(partnership: UUID, day: date, roles: Collection[Role]) -> set[UUID]:
    rows = Membership.objects.filter(_there(day), partnership=partnership, agency=None, role__in=roles)
    return set(rows.values_list("user", flat=True))


def _leads(agency: UUID, day: date) -> set[UUID]:
    by_role = Membership.objects.filter(_there(day), agency=agency, role=Role.LEAD)
    by_post = PostHolding.objects.filter(_there(day), post__agency=agency, post__is_lead=True)
    return {*by_role.values_list("user", flat=True), *by_post.values_list("user", flat=True)}
