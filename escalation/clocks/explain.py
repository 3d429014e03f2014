"""The working-out of a due moment: each day counted or skipped, and why, in words for the page and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from agencies.working_days import WEEKEND, Calendar, london, official_until

from .due import due_moment, origin, up_to_minute
from .rule import Closing, Moment, Rule, StartRule
from .within import Unit, Within

_FROM_AN_ORIGIN = {Unit.WORKING_DAY, Unit.WORKING_WEEK, Unit.SAME_WORKING_DAY, Unit.NEXT_WORKING_DAY}
Namer = Callable[[date], str]
_NEAR = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class DayLine:
    """One London day: whether it counted, and why or why not."""

    day: date
    counted: bool
    why: str


@dataclass(frozen=True)
class WorkingOut:
    """How a due moment came about. Moments are UTC; `provisional` where it rests on bank holidays that are not official yet."""

    start: datetime
    counts_from: datetime
    due: datetime
    lines: tuple[DayLine, ...]
    sentence: str
    provisional: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values for storage, the same ones each time and not to be changed; `from_json` reads them back."""
        return self._plain

    @cached_property
    def _plain(self) -> dict[str, Any]:
        return {
            "start": self.start.isoformat(),
            "counts_from": self.counts_from.isoformat(),
            "due": self.due.isoformat(),
            "lines": [{"day": line.day.isoformat(), "counted": line.counted, "why": line.why} for line in self.lines],
            "sentence": self.sentence,
            "provisional": self.provisional,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> WorkingOut:
        """The working-out that `as_json` stored."""
        return cls(
            start=datetime.fromisoformat(raw["start"]),
            counts_from=datetime.fromisoformat(raw["counts_from"]),
            due=datetime.fromisoformat(raw["due"]),
            lines=tuple(DayLine(date.fromisoformat(line["day"]), line["counted"], line["why"]) for line in raw["lines"]),
            sentence=raw["sentence"],
            provisional=raw["provisional"],
        )


def working_out(start: datetime, within: Within, rule: Rule, calendar: Calendar) -> WorkingOut:
    """The due moment with its reasons: the same moment as `due_moment`, and the same errors.

    Kept: the clocks of a sweep start together, in offices that keep the same hours.
    """
    return _worked_out(london(start).astimezone(UTC), within, rule, calendar)


@lru_cache(maxsize=1024)
def _worked_out(start: datetime, within: Within, rule: Rule, calendar: Calendar) -> WorkingOut:
    due = due_moment(start, within, rule, calendar)
    counts_from = _counts_from(start, within, rule, calendar)
    return WorkingOut(
        start=start,
        counts_from=counts_from,
        due=due,
        lines=tuple(_lines(start, counts_from, due, within, rule, calendar)),
        sentence=_sentence(start, counts_from, due, within, rule, calendar),
        provisional=london(due).date() > official_until(calendar.nation),
    )


def _counts_from(start: datetime, within: Within, rule: Rule, calendar: Calendar) -> datetime:
    if within.unit is Unit.WORKING_HOUR:
        return calendar.next_opening(up_to_minute(start))
    if within.unit not in _FROM_AN_ORIGIN:
        return up_to_minute(start)
    local = london(start)
    day, wall = origin(local, rule, calendar)
    return up_to_minute(start) if (day, wall) == (local.date(), local.time()) else calendar.opening(day)


def _lines(start: datetime, counts_from: datetime, due: datetime, within: Within, rule: Rule, calendar: Calendar) -> Iterator[DayLine]:
    first, last = london(start).date(), london(due).date()
    if within.unit is Unit.WORKING_HOUR:
        yield from _hour_lines(counts_from, due, first, last, calendar)
    elif within.unit in _FROM_AN_ORIGIN:
        yield from _working_day_lines(london(start), last, within, rule, calendar)
    else:
        yield from _every_day_lines(first, last, within)


def _working_day_lines(local: datetime, last: date, within: Within, rule: Rule, calendar: Calendar) -> Iterator[DayLine]:
    from_day, from_time = origin(local, rule, calendar)
    same_day = within.unit is Unit.SAME_WORKING_DAY
    counted = 0
    for day, why_not in calendar.days(local.date(), last):
        if why_not:
            yield DayLine(day, counted=False, why=why_not)
        elif day < from_day:
            yield DayLine(day, counted=False, why=f"started at {clock_words(local.time())}, after the office closed")
        elif same_day:
            yield DayLine(day, counted=True, why="the working day itself")
        elif day == from_day:
            yield DayLine(day, counted=False, why=_start_day_words(from_time, rule))
        else:
            counted += 1
            yield DayLine(day, counted=True, why=f"working day {counted}")


def _start_day_words(from_time: time, rule: Rule) -> str:
    if rule.start_rule is StartRule.PLAIN:
        return "the day it started is not counted"
    return f"the count begins at {clock_words(from_time)}"


def _hour_lines(counts_from: datetime, due: datetime, first: date, last: date, calendar: Calendar) -> Iterator[DayLine]:
    for day, why_not in calendar.days(first, last):
        part = timedelta()
        if not why_not:
            part = calendar.office_time_between(max(counts_from, calendar.opening(day)), min(due, calendar.closing(day)))
        if part:
            yield DayLine(day, counted=True, why=f"{_length(part)} of office time")
        else:
            yield DayLine(day, counted=False, why=why_not or "no office time left")


def _every_day_lines(first: date, last: date, within: Within) -> Iterator[DayLine]:
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if within.unit is not Unit.CALENDAR_DAY:
            yield DayLine(day, counted=True, why="every hour counts, day and night")
        else:
            yield DayLine(day, counted=n > 0, why=f"calendar day {n}" if n else "the day it started is not counted")


def _sentence(start: datetime, counts_from: datetime, due: datetime, within: Within, rule: Rule, calendar: Calendar) -> str:
    begun, ends = london(start), london(due)
    name = _namer(begun.date(), ends.date())
    if within.unit is Unit.AT_ONCE:
        return f"At once: it is due as soon as it starts, {name(ends.date())} at {clock_words(ends.time())}."
    if within.unit in {Unit.CLOCK_HOUR, Unit.CLOCK_MINUTE}:
        starts = f"{name(begun.date())} {clock_words(london(counts_from).time())}"
        return f"{within.words()} from {starts} is {name(ends.date())} {clock_words(ends.time())}; every hour of every day counts."
    if within.unit is Unit.CALENDAR_DAY:
        return f"{within.words()} from {name(begun.date())} is {name(ends.date())}; every day counts, weekends and bank holidays too."
    counted = london(counts_from)
    rolled = counted.date() > begun.date() or (rule.start_rule is StartRule.ROLL_FORWARD and counts_from > up_to_minute(start))
    lead = f"{_why_rolled(begun, rule, calendar, name)}, so it counts from {name(counted.date())} {clock_words(counted.time())}: " if rolled else ""
    text = f"{lead}{_counted_words(counted, ends, within, rule, name)}; {_not_counted(begun.date(), ends.date(), within, calendar)}."
    return text[0].upper() + text[1:]


def _counted_words(counted: datetime, ends: datetime, within: Within, rule: Rule, name: Namer) -> str:
    first, last = name(counted.date()), name(ends.date())
    if within.unit is Unit.WORKING_HOUR:
        return f"{within.words()} from {first} {clock_words(counted.time())} is {last} {clock_words(ends.time())}"
    if within.unit is Unit.SAME_WORKING_DAY:
        return f"the same working day is {last}, to the end of the day"
    if within.unit is Unit.NEXT_WORKING_DAY:
        return f"the next working day after {first} is {last}, to the end of the day"
    return f"{within.words()} from {first} is {last}{', to the end of the day' if rule.moment is Moment.END_OF_DAY else ''}"


def _why_rolled(begun: datetime, rule: Rule, calendar: Calendar, name: Namer) -> str:
    why_not = calendar.why_not(begun.date())
    if begun.date().weekday() in WEEKEND:
        return f"{name(begun.date())} is not a working day"
    if why_not:
        return f"{name(begun.date())} is not a working day ({why_not})"
    if begun.time() < calendar.opens:
        return f"it started before the office opened on {name(begun.date())}"
    closing = calendar.closes if isinstance(rule.close, Closing) else rule.close
    return f"it started on {name(begun.date())} at {clock_words(begun.time())} and the office closes at {clock_words(closing)}"


def _not_counted(first: date, last: date, within: Within, calendar: Calendar) -> str:
    nation = calendar.nation.holidays_label
    skipped = [why for day, why in calendar.days(first, last) if why and day.weekday() not in WEEKEND]
    named = f" ({', '.join(skipped)})" if skipped else ""
    if within.unit is Unit.WORKING_HOUR:
        hours = f"{clock_words(calendar.opens)} to {clock_words(calendar.closes)}"
        return f"only office hours ({hours}) count, and weekends and {nation} bank holidays do not{named}"
    return f"weekends and {nation} bank holidays do not count{named}"


def _namer(first: date, last: date) -> Namer:
    """Weekday names alone where they cannot be mistaken, else with the date, and the year where it changes."""
    if last - first <= _NEAR:
        return lambda day: f"{day:%A}"
    if first.year == last.year:
        return lambda day: f"{day:%A} {day.day} {day:%B}"
    return lambda day: f"{day:%A} {day.day} {day:%B %Y}"


def clock_words(wall: time) -> str:
    """A time of day as people write it: 9am, 4:30pm, midnight, midday."""
    if wall.second or wall.microsecond:
        wall = wall.replace(second=0, microsecond=0)
    if wall == time(0):
        return "midnight"
    if wall == time(12):
        return "midday"
    minutes = f":{wall:%M}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"


def _length(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in ((hours, "hour"), (minutes, "minute")) if n]
    return " ".join(parts) or "under a minute"
