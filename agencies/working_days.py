"""Working days and office hours of a nation's calendar. Pure: no framework, no network, no clock of its own.

Days are London days; moments go in aware (any zone) and come out in UTC.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from types import MappingProxyType

from agencies.holidays import FIRST_DAY, WEEKEND, Holiday, Nation, beyond_words, carried_until, official_until, shipped_holidays, staleness
from agencies.words import LONDON

__all__ = [
    "LONDON",
    "WEEKEND",
    "BeyondCalendar",
    "Calendar",
    "CalendarError",
    "Holiday",
    "Nation",
    "NotAware",
    "instant",
    "london",
    "official_until",
    "shipped_holidays",
    "staleness",
]

ONE_DAY = timedelta(days=1)
_BASE = FIRST_DAY.toordinal()


class CalendarError(ValueError):
    """A calendar was asked for, or asked, something that has no answer. The text is fit for a person."""


class BeyondCalendar(CalendarError):
    """The day lies before the first or after the last year whose bank holidays are carried."""


class NotAware(CalendarError):
    """A moment came without a time zone."""


def london(at: datetime) -> datetime:
    """The same instant on London's wall clock. Raises NotAware for a moment without a zone."""
    if at.tzinfo is None:
        raise NotAware("A moment needs a time zone.")
    if at.tzinfo is LONDON:
        # A wall-clock time that the spring change skips stays as it is unless it passes through UTC.
        at = at.astimezone(UTC)
    return at.astimezone(LONDON)


def instant(day: date, wall: time) -> datetime:
    """The instant (UTC) of a time of day on London's wall clock.

    A time that the spring change skips is read an hour later; one that the autumn change repeats is its first.
    """
    try:
        summer = _summer()[day.toordinal() - _BASE]
    except IndexError:
        summer = _CHANGES
    if summer == _CHANGES:
        return datetime.combine(day, wall, LONDON).astimezone(UTC)
    return datetime.combine(day, wall, UTC) - _AHEAD[summer]


def shown_at(day: date, wall: time) -> tuple[datetime, ...]:
    """The instants (UTC) at which clocks in London showed this time of day, the earlier first: none of what the spring change skips, and two of what
    the autumn change repeats (the first in summer time)."""
    shown = datetime.combine(day, wall)
    found = {shown.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(at for at in found if at.astimezone(LONDON).replace(tzinfo=None) == shown))


# Whether summer time holds through a day: most days need no search in the time zone's table.
_CHANGES = 2
_AHEAD = (timedelta(), timedelta(hours=1))


@cache
def _summer() -> bytes:
    return bytes(_summer_of(date.fromordinal(_BASE + n)) for n in range((date(2051, 1, 1) - FIRST_DAY).days))


def _summer_of(day: date) -> int:
    ahead = {datetime.combine(day + n * ONE_DAY, time(0), LONDON).utcoffset() for n in (0, 1)}
    return _AHEAD.index(ahead.pop() or timedelta()) if len(ahead) == 1 else _CHANGES


@dataclass(frozen=True, slots=True)
class _Table:
    """For every day carried: whether it works, and how many working days lie up to and including it; and those days in order."""

    works: bytes
    upto: array[int]
    days: tuple[date, ...]


@lru_cache(maxsize=512)
def _table(nation: Nation, closed: frozenset[date]) -> _Table:
    works, upto, days = bytearray(), array("i"), []
    for ordinal in range(_BASE, carried_until(nation).toordinal() + 1):
        day = date.fromordinal(ordinal)
        works.append(day.weekday() < 5 and day not in closed)
        if works[-1]:
            days.append(day)
        upto.append(len(days))
    return _Table(bytes(works), upto, tuple(days))


