"""What a clock does as time passes: reminders, the record of a breach, the warning and the move up. Deterministic, so it can be resumed anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import count, takewhile

from agencies.working_days import Calendar, london

from .due import LAST_SECOND, MINUTE, ONE_SECOND, due_moment, half_way
from .rule import Moment, Rule
from .within import Unit, Within

HOUR = timedelta(hours=1)
URGENT_HOURS = 24


class PlanError(ValueError):
    """What was asked of a clock cannot be kept."""


class StepKind(StrEnum):
    """The steps, in the order in which they go where two come at the same instant."""

    HALF = "half"
    DUE = "due"
    BREACH = "breach"
    WARN_MOVE = "warn_move"
    MOVE = "move"
    LATE = "late"


_RANK = {kind: rank for rank, kind in enumerate(StepKind)}
Done = tuple[StepKind | str, int]
_Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a clock: at most one of each kind and repeat ever happens. `at` is in UTC."""

    kind: StepKind
    repeat: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A running clock and what its stage says happens when time passes.

    `remind`: reminders before the due moment; what comes after it is never silent. `urgent`: day and night, not in office hours.
    `move_up_after`: the wait after the due moment, counted by `rule`. `born`: when the clock was recorded, re-dated or given an
    agreed date, where that is later than its start; no step lies before it, and the clock is not overdue at it. `moves_from`: the moment from
    which the wait before the move counts, where that is later than the due moment.
    """

    start: datetime
    due: datetime
    urgent: bool = False
    remind: bool = True
    move_up_after: Within | None = None
    rule: Rule = Rule()
    born: datetime | None = None
    moves_from: datetime | None = None
    # The instant after which steps may lie.
    begin: datetime = field(init=False, compare=False, repr=False)
    # The last instant in time (UTC): the due moment, never before the clock is born.
    end: datetime = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.move_up_after and self.move_up_after.unit is Unit.AGREED:
            raise PlanError("The wait before the system moves up must be a length of time, not an agreed date.")
        object.__setattr__(self, "begin", max(self.start, self.born) if self.born else self.start)
        object.__setattr__(self, "end", max(self.due, self.begin).astimezone(UTC))

    @property
    def ends_its_day(self) -> bool:
        """Whether the clock runs to the end of a London day: its due moment says so, whatever unit or agreement it came from."""
        return london(self.due).time() == LAST_SECOND

    @property
    def at_once(self) -> bool:
        """Whether it was due when it started: then it is reminded hourly in office hours."""
        return self.due - self.start < MINUTE and not self.ends_its_day


def next_step(plan: Plan, after: Step | Done | None, calendar: Calendar) -> Step:
    """The first step after the last one done; there always is one. `after` is None for a clock that has done none.

    That one is kept: the clocks that a sweep starts together have it together.
    """
    return next(_steps_after(plan, after, calendar)) if after is not None else _first(plan, calendar)


@lru_cache(maxsize=1024)
def _first(plan: Plan, calendar: Calendar) -> Step:
    return next(_steps_after(plan, None, calendar))


def steps_between(plan: Plan, after: Step | Done | None, until: datetime, calendar: Calendar) -> list[Step]:
    """Every step after the last one done whose moment has come at `until`, in order."""
    return list(takewhile(lambda step: step.at <= until, _steps_after(plan, after, calendar)))


def move_moment(plan: Plan, calendar: Calendar) -> datetime | None:
    """The moment of the system's move (UTC), also where it has passed; None where the plan has none."""
    return _move_at(plan, plan.move_up_after, calendar) if plan.move_up_after else None


def _steps_after(plan: Plan, after: Step | Done | None, calendar: Calendar) -> Iterator[Step]:
    kind, repeat = _done(after)
    if kind is None or kind is StepKind.HALF:
        yield from (step for step in _reminders(plan, calendar) if kind is None or step.kind is StepKind.DUE)
    floor = _floor(plan, kind, repeat, calendar)
    late = _late(plan, repeat + 1 if kind is StepKind.LATE else 1, calendar)
    yield from (step for step in _in_order(_consequences(plan, calendar), late) if _key(step) > floor)


