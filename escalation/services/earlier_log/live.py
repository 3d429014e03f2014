"""Between an earlier log and what runs: what was late then stays late, and nothing is overdue in the moment in which it goes on here."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from agencies.person import Person
from escalation import clocks as arithmetic
from escalation.engine import clockwork, next_steps
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import NEXT_STEP_DAYS
from escalation.models import Clock
from escalation.services.resolution import unfiled
from escalation.states import LIVE, ClockState, EventKind, Measure, State

ONE_SECOND = timedelta(seconds=1)
OVERDUE_THEN = gettext_noop(
    "The date that was agreed had passed when the earlier log was brought in; it stays on the record. This one runs from then."
)


def mark_breaches(case: Case, at: datetime) -> list[Clock]:
    """Note when each running clock went over its moment, as the sweep would have found it by `at`. Gives those clocks, for the caller to write."""
    late = [clock for clock in case.running() if clock.breached_at is None and clock.effective_due < at]
    for clock in late:
        clock.breached_at = clockwork.plan_of(case, clock).end + ONE_SECOND
    return late


def bring_in(case: Case, *, actor: Person | None, now: datetime) -> Change:
    """The last line of what was told: that it was brought in from an earlier log, when and by whom. What is open runs on from now.

    Clocks whose moment had passed end as not met, and the product's own next steps run in their place; the others keep their moment, and no
    reminder of theirs lies before now. One whose sooner moment, agreed or the raising side's own, had passed and the procedure's had not runs to
    that. Of what is resolved each agency that has not confirmed the child's file is asked to, from now.
    """
    change = Change(case, now=now, actor=actor)
    lines = case.dispute.head_number
    if case.dispute.state in LIVE:
        mark_breaches(case, now)
        for clock in case.running():
            _go_on(change, clock)
    change.record(EventKind.BROUGHT_IN, facts={"lines": lines})
    if case.dispute.state in LIVE:
        clockwork.ensure_replies(change)
    if case.dispute.state == State.RESOLVED and case.procedure.closing.file:
        next_steps.ask_for_files(change, unfiled(case))
    return change


def _go_on(change: Change, clock: Clock) -> None:
    if clock.effective_due <= change.now < clock.in_time_until:
        clock.agreed_due_at = clock.breached_at = None
    if clock.effective_due > change.now:
        clock.dated_at = change.now
        clockwork.reschedule(change.case, clock)
        change.touch(clock)
        return
    clockwork.end(change, clock, ClockState.MISSED)
    if clock.measures == Measure.ACTION:
        clockwork.place(change, _again(change, clock))


def _again(change: Change, clock: Clock) -> Clock:
    """An agreed action that was overdue: its own clock anew, so that somebody is asked for it."""
    kept = {name: getattr(clock, name) for name in (*clockwork.KEPT, "action_id", "is_procedural")}
    due = arithmetic.next_step_due(change.now, change.case.calendar, NEXT_STEP_DAYS)
    return Clock(**kept, started_at=change.now, due_at=due, working_out={"sentence": OVERDUE_THEN})
