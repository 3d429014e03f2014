"""Owners of learning actions are reminded before the day and after it, once each (BRI-18, BRO-09): a point outlives its disagreement's clocks."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop

from agencies.calendars import calendars_of
from agencies.models import Partnership
from agencies.working_days import Calendar, london
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

    Each partnership is looked at on its own clock, with four queries at the most, however many points there are; a run after an outage gives the
    newest of the two only.
    """
    places = list(Partnership.objects.all())
    calendars = calendars_of(places)
    return sum(remind_of_learning_in(place, calendars[place.pk], now + place.ahead) for place in places)


def remind_of_learning_in(place: Partnership, calendar: Calendar, now: datetime) -> int:
    """As `remind_of_learning`, of one partnership, at a moment of its own clock."""
    rows = list(_due(place, calendar, now))
    known = set(Notification.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True)) if rows else set()
    fresh = [row for row in rows if row.key not in known]
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _due(place: Partnership, calendar: Calendar, now: datetime) -> Iterator[Notification]:
    today = london(now).date()
    points = LearningPoint.objects.unsettled().filter(dispute__partnership=place, due_on__lte=today + WEEK, owner__is_active=True)
    for point in points.select_related("dispute__partnership"):
        which = step(point.due_on, london(point.set_at or point.recorded_at).date(), today) if point.due_on else ""
        if which and point.owner_id is not None:
            key = f"learning:{point.pk}:{which}:{point.due_on:%Y%m%d}"
            yield notice(point, point.owner_id, SOON if which == "before" else LATE, key=key, now=now, leaves=calendar.next_opening(now))