def _done(after: Step | Done | None) -> tuple[StepKind | None, int]:
    if after is None:
        return None, 0
    if isinstance(after, Step):
        return after.kind, after.repeat
    return StepKind(after[0]), after[1]


def _key(step: Step) -> _Key:
    return step.at, _RANK[step.kind]


def _floor(plan: Plan, kind: StepKind | None, repeat: int, calendar: Calendar) -> _Key:
    """What lies at or before the last step done, in the order of the steps from the breach on, is done too."""
    if kind is StepKind.LATE:
        return _late_at(plan, repeat, calendar), _RANK[kind]
    if kind is StepKind.MOVE and plan.move_up_after:
        return _move_at(plan, plan.move_up_after, calendar), _RANK[kind]
    if kind in {StepKind.BREACH, StepKind.WARN_MOVE, StepKind.MOVE}:
        return plan.end + ONE_SECOND, _RANK[StepKind.WARN_MOVE if kind is StepKind.MOVE else kind]
    return plan.end, 0


def _reminders(plan: Plan, calendar: Calendar) -> Iterator[Step]:
    """Half way, and the due reminder: at the due moment, or at the opening of an end-of-day clock's last working day.

    Where that opening is not after the start, the one reminder goes half way. A clock due when it starts is told by its first message.
    """
    if not plan.remind or plan.end <= plan.begin or plan.at_once:
        return
    half = half_way(plan.start, plan.due, calendar, elapsed=plan.urgent)
    due = plan.end
    if plan.ends_its_day:
        opening = calendar.opening(calendar.roll_back(london(plan.due).date()))
        due = opening if opening > plan.begin else half_way(plan.begin, plan.due, calendar, elapsed=plan.urgent)
    if plan.begin < half < due:
        yield Step(StepKind.HALF, 1, half)
    yield Step(StepKind.DUE, 1, due)


def _consequences(plan: Plan, calendar: Calendar) -> list[Step]:
    """The breach, and where the system moves up after a wait, the warning with the breach and the move."""
    breach = plan.end + ONE_SECOND
    if not plan.move_up_after:
        return [Step(StepKind.BREACH, 1, breach)]
    move = Step(StepKind.MOVE, 1, _move_at(plan, plan.move_up_after, calendar))
    return [Step(StepKind.BREACH, 1, breach), Step(StepKind.WARN_MOVE, 1, breach), move]


def _move_at(plan: Plan, wait: Within, calendar: Calendar) -> datetime:
    """The wait ends at the same time of day, whatever the clock's own moment: the move is made by somebody's working day."""
    begins = max(plan.end, plan.moves_from) if plan.moves_from else plan.end
    return max(due_moment(begins, wait, plan.rule.at(Moment.SAME_TIME), calendar), begins + ONE_SECOND)


def _in_order(consequences: list[Step], late: Iterator[Step]) -> Iterator[Step]:
    """The few consequences among the endless reminders."""
    for reminder in late:
        while consequences and _key(consequences[0]) < _key(reminder):
            yield consequences.pop(0)
        yield reminder


def _late(plan: Plan, first: int, calendar: Calendar) -> Iterator[Step]:
    return (Step(StepKind.LATE, repeat, _late_at(plan, repeat, calendar)) for repeat in count(first))


def _late_at(plan: Plan, repeat: int, calendar: Calendar) -> datetime:
    """The moment of the n-th reminder after the due moment.

    The opening of the n-th working day after it; for an urgent clock hourly, day and night, for its first 24 hours, and then so;
    for one due at once, each hour of office time, first at the opening where the office was closed.
    """
    end = plan.end
    if plan.urgent and repeat <= URGENT_HOURS:
        return end + repeat * HOUR
    if plan.urgent:
        return calendar.opening(calendar.add(london(end + URGENT_HOURS * HOUR).date(), repeat - URGENT_HOURS))
    if plan.at_once:
        hours = repeat if calendar.is_open(end) else repeat - 1
        return calendar.next_opening(calendar.add_office_time(end, hours * HOUR))
    return calendar.opening(calendar.add(london(end).date(), repeat))
