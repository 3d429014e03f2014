"""Owners of learning actions are reminded before the day and after it, once each (BRI-18, BRO-09): a point outlives its disagreement's clocks."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop

from agencies.calendars import calendars_of
from agencies.working_days import london
from escalation.models import LearningPoint, Notification
from escalation.services.learning import notice

WEEK, DAY = timedelta(days=7), timedelta(days=1)
SOON = gettext_noop("A learning action is due soon")
LATE = gettext_noop("A learning action is overdue")


def step(due_on: date, given_on: date, today: date) -> str:
    """Which reminder is due today: `before` from a week before the day on (the day before, where it was given later), `after` once it has passed.

    Empty for neither. All are London dates; whoever got the action with its day a moment ago is not reminded at once.
    """
    if today > due_on:
        return "after"
    first = next((due_on - ahead for ahead in (WEEK, DAY) if due_on - ahead > given_on), None)
    return "before" if first is not None and today >= first else ""


def remind_of_learning(now: datetime) -> int:
    """Put the reminders that are due at this instant into the outbox, each once for an owner and a day; returns how many are new.

    Three queries, however many points there are; a run after an outage gives the newest of the two only.
    """
    today = london(now).date()
    points = LearningPoint.objects.unsettled().filter(due_on__lte=today + WEEK, owner__is_active=True)
    rows = list(_due(points.select_related("dispute__partnership"), today, now))
    known = set(Notification.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _due(points: Iterable[LearningPoint], today: date, now: datetime) -> Iterable[Notification]:
    listed = list(points)
    calendars = calendars_of({point.dispute.partnership_id: point.dispute.partnership for point in listed}.values()) if listed else {}
    for point in listed:
        which = step(point.due_on, london(point.set_at or point.recorded_at).date(), today) if point.due_on else ""
        if which and point.owner_id is not None:
            key = f"learning:{point.pk}:{which}:{point.due_on:%Y%m%d}"
            leaves = calendars[point.dispute.partnership_id].next_opening(now)
            yield notice(point, point.owner_id, SOON if which == "before" else LATE, key=key, now=now, leaves=leaves)
