"""Running clocks that are set anew: begun earlier than their recording, made urgent in mid-stage, or received after all."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from escalation import clocks as arithmetic
from escalation.clocks import Unit
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.own_clocks import REPLY
from escalation.models import Clock, Request
from escalation.procedures.definition import ClockDefinition
from escalation.states import EventKind, Measure

if TYPE_CHECKING:
    from escalation.engine.change import Change

TALKS = frozenset({EventKind.CONTACT, EventKind.MEETING, EventKind.ADVICE})


def start_earlier(change: "Change", *, kind: EventKind, recorded: datetime, happened: datetime, by: Collection[UUID] = ()) -> list[str]:
    """Start the clocks that began with a recording when it really happened, now that it is confirmed; gives their keys.

    Where it is confirmed for one of several agencies that are asked (`by`), another's own time stays as it is until that one has confirmed it too.
    The clock from the recording ends as superseded; its moment stays beside the earlier one, for the answer is in time until then, and the system
    moves nothing up sooner than by it. Where the earlier start would make the clock overdue at once, it stays as it is; so does
    one whose date was agreed.
    """
    case, moved = change.case, []
    others = {request.pk for request in case.requests if by and request.agency_id not in by}
    for clock in case.running():
        definition = clockwork.definition_of(case, clock)
        if (
            definition is None
            or clock.request_id in others
            or clock.agreed_due_at is not None
            or definition.within.unit == Unit.AGREED
            or not _began_with(case, clock, definition, kind, recorded)
        ):
            continue
        out = arithmetic.working_out(happened, definition.within, clockwork.rule_of(case, definition), case.calendar)
        if out.due <= change.now:
            continue
        earlier = Clock(**{name: getattr(clock, name) for name in clockwork.KEPT})
        earlier.started_at, earlier.dated_at, earlier.due_at, earlier.working_out = happened, change.now, out.due, out.as_json()
        earlier.recorded_due_at = clock.recorded_due_at or clock.due_at
        clockwork.supersede(change, clock)
        clockwork.place(change, earlier)
        moved.append(clock.key)
    return moved


def _began_with(case: Case, clock: Clock, definition: ClockDefinition, kind: EventKind, recorded: datetime) -> bool:
    """Two things may be recorded in one second: a talk has begun only what begins with talks."""
    if kind in TALKS and kind not in definition.starts_on:
        return False
    run = case.run
    in_run = run is not None and clock.run_id == run.pk and run.entered_at == recorded
    return clock.started_at == recorded or (in_run and EventKind.RECEIVED in definition.starts_on)


def begin_again(change: "Change", clock: Clock, request: Request | None) -> None:
    """Start anew from now a clock that was set aside: by the definition that holds now, urgent or not."""
    fresh = _urgent_in_place_of(change.case, clock) or clockwork.definition_of(change.case, clock)
    if fresh is not None:
        clockwork.begin(change, fresh, request)
    elif clock.key == REPLY:
        clockwork.ensure_replies(change)


def hasten(change: "Change", clock: Clock, request: Request | None) -> None:
    """Made urgent in mid-stage, or urgent by another moment, a response never gets more time by the procedure than it had.

    The stage's urgent clock takes its place where it is due sooner, or where the time had passed: that one stays missed. Where there is none, or it
    runs already, the procedure's moment stays, and the raising side's own stands before it, where it is sooner or where what ran has passed. The
    product's own clock on a reply starts anew.
    """
    case = change.case
    fresh = _urgent_in_place_of(case, clock)
    if clock.is_urgent and fresh == clockwork.definition_of(case, clock):
        fresh = None
    if clock.key == REPLY or (fresh is not None and (clockwork.has_passed(change, clock) or _due_from_now(change, fresh) < clock.due_at)):
        clockwork.supersede(change, clock)
        begin_again(change, clock, request)
        return
    clock.is_urgent, own = True, case.dispute.respond_by
    if own is not None and change.now < own and (own < clock.effective_due or clock.effective_due < change.now):
        clockwork.agree(change, clock, own)
    else:
        clock.dated_at = change.now
        clockwork.reschedule(case, clock)
        change.touch(clock)


def _urgent_in_place_of(case: Case, clock: Clock) -> ClockDefinition | None:
    """The stage's urgent clock on the same thing, where the matter is urgent and the stage has one."""
    listed = case.procedure.stage(max(case.dispute.stage, 1)).urgent_clocks if case.dispute.is_urgent else ()
    measure = Measure.RESPONSE if clock.key == REPLY else clock.measures
    return next((definition for definition in listed if definition.measures == measure and clockwork.holds(case, definition)), None)


def _due_from_now(change: "Change", definition: ClockDefinition) -> datetime:
    """When the clock would be due that starts now: the far end of time where the sides agree its date."""
    if definition.within.unit == Unit.AGREED:
        return datetime.max.replace(tzinfo=UTC)
    return arithmetic.working_out(change.now, definition.within, clockwork.rule_of(change.case, definition), change.case.calendar).due
