"""Reporting years (1 April to 31 March) and other periods, on London's wall clock. Pure: the moment "now" is handed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from agencies.errors import InvalidInput
from agencies.months import months_between
from agencies.working_days import LONDON, instant
from reports.said import Said, day_of, long_day, month_of, shown
from reports.said import said as _

FIRST_YEAR, LAST_YEAR = 2000, 2099
APRIL = 4
LONGEST = 366
USUAL_DAYS = 91
POOLED = 3
LEAP_DAY = (2, 29)


class Standing(Enum):
    """How a year lies to the moment at which its figures are taken."""

    FUTURE = "future"
    RUNNING = "running"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of a year: `starts` belongs to it, `ends` is the first instant after it (UTC)."""

    number: int
    label: str
    starts: datetime
    ends: datetime


class _Days:
    """Days that follow each other, both ends belonging to them, on London's wall clock."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def first_day(self) -> date:
            """The first of them."""

        @property
        def last_day(self) -> date:
            """The last of them."""

    @property
    def starts(self) -> datetime:
        """Midnight in London at which it begins, in UTC."""
        return instant(self.first_day, time(0))

    @property
    def ends(self) -> datetime:
        """The first instant after it, in UTC."""
        return instant(self.last_day + timedelta(days=1), time(0))

    @property
    def said(self) -> Said:
        """ "1 April 2026 to 31 March 2027"."""
        return _("{first} to {last}", first=long_day(self.first_day), last=long_day(self.last_day))

    @property
    def words(self) -> str:
        """The same in the language in force."""
        return shown(self.said)

    def standing(self, now: datetime) -> Standing:
        """Whether it is still to come, runs, or is over at this instant."""
        if now < self.starts:
            return Standing.FUTURE
        return Standing.RUNNING if now < self.ends else Standing.PAST

    def until(self, now: datetime) -> datetime:
        """The end of what can be counted: its end, or now while it runs."""
        return min(self.ends, now)


@dataclass(frozen=True, slots=True)
class Year(_Days):
    """A reporting year by the calendar year in which it begins."""

    number: int

    @property
    def first_day(self) -> date:
        """1 April."""
        return date(self.number, APRIL, 1)

    @property
    def last_day(self) -> date:
        """31 March of the next calendar year."""
        return date(self.number + 1, APRIL - 1, 31)

    @property
    def label(self) -> str:
        """ "2026/27", as boards write it in any language."""
        return f"{self.number}/{(self.number + 1) % 100:02}"

    @property
    def short(self) -> str:
        """The label: of a period that it is in English, for what is kept."""
        return self.label

    def before(self) -> "Year":
        """The year before."""
        return Year(self.number - 1)

    def quarters(self) -> tuple[Quarter, ...]:
        """April to June, July to September, October to December, January to March."""
        months = [(0, 4), (0, 7), (0, 10), (1, 1), (1, 4)]
        names = (_("April to June"), _("July to September"), _("October to December"), _("January to March"))
        edges = [instant(date(self.number + later, month, 1), time(0)) for later, month in months]
        return tuple(Quarter(at + 1, name, edges[at], edges[at + 1]) for at, name in enumerate(names))


@dataclass(frozen=True, slots=True)
class Pool(_Days):
    """Three reporting years together, by the last of them: as a partnership with few disagreements publishes its figures."""

    number: int

    @property
    def years(self) -> tuple[Year, ...]:
        """The three, the first first."""
        return tuple(Year(self.number - back) for back in reversed(range(POOLED)))

    @property
    def first_day(self) -> date:
        """1 April of the first."""
        return self.years[0].first_day

    @property
    def last_day(self) -> date:
        """31 March at the end of the last."""
        return self.years[-1].last_day

    @property
    def label(self) -> str:
        """ "2024/25 to 2026/27" in the language in force."""
        return shown(self.short)

    @property
    def short(self) -> Said:
        """ "2024/25 to 2026/27"."""
        return _("{first} to {last}", first=self.years[0].label, last=self.years[-1].label)

    def before(self) -> Year:
        """The year before the first."""
        return self.years[0].before()

    def quarters(self) -> tuple[Quarter, ...]:
        """Its years: the parts by which it is told."""
        return tuple(Quarter(at, year.label, year.starts, year.ends) for at, year in enumerate(self.years, start=1))


@dataclass(frozen=True, slots=True)
class Period(_Days):
    """Any days that follow each other, both ends belonging to it: what a subgroup's meeting looks back on."""

    first_day: date
    last_day: date

    @property
    def label(self) -> str:
        """ "1 April to 30 June 2026" in the language in force."""
        return shown(self.short)

    @property
    def short(self) -> Said:
        """ "1 April to 30 June 2026"."""
        if self.first_day.year != self.last_day.year:
            return self.said
        return _("{first} to {last}", first=day_of(self.first_day), last=long_day(self.last_day))

    def before(self) -> "Period":
        """As many days, ended the day before it begins."""
        length = self.last_day - self.first_day
        last = self.first_day - timedelta(days=1)
        return Period(last - length, last)

    def quarters(self) -> tuple[Quarter, ...]:
        """Its months, the first and the last cut where it begins and ends."""
        edges = [max(month, self.first_day) for month in months_between(self.first_day.replace(day=1), self.last_day)]
        moments = [*(instant(edge, time(0)) for edge in edges), self.ends]
        return tuple(Quarter(at + 1, month_of(edge), moments[at], moments[at + 1]) for at, edge in enumerate(edges))


