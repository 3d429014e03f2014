"""The system's own move up, for want of a response: whether one comes and when. The sweep makes it by this, and the page says this."""

from datetime import datetime, timedelta

from escalation import clocks as arithmetic
from escalation.clocks import Moment, StepKind
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.models import Clock
from escalation.states import RequestState, State

UNHEARD = "not received"
# A warning this soon after the breach went out with it: the move keeps its own moment.
PROMPT = timedelta(hours=1)
AFTER_THE_BREACH = frozenset({StepKind.BREACH, StepKind.WARN_MOVE, StepKind.LATE})


def refusal(case: Case, clock: Clock) -> str | None:
    """Why the system may not move it up: it was never delivered, the receiver was heard since, it is held, or there is nowhere to go."""
    request = next((request for request in case.requests if request.pk == clock.request_id), None)
    if case.dispute.state != State.OPEN or case.dispute.move_held_at is not None:
        return "held"
    if not case.procedure.moves_by_itself_from(case.dispute.stage):
        return "last"
    if request is None or request.state != RequestState.AWAITING or request.engaged_at is not None or clockwork.is_agreed(case, clock):
        return "heard"
    if request.bounced_at is not None or (request.delivered_at is None and request.opened_at is None):
        return UNHEARD
    return None


def not_before(case: Case, clock: Clock) -> datetime | None:
    """When the warning will have given time to stop it: at once where it went out with the breach, else the stage's own wait after it.

    None before anybody was warned, and where nothing moves by itself.
    """
    wait = clockwork.on_time_of(case, clock).move_up_after
    if wait is None or clock.warned_at is None:
        return None
    if clock.breached_at is not None and clock.warned_at - clock.breached_at <= PROMPT:
        return clock.warned_at
    return arithmetic.due_moment(clock.warned_at, wait, case.procedure.rule(Moment.SAME_TIME), case.calendar)


def coming(case: Case, clock: Clock) -> datetime | None:
    """When it moves up by itself if nothing happens until then; None where it will not.

    A request that has not arrived yet may still do so by then: whoever says this says that too (`waits_to_arrive`).
    """
    reason = refusal(case, clock)
    if reason is not None and not (reason == UNHEARD and waits_to_arrive(case, clock)):
        return None
    plan = clockwork.plan_of(case, clock)
    moment = arithmetic.move_ahead(plan, clockwork.done_step(clock), case.calendar)
    if moment is None or plan.move_up_after is None:
        return None
    if clock.warned_at is None and clock.last_step in AFTER_THE_BREACH:
        # The warning did not go out with the breach: it goes out in place of the move, which waits once more.
        return arithmetic.due_moment(moment, plan.move_up_after, case.procedure.rule(Moment.SAME_TIME), case.calendar)
    return max(moment, not_before(case, clock) or moment)


def waits_to_arrive(case: Case, clock: Clock) -> bool:
    """The clock's request is on its way to somebody: neither delivered nor opened, and not known to have come back; none went out for a past log."""
    request = next((request for request in case.awaiting if request.pk == clock.request_id), None)
    if request is None or clock.is_imported or request.bounced_at is not None or (request.holder_id is None and request.guest is None):
        return False
    return request.delivered_at is None and request.opened_at is None
