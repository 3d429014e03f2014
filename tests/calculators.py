"""Independent calculators that the product's own dates are held against: another list of bank holidays, other arithmetic."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np

SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
YEARS = range(2012, 2033)
LONDON = ZoneInfo("Europe/London")


@cache
def other_holidays(nation: str) -> frozenset[date]:
    """The weekday bank holidays that the `holidays` package gives."""
    days = holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=YEARS)
    return frozenset(day for day in days if day.weekday() < 5)


@cache
def numpy_calendar(nation: str) -> np.busdaycalendar:
    """numpy's business-day calendar of a nation."""
    return np.busdaycalendar(holidays=sorted(other_holidays(nation)))


def numpy_add(nation: str, day: date, n: int) -> date:
    """The n-th working day strictly after `day`, by numpy."""
    found: date = np.busday_offset(day, n, roll="backward", busdaycal=numpy_calendar(nation)).astype(object)
    return found


def works(nation: str, day: date) -> bool:
    """Whether a day is a working day, by the plain definition."""
    return day.weekday() < 5 and day not in other_holidays(nation)


def walk(nation: str, day: date, n: int) -> date:
    """The n-th working day strictly after `day`, one day at a time."""
    while n:
        day += timedelta(days=1)
        n -= works(nation, day)
    return day


def due_by_walking(nation: str, start: datetime, n: int, *, rolls: bool, close: time | None, to_the_end: bool) -> datetime:
    """When n working days from a London wall-clock start (whole minutes) end: the published rule, read word by word."""
    day, wall = start.date(), start.time()
    if rolls:
        if works(nation, day) and close and wall < time(9):
            wall = time(9)
        elif not works(nation, day) or (close and wall >= close):
            day, wall = walk(nation, day, 1), time(9)
    last = walk(nation, day, n)
    return datetime.combine(last, time(23, 59, 59) if to_the_end else wall, LONDON)
