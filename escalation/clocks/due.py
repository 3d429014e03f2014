"""When a clock is due. Moments go in aware and come out in UTC; days and times of day are London's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from agencies.working_days import Calendar, instant, london

from .rule import Closing, Moment, Rule, StartRule
from .within import AgreedDateNeeded, Unit, Within

LAST_SECOND = time(23, 59, 59)
MINUTE = timedelta(minutes=1)
ONE_SECOND = timedelta(seconds=1)
DAYS_A_WEEK = 5
# Bound once: this path runs for every clock of a sweep, and an enum's members are slow to reach and to hash.
_WORKING_DAY, _WORKING_WEEK, _NEXT_WORKING_DAY = Unit.WORKING_DAY, Unit.WORKING_WEEK, Unit.NEXT_WORKING_DAY
_END_OF_DAY, _PLAIN, _NO_CLOSE = Moment.END_OF_DAY, StartRule.PLAIN, Closing.NONE
_ELAPSED = {Unit.CLOCK_HOUR: timedelta(hours=1), Unit.CLOCK_MINUTE: MINUTE}


def due_moment(start: datetime, within: Within, rule: Rule, calendar: Calendar) -> datetime:
    """The last instant in time (UTC) of a clock that starts at `start`; one second later is late.

    The start's day and the office's closing are judged to the second; the due moment is then rounded up to the minute, but never
    past its day. Raises AgreedDateNeeded for a date the parties agree, BeyondCalendar outside the years carried.
    """
    unit = within.unit
    if unit is _WORKING_DAY or unit is _WORKING_WEEK or unit is _NEXT_WORKING_DAY:
        day, wall = origin(london(start), rule, calendar)
        last = calendar.add(day, within.amount * DAYS_A_WEEK if unit is _WORKING_WEEK else within.amount)
        if rule.moment is _END_OF_DAY or unit is _NEXT_WORKING_DAY:
            wall = LAST_SECOND
        return at_wall(last, wall)
    return _other_due(start, within, rule, calendar)


def _other_due(start: datetime, within: Within, rule: Rule, calendar: Calendar) -> datetime:
    local = london(start)
    if within.unit in _ELAPSED:
        return up_to_minute(start) + within.amount * _ELAPSED[within.unit]
    if within.unit is Unit.AT_ONCE:
        return up_to_minute(start)
    if within.unit is Unit.WORKING_HOUR:
        return calendar.add_office_time(up_to_minute(start), timedelta(hours=within.amount))
    if within.unit is Unit.CALENDAR_DAY:
        last = local.date() + timedelta(days=within.amount)
        return at_wall(last, LAST_SECOND if rule.moment is Moment.END_OF_DAY else local.time())
    if within.unit is Unit.SAME_WORKING_DAY:
        return at_wall(calendar.roll(origin(local, rule, calendar)[0]), LAST_SECOND)
    raise AgreedDateNeeded("This clock runs to a date that the parties agree; none has been agreed.")


def origin(local: datetime, rule: Rule, calendar: Calendar) -> tuple[date, time]:
    """The London day and time from which a start counts: its own, or the next opening where the rule rolls it."""
    day, wall = local.date(), local.time()
    if rule.start_rule is _PLAIN:
        return day, wall
    if not calendar.is_working_day(day):
        return calendar.add(day, 1), calendar.opens
    if rule.close is _NO_CLOSE:
        return day, wall
    if wall >= (rule.close if isinstance(rule.close, time) else calendar.closes):
        return calendar.add(day, 1), calendar.opens
    return day, max(wall, calendar.opens)


def at_wall(day: date, wall: time) -> datetime:
    """The instant (UTC) of a London time of day, rounded up to the minute within its day."""
    if wall.second or wall.microsecond:
        wall = _up(wall)
    return instant(day, wall)


def _up(wall: time) -> time:
    if wall.hour == 23 and wall.minute == 59:
        return LAST_SECOND
    return (datetime.combine(date.min, wall.replace(second=0, microsecond=0)) + MINUTE).time()


def up_to_minute(at: datetime) -> datetime:
    """The instant rounded up to the whole minute, in UTC."""
    at = at.astimezone(UTC)
    if at.second or at.microsecond:
        return at.replace(second=0, microsecond=0) + MINUTE
    return at


def next_step_due(start: datetime, calendar: Calendar, working_days: int = 1) -> datetime:
    """The end (UTC) of the n-th working day after the start's day: the clock that runs where the procedure leaves none."""
    return at_wall(calendar.add(london(start).date(), working_days), LAST_SECOND)


def half_way(start: datetime, due: datetime, calendar: Calendar, *, elapsed: bool = False) -> datetime:
    """Half of the office hours between start and due (UTC), rounded up to the minute and never past due.

    Half of the time that passes where `elapsed` (urgent clocks run day and night), or where no office hour lies between.
    """
    office = timedelta() if elapsed else calendar.office_time_between(start, due)
    half = calendar.add_office_time(start, office / 2) if office else start + (due - start) / 2
    return min(up_to_minute(half), due.astimezone(UTC))
