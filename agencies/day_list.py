"""The partnership's working calendar as its page shows it: official days, what was changed by hand, how far it is known. Reads only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.holidays import Nation, holiday_file, staleness
from agencies.models import ClosureDay, HolidayChange, Partnership


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day with what it is; `id` is the row's key where it was entered by hand and may be taken out again."""

    day: date
    words: str
    what: str
    source: str = ""
    id: UUID | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Days off from the first of January of this year on; `stale` is the alarm in words, empty where next year's official days are known."""

    nation: str
    official_until: date
    checked_on: date
    stale: str
    own: tuple[DayRow, ...]
    official: tuple[DayRow, ...]


def calendar_page(partnership: Partnership, today: date) -> CalendarPage:
    """The calendar from this year on, and every day entered by hand whenever it lies. Two queries."""
    nation = Nation(partnership.nation)
    shipped = holiday_file(nation)
    changes = list(HolidayChange.objects.filter(partnership=partnership))
    working = {row.day for row in changes if row.works}
    own = [DayRow(row.day, row.words, _("Closure day"), row.source, row.id) for row in ClosureDay.objects.filter(partnership=partnership)]
    own += [DayRow(row.day, row.words, _("Working day after all") if row.works else _("Bank holiday"), row.source, row.id) for row in changes]
    official = [
        DayRow(row.day, _(row.name), _("Not official yet") if row.provisional else "", undone=row.day in working)
        for row in shipped.days
        if today.year <= row.day.year <= today.year + 1
    ]
    return CalendarPage(
        nation=str(nation.label),
        official_until=shipped.official_until,
        checked_on=shipped.checked_on,
        stale=staleness(nation, today) or "",
        own=tuple(sorted(own, key=lambda row: row.day, reverse=True)),
        official=tuple(official),
    )
