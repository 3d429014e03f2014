"""The working-out of a due moment: each day counted or skipped, and why, in words for the page and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from agencies.marks import gettext_noop
from agencies.working_days import WEEKEND, Calendar, london, official_until

from .due import due_moment, origin, up_to_minute
from .rule import Closing, Moment, Rule, StartRule
from .voice import ENGLISH, Voice
from .within import Unit, Within

_FROM_AN_ORIGIN = {Unit.WORKING_DAY, Unit.WORKING_WEEK, Unit.SAME_WORKING_DAY, Unit.NEXT_WORKING_DAY}
Namer = Callable[[date], str]
_NEAR = timedelta(days=6)
START_DAY = gettext_noop("the day it started is not counted")


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


def working_out(start: datetime, within: Within, rule: Rule, calendar: Calendar, voice: Voice = ENGLISH) -> WorkingOut:
    """The due moment with its reasons: the same moment as `due_moment`, and the same errors. In English, unless another `voice` says it.

    Kept in English: the clocks of a sweep start together, in offices that keep the same hours.
    """
    at = london(start).astimezone(UTC)
    return _kept(at, within, rule, calendar) if voice is ENGLISH else _worked_out(at, within, rule, calendar, voice)


@lru_cache(maxsize=1024)
def _kept(start: datetime, within: Within, rule: Rule, calendar: Calendar) -> WorkingOut:
    return _worked_out(start, within, rule, calendar, ENGLISH)


def _worked_out(start: datetime, within: Within, rule: Rule, calendar: Calendar, voice: Voice) -> WorkingOut:
    due = due_moment(start, within, rule, calendar)
    counts_from = _counts_from(start, within, rule, calendar)
    telling = _Telling(start, counts_from, due, within, rule, calendar, voice)
    return WorkingOut(
        start=start,
        counts_from=counts_from,
        due=due,
        lines=tuple(telling.lines()),
        sentence=telling.sentence(),
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


@dataclass(frozen=True, slots=True)
class _Telling:
    """One working-out being told."""

    start: datetime
    counts_from: datetime
    due: datetime
    within: Within
    rule: Rule
    calendar: Calendar
    voice: Voice

    def lines(self) -> Iterator[DayLine]:
        first, last = london(self.start).date(), london(self.due).date()
        if self.within.unit is Unit.WORKING_HOUR:
            yield from self._hour_lines(first, last)
        elif self.within.unit in _FROM_AN_ORIGIN:
            yield from self._working_day_lines(london(self.start), last)
        else:
            yield from self._every_day_lines(first, last)

    def _working_day_lines(self, local: datetime, last: date) -> Iterator[DayLine]:
        words, time_of = self.voice.words, self.voice.time
        from_day, from_time = origin(local, self.rule, self.calendar)
        same_day = self.within.unit is Unit.SAME_WORKING_DAY
        counted = 0
        for day, why_not in self.calendar.days(local.date(), last):
            if why_not:
                yield DayLine(day, counted=False, why=words(why_not))
            elif day < from_day:
                why = words(gettext_noop("started at {time}, after the office closed")).format(time=time_of(local.time()))
                yield DayLine(day, counted=False, why=why)
            elif same_day:
                yield DayLine(day, counted=True, why=words(gettext_noop("the working day itself")))
            elif day == from_day:
                yield DayLine(day, counted=False, why=self._start_day_words(from_time))
            else:
                counted += 1
                yield DayLine(day, counted=True, why=words(gettext_noop("working day {n}")).format(n=counted))

    def _start_day_words(self, from_time: time) -> str:
        if self.rule.start_rule is StartRule.PLAIN:
            return self.voice.words(START_DAY)
        return self.voice.words(gettext_noop("the count begins at {time}")).format(time=self.voice.time(from_time))

    def _hour_lines(self, first: date, last: date) -> Iterator[DayLine]:
        words, calendar = self.voice.words, self.calendar
        for day, why_not in calendar.days(first, last):
            part = timedelta()
            if not why_not:
                part = calendar.office_time_between(max(self.counts_from, calendar.opening(day)), min(self.due, calendar.closing(day)))
            if part:
                yield DayLine(day, counted=True, why=words(gettext_noop("{length} of office time")).format(length=self.voice.span(part)))
            else:
                yield DayLine(day, counted=False, why=words(why_not or gettext_noop("no office time left")))

    def _every_day_lines(self, first: date, last: date) -> Iterator[DayLine]:
        words = self.voice.words
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if self.within.unit is not Unit.CALENDAR_DAY:
                yield DayLine(day, counted=True, why=words(gettext_noop("every hour counts, day and night")))
            else:
                why = words(gettext_noop("calendar day {n}")).format(n=n) if n else words(START_DAY)
                yield DayLine(day, counted=n > 0, why=why)

    def sentence(self) -> str:
        """The whole of it in one sentence."""
        begun, ends = london(self.start), london(self.due)
        name, words, time_of, length = self._namer(begun.date(), ends.date()), self.voice.words, self.voice.time, self.voice.length(self.within)
        if self.within.unit is Unit.AT_ONCE:
            form = words(gettext_noop("At once: it is due as soon as it starts, {day} at {time}."))
            return form.format(day=name(ends.date()), time=time_of(ends.time()))
        if self.within.unit in {Unit.CLOCK_HOUR, Unit.CLOCK_MINUTE}:
            form = words(gettext_noop("{length} from {day} {time} is {last} {until}; every hour of every day counts."))
            at = time_of(london(self.counts_from).time())
            return form.format(length=length, day=name(begun.date()), time=at, last=name(ends.date()), until=time_of(ends.time()))
        if self.within.unit is Unit.CALENDAR_DAY:
            form = words(gettext_noop("{length} from {day} is {last}; every day counts, weekends and bank holidays too."))
            return form.format(length=length, day=name(begun.date()), last=name(ends.date()))
        counted = london(self.counts_from)
        rolled = counted.date() > begun.date() or (self.rule.start_rule is StartRule.ROLL_FORWARD and self.counts_from > up_to_minute(self.start))
        said = words(gettext_noop("{counted}; {skipped}.")).format(
            counted=self._counted_words(counted, ends, name), skipped=self._not_counted(begun.date(), ends.date())
        )
        if rolled:
            form = words(gettext_noop("{why}, so it counts from {day} {time}: {counted}"))
            said = form.format(why=self._why_rolled(begun, name), day=name(counted.date()), time=time_of(counted.time()), counted=said)
        return said[0].upper() + said[1:]

    def _counted_words(self, counted: datetime, ends: datetime, name: Namer) -> str:
        first, last, words = name(counted.date()), name(ends.date()), self.voice.words
        length = self.voice.length(self.within)
        if self.within.unit is Unit.WORKING_HOUR:
            form = words(gettext_noop("{length} from {day} {time} is {last} {until}"))
            return form.format(length=length, day=first, time=self.voice.time(counted.time()), last=last, until=self.voice.time(ends.time()))
        if self.within.unit is Unit.SAME_WORKING_DAY:
            return words(gettext_noop("the same working day is {last}, to the end of the day")).format(last=last)
        if self.within.unit is Unit.NEXT_WORKING_DAY:
            return words(gettext_noop("the next working day after {day} is {last}, to the end of the day")).format(day=first, last=last)
        to_end = self.rule.moment is Moment.END_OF_DAY
        form = words(
            gettext_noop("{length} from {day} is {last}, to the end of the day") if to_end else gettext_noop("{length} from {day} is {last}")
        )
        return form.format(length=length, day=first, last=last)

    def _why_rolled(self, begun: datetime, name: Namer) -> str:
        why_not, words, day = self.calendar.why_not(begun.date()), self.voice.words, name(begun.date())
        if begun.date().weekday() in WEEKEND:
            return words(gettext_noop("{day} is not a working day")).format(day=day)
        if why_not:
            return words(gettext_noop("{day} is not a working day ({why})")).format(day=day, why=words(why_not))
        if begun.time() < self.calendar.opens:
            return words(gettext_noop("it started before the office opened on {day}")).format(day=day)
        closing = self.calendar.closes if isinstance(self.rule.close, Closing) else self.rule.close
        form = words(gettext_noop("it started on {day} at {time} and the office closes at {closing}"))
        return form.format(day=day, time=self.voice.time(begun.time()), closing=self.voice.time(closing))

    def _not_counted(self, first: date, last: date) -> str:
        words = self.voice.words
        skipped = [words(why) for day, why in self.calendar.days(first, last) if why and day.weekday() not in WEEKEND]
        named = f" ({', '.join(skipped)})" if skipped else ""
        nation = words(self.calendar.nation.holidays_label)
        if self.within.unit is Unit.WORKING_HOUR:
            form = words(gettext_noop("only office hours ({opens} to {closes}) count, and weekends and {nation} bank holidays do not"))
            return form.format(opens=self.voice.time(self.calendar.opens), closes=self.voice.time(self.calendar.closes), nation=nation) + named
        return words(gettext_noop("weekends and {nation} bank holidays do not count")).format(nation=nation) + named

    def _namer(self, first: date, last: date) -> Namer:
        """Weekday names alone where they cannot be mistaken, else with the date, and the year where it changes."""
        if last - first <= _NEAR:
            return self.voice.weekday
        is_same_year = first.year == last.year
        return lambda day: self.voice.day(day, not is_same_year)
