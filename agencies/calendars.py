"""The working calendar of a partnership: its nation's bank holidays, its own closure days, and what an administrator changed since the release."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Value

from agencies.holidays import Nation
from agencies.models import ClosureDay, HolidayChange, Partnership
from agencies.working_days import Calendar


def calendar_of(partnership: Partnership) -> Calendar:
    """The calendar as it stands now, in one short query.

    Nothing is kept between calls but the table of working days itself, which is shared by all who have the same days: a day that an administrator
    adds counts from the next request on, in every process. Load it once per request or batch and hand it on.
    """
    return calendars_of([partnership])[partnership.id]


def calendars_of(partnerships: Collection[Partnership]) -> dict[UUID, Calendar]:
    """The same for several partnerships, in the same one query. A partnership's own words for a day go before those of a changed bank holiday."""
    keys = [partnership.id for partnership in partnerships]
    added: dict[UUID, dict[date, str]] = {key: {} for key in keys}
    removed: dict[UUID, set[date]] = {key: set() for key in keys}
    changes = HolidayChange.objects.filter(partnership_id__in=keys).annotate(own=Value(value=False)).order_by()
    closures = ClosureDay.objects.filter(partnership_id__in=keys).annotate(works=Value(value=False), own=Value(value=True)).order_by()
    columns = ("partnership_id", "day", "words", "works", "own")
    for key, day, words, works, own in changes.values_list(*columns).union(closures.values_list(*columns), all=True):
        if works:
            removed[key].add(day)
        elif own or day not in added[key]:
            added[key][day] = words
    return {
        row.id: Calendar.of(Nation(row.nation), opens=row.opens, closes=row.closes, added=added[row.id], removed=removed[row.id])
        for row in partnerships
    }