AnyPeriod = TypeVar("AnyPeriod", bound=Year | Pool | Period)


def whole_quarters(period: Year | Pool | Period) -> tuple[Quarter, ...]:
    """The parts by which a year or three are told; of any other period every quarter of a year that it touches, whole, by its months and year.

    What is returned once a quarter cannot be told by the day.
    """
    if not isinstance(period, Period):
        return period.quarters()
    years = range(year_of(period.starts).number, year_of(instant(period.last_day, time(0))).number + 1)
    return tuple(
        replace(quarter, label=_("{months} {year}", months=quarter.label, year=quarter.starts.astimezone(LONDON).year))
        for number in years
        for quarter in Year(number).quarters()
        if quarter.starts < period.ends and period.starts < quarter.ends
    )


def a_year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == LEAP_DAY else day.day)


def not_begun(period: Year | Pool | Period) -> str:
    """That it has not begun, and of a year when it does, in a sentence."""
    if isinstance(period, Period):
        return shown(_("That period has not begun."))
    return shown(_("The year {year} has not begun. It begins on {day}.", year=period.label, day=long_day(period.first_day)))


def period_of(year: int, days: Sequence[str]) -> Year | Pool | Period:
    """What a stored document covers: its reporting year; with days, the three years that end with it; or from the first to the last (ISO dates)."""
    if year:
        return Pool(year) if days else Year(year)
    return Period(date.fromisoformat(days[0]), date.fromisoformat(days[1]))


def period_between(first_day: date, last_day: date, now: datetime) -> Period:
    """The period of these days. Raises InvalidInput where it ends before it begins, is longer than a year or has not begun."""
    if last_day < first_day:
        raise InvalidInput(shown(_("The last day must not be before the first.")), field="last_day")
    if not FIRST_YEAR <= first_day.year <= LAST_YEAR or (last_day - first_day).days >= LONGEST:
        raise InvalidInput(shown(_("Choose a period of no more than a year.")), field="last_day")
    return begun(Period(first_day, last_day), now)


def usual_days(now: datetime) -> dict[str, date]:
    """The first and the last day of the last 13 weeks, today (in London) the last."""
    today = now.astimezone(LONDON).date()
    return {"first_day": today - timedelta(days=USUAL_DAYS - 1), "last_day": today}


def year_of(moment: datetime) -> Year:
    """The reporting year in which an aware instant lies, by the London date."""
    day = moment.astimezone(LONDON).date()
    return Year(day.year if day.month >= APRIL else day.year - 1)


def read_year(text: str) -> Year:
    """The year that somebody typed: 2026 is April 2026 to March 2027. Raises InvalidInput with a plain sentence for anything else."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not (FIRST_YEAR <= number <= LAST_YEAR and text.strip().isascii() and text.strip().isdigit()):
        asked = _(
            "Give the year in which the reporting year begins, from {first} to {last}: 2026 is April 2026 to March 2027.",
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
        raise InvalidInput(shown(asked), field="year")
    return Year(number)


def read_years(text: str, years: int) -> Year | Pool:
    """The year that somebody typed, or with `years` 3 the three that end with it. Raises InvalidInput as `read_year` does."""
    year = read_year(text)
    if years != POOLED:
        return year
    read_year(str(year.number - POOLED + 1))
    return Pool(year.number)


def begun(period: AnyPeriod, now: datetime) -> AnyPeriod:
    """The same year or period. Raises InvalidInput where it has not begun: there is nothing to report on."""
    if period.standing(now) is Standing.FUTURE:
        raise InvalidInput(not_begun(period), field="first_day" if isinstance(period, Period) else "year")
    return period
