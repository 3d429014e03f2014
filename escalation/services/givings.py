"""What somebody from outside an agency gave of its leadership: told to the agency's safeguarding leads and to the business unit; roles of the
partnership itself that the unit did not give, to the unit alone.

The directory stands below messages: it notes what is to be told with the change itself, and a job writes the messages.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from agencies.models import DirectoryEvent, Membership, PostHolding, UntoldGiving
from agencies.roles import UNIT_ROLES, Role
from agencies.working_days import london
from escalation.models import Notification
from escalation.states import Message

LOOK = gettext_noop("See who was given a leading role or post in an agency")
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
    unit = {key for key in _unit(first.partnership_id, day) if (None, key) not in new}
    told = unit - {first.actor_id} or unit
    for agency in {event.agency_id for event in act if event.agency_id}:
        told |= {key for key in _leads(agency, day) if (agency, key) not in new} - {first.actor_id}
    for user in sorted(told):
        yield Notification(
            key=f"given:{first.pk}:{user}", partnership_id=first.partnership_id, recipient_id=user, kind=Message.GIVEN, action=LOOK,
            created_at=first.recorded_at, not_before=first.recorded_at,
        )  # fmt: skip


def _there(day: date) -> Q:
    """In force on the day, or until the evening before: who was put out on that day is told too."""
    started, not_over = Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day - timedelta(days=1))
    return started & not_over & Q(user__is_active=True)


def _unit(partnership: UUID, day: date) -> set[UUID]:
    rows = Membership.objects.filter(_there(day), partnership=partnership, agency=None, role__in=UNIT_ROLES)
    return set(rows.values_list("user", flat=True))


def _leads(agency: UUID, day: date) -> set[UUID]:
    by_role = Membership.objects.filter(_there(day), agency=agency, role=Role.LEAD)
    by_post = PostHolding.objects.filter(_there(day), post__agency=agency, post__is_lead=True)
    return {*by_role.values_list("user", flat=True), *by_post.values_list("user", flat=True)}
