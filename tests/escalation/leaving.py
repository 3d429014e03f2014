"""People whose access ended, for tests: by what the directory says, and by the row of the timetable that ends it."""

from datetime import date, datetime, timedelta
from functools import cache

import time_machine

from agencies.models import Agency, Departure, Membership, PostHolding, User
from config.celery import app
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.world import london

LAST_DAY, NIGHT, MORNING = date(2026, 3, 2), london("2026-03-03 00:05"), london("2026-03-03 09:00")


def last_day(*people: User) -> None:
    for rows in (Membership, PostHolding):
        rows.objects.filter(user__in=people).update(until=LAST_DAY)


def last_day_in(user: User, agency: Agency | None) -> None:
    Membership.objects.filter(user=user, agency=agency).update(until=LAST_DAY)


def access_ends(now: datetime = NIGHT) -> None:
    by_the_row("end_access", now)


@cache
def every_job_is_read() -> None:
    """As a worker does when it begins, and once: it holds the models against Django's checks too."""
    app.loader.import_default_modules()


def by_the_row(row: str, now: datetime = NIGHT) -> None:
    """By the row of the timetable that does it."""
    every_job_is_read()
    with time_machine.travel(now, tick=False):
        app.tasks[app.conf.beat_schedule[row]["task"]].apply(throw=True)


def departed(leaver: User, successor: User, last_day: date, *, place: Agency, by: User | None = None) -> Departure:
    """Their departure from an agency was planned, and is done."""
    at = london(f"{last_day} 12:00")
    row = {"person": leaver, "successor": successor, "planned_by": by, "last_day": last_day, "planned_at": at, "done_at": at + timedelta(hours=12)}
    return Departure.objects.create(partnership=place.partnership, agency=place, **row)


def bristol(cast: Cast) -> Journey:
    return Journey(cast, "bristol", "2026-03-02 10:00").sent(cast.social_care)
