"""The working calendar of a partnership: its nation's bank holidays, its own closure days, and what an administrator changed since the release."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Value

from agencies.edition import kept_while_unchanged
from agencies.holidays import Nation
from agencies.models import ClosureDay, HolidayChange, Partnership
from agencies.working_days import Calendar

# By partnership the days that were added, with their words, and those that work after all.
Days = tuple[dict[UUID, dict[date, str]], dict[UUID, set[date]]]


def calendar_of(partnership: Partnership) -> Calendar:
    """The calendar as it stands now, in one short query.

    A day that an administrator adds counts from its commit on, in every process: what was read is kept under the directory's edition, which the day
    changes. Load it once per request or batch and hand it on.
    """
    return calendars_of([partnership])[partnership.id]


def calendars_of(partnerships: Collection[Partnership], *, edition: str | None = None) -> dict[UUID, Calendar]:
    """The same for several partnerships, in the same one query; in none where the `edition` was asked for already, and one more after a change."""
    added, removed = _days.of(edition, frozenset(row.id for row in partnerships))
    return {
        row.id: Calendar.of(Nation(row.nation), opens=row.opens, closes=row.closes, added=added[row.id], removed=removed[row.id])
        for row in partnerships
    }


@kept_while_unchanged(64)
def _days(partnerships: frozenset[UUID]) -> Days:
    """A partnership's own words for a day go before those of a changed bank holiday."""
    added: dict[UUID, dict[date, str]] = {key: {} for key in partnerships}
    removed: dict[UUID, set[date]] = {key: set() for key in partnerships}
    changes = HolidayChange.objects.filter(partnership_id__in=partnerships).annotate(own=Value(value=False)).order_by()
    closures = ClosureDay.objects.filter(partnership_id__in=partnerships).annotate(works=Value(value=False), own=Value(value=True)).order_by()
    columns = ("partnership_id", "day", "words", "works", "own")
    for key, day, words, works, own in changes.values_list(*columns).union(closures.values_list(*columns), all=True):
        if works:
            removed[key].add(day)
        elif own or day not in added[key]:
            added[key][day] = words
    return added, removed