@dataclass(frozen=True)
class Calendar:
    """Which days and hours an office works: Monday to Friday, less `closed`, from `opens` until before `closes`."""

    nation: Nation
    opens: time = time(9)
    closes: time = time(17)
    closed: Mapping[date, str] = field(default_factory=dict, hash=False)
    _table: _Table = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise CalendarError("The office must close later than it opens.")
        object.__setattr__(self, "_table", _table(self.nation, frozenset(self.closed)))

    @classmethod
    def of(
        cls,
        nation: Nation,
        *,
        opens: time = time(9),
        closes: time = time(17),
        added: Mapping[date, str] = MappingProxyType({}),
        removed: Collection[date] = (),
    ) -> Calendar:
        """The calendar of a nation's shipped bank holidays, less the days `removed`, with local closures `added` (day → reason).

        Cached: asking twice for the same calendar costs a look-up. Days outside the years carried raise BeyondCalendar.
        """
        return _calendar(nation, opens, closes, tuple(sorted(added.items())), frozenset(removed))

    @property
    def first_day(self) -> date:
        """The first day that the calendar can answer for."""
        return FIRST_DAY

    @property
    def last_day(self) -> date:
        """The last day that the calendar can answer for."""
        return date.fromordinal(_BASE + len(self._table.upto) - 1)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on this London day."""
        index = day.toordinal() - _BASE
        try:
            return self._table.works[index if index >= 0 else self._index(day)] == 1
        except IndexError:
            raise self._beyond() from None

    def why_not(self, day: date) -> str | None:
        """Why the day does not count, in English words ("Saturday", "Good Friday", a closure's reason); None for a working day."""
        self._index(day)
        return WEEKEND.get(day.weekday()) or self.closed.get(day)

    def next_working_day(self, day: date) -> date:
        """The first working day strictly after `day`."""
        return self.add(day, 1)

    def roll(self, day: date) -> date:
        """`day` itself where it is a working day, else the next one."""
        return day if self.is_working_day(day) else self.add(day, 1)

    def roll_back(self, day: date) -> date:
        """`day` itself where it is a working day, else the last one before it."""
        upto = self._table.upto[self._index(day)]
        if not upto:
            raise self._beyond()
        return self._table.days[upto - 1]

    def add(self, day: date, n: int) -> date:
        """The n-th working day strictly after `day`; `day` itself for 0. Raises BeyondCalendar outside the years carried."""
        index = day.toordinal() - _BASE
        if n < 1 or index < 0:
            return self._add_edge(day, n)
        table = self._table
        try:
            return table.days[table.upto[index] + n - 1]
        except IndexError:
            raise self._beyond() from None

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and including `b`; negative where `b` is the earlier."""
        upto = self._table.upto
        return upto[self._index(b)] - upto[self._index(a)]

    def opening(self, day: date) -> datetime:
        """The moment (UTC) the office opens on this day. The day is not checked."""
        return instant(day, self.opens)

    def closing(self, day: date) -> datetime:
        """The moment (UTC) the office closes on this day. The day is not checked."""
        return instant(day, self.closes)

    def is_open(self, at: datetime) -> bool:
        """Whether the office is open at this instant. At the closing time itself it is closed."""
        local = london(at)
        return self.is_working_day(local.date()) and self.opens <= local.time() < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """The instant itself (UTC) where the office is open at it, else the next opening."""
        local = london(at)
        day = local.date()
        if not self.is_working_day(day) or local.time() >= self.closes:
            return self.opening(self.add(day, 1))
        return self.opening(day) if local.time() < self.opens else at.astimezone(UTC)

    def office_time_between(self, a: datetime, b: datetime) -> timedelta:
        """How much office time lies from `a` to `b`; zero where `b` is not later."""
        first, last = london(a).date(), london(b).date()
        if b <= a:
            return timedelta()
        days = [day for day in {first, last} if self.is_working_day(day)]
        total = sum((self._overlap(day, a, b) for day in days), timedelta())
        whole = self.working_days_between(first, last) - (first != last and self.is_working_day(last))
        return total + whole * self._day_length

    def add_office_time(self, at: datetime, delta: timedelta) -> datetime:
        """The instant (UTC) at which `delta` of office time has passed since `at`; a whole day ends at its close, not at the next opening."""
        start = self.next_opening(at)
        if delta <= timedelta():
            return start
        day = london(start).date()
        left = self.closing(day) - start
        if delta <= left:
            return start + delta
        days, rest = divmod(delta - left, self._day_length)
        if not rest:
            return self.closing(self.add(day, days))
        return self.opening(self.add(day, days + 1)) + rest

    def days(self, first: date, last: date) -> Iterator[tuple[date, str | None]]:
        """Every day from `first` to `last` with the reason why it does not count, None where it does."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            yield day, self.why_not(day)

    @property
    def _day_length(self) -> timedelta:
        return datetime.combine(FIRST_DAY, self.closes) - datetime.combine(FIRST_DAY, self.opens)

    def _overlap(self, day: date, a: datetime, b: datetime) -> timedelta:
        return max(min(b, self.closing(day)) - max(a, self.opening(day)), timedelta())

    def _index(self, day: date) -> int:
        index = day.toordinal() - _BASE
        if not 0 <= index < len(self._table.upto):
            raise self._beyond()
        return index

    def _add_edge(self, day: date, n: int) -> date:
        if n < 0:
            raise CalendarError("A number of working days cannot be negative.")
        self._index(day)
        return day

    def _beyond(self) -> BeyondCalendar:
        return BeyondCalendar(beyond_words(self.nation, self.first_day, self.last_day))


@lru_cache(maxsize=1024)
def _calendar(nation: Nation, opens: time, closes: time, added: tuple[tuple[date, str], ...], removed: frozenset[date]) -> Calendar:
    closed = {holiday.day: holiday.name for holiday in shipped_holidays(nation) if holiday.day not in removed}
    local = {day: reason for day, reason in added if day.weekday() < 5}
    return Calendar(nation, opens, closes, MappingProxyType(closed | local))
