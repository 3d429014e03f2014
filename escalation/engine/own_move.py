"""The system's own move up, for want of a response: whether one comes and when. The sweep makes it by this, and the page says this."""

from datetime import datetime, timedelta

from escalation import clocks as arithmetic
from escalation.clocks import Moment, StepKind, Within
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.models import Clock
from escalation.states import RequestState, State

UNHEARD = "not received"
# What the other side or the raising manager did: then the move is theirs to make, and is offered to them.
ENGAGED = frozenset({"held", "heard", "answered", "put"})
# A warning that left this soon after messages do that are written with the breach: the move keeps its own moment.
PROMPT = timedelta(hours=1)
AFTER_THE_BREACH = frozenset({StepKind.BREACH, StepKind.WARN_MOVE, StepKind.MOVE, StepKind.LATE})


def refusal(case: Case, clock: Clock) -> str | None:
    """Why the system may not move it up: never delivered, heard since, held, nowhere to go, or another agency's answer or a wording
    waits to be considered."""
    request = next((request for request in case.requests if request.pk == clock.request_id), None)
    if case.dispute.state != State.OPEN or case.dispute.move_held_at is not None:
        return "held"
    if not case.procedure.moves_by_itself_from(case.dispute.stage):
        return "last"
    if request is None or request.state != RequestState.AWAITING or request.engaged_at is not None or clockwork.is_agreed(case, clock):
        return "heard"
    if any(other.state == RequestState.ANSWERED for other in case.requests):
        return "answered"
    if case.proposal is not None:
        return "put"
    if request.bounced_at is not None or (request.delivered_at is None and request.opened_at is None):
        return UNHEARD
    return None


def not_before(case: Case, clock: Clock) -> datetime | None:
    """When the warning will have given time to stop it: at once where it left as soon as messages do after the breach, else the stage's own wait
    after it left.

    None before a warning left, and where nothing moves by itself.
    """
    wait = clockwork.on_time_of(case, clock).move_up_after
    if wait is None or clock.warned_at is None or clock.warning_left_at is None:
        return None
    return _stoppable_until(case, clock, wait, clock.warning_left_at)


def _stoppable_until(case: Case, clock: Clock, wait: Within, left: datetime) -> datetime:
    if clock.breached_at is not None and left <= _first_post(case, clock.breached_at) + PROMPT:
        return left
    return _after_the_wait(case, wait, left)


def warned_again(case: Case, clock: Clock) -> datetime | None:
    """When a warning that has not left by then is given again: the stage's wait after it was written. None where none was, or it has left."""
    wait = clockwork.on_time_of(case, clock).move_up_after
    if wait is None or clock.warned_at is None or clock.warning_left_at is not None:
        return None
    return _after_the_wait(case, wait, clock.warned_at)


def _after_the_wait(case: Case, wait: Within, warned: datetime) -> datetime:
    return arithmetic.due_moment(warned, wait, case.procedure.rule(Moment.SAME_TIME), case.calendar)


def _first_post(case: Case, written: datetime) -> datetime:
    """When a message that is written then leaves."""
    return written if case.dispute.is_urgent else case.calendar.next_opening(written)


def comes(case: Case, clock: Clock) -> bool:
    """Does it move up by itself if nothing happens? A request that has not arrived yet may still do so (`waits_to_arrive`)."""
    reason = refusal(case, clock)
    heard = reason is None or (reason == UNHEARD and waits_to_arrive(case, clock))
    return heard and clockwork.plan_of(case, clock).move_up_after is not None


def coming(case: Case, clock: Clock, now: datetime) -> datetime | None:
    """When it moves up by itself if nothing happens until then, never a moment that is past; None where it will not.

    A request that has not arrived yet may still do so: whoever says this says that too (`waits_to_arrive`, `waits_anew`).
    """
    plan = clockwork.plan_of(case, clock)
    moment = arithmetic.move_moment(plan, case.calendar)
    if moment is None or plan.move_up_after is None or not comes(case, clock):
        return None
    if waits_anew(clock):
        # The warning goes out in place of the move, or at the first look after that once it has arrived.
        return _after_the_wait(case, plan.move_up_after, max(moment, clock.next_check_at or moment, now))
    if waits_to_leave(case, clock, now):
        return _after_the_wait(case, plan.move_up_after, now)
    # A warning that was just written is taken to leave as it should.
    left = clock.warning_left_at or clock.warned_at
    return max(moment, _stoppable_until(case, clock, plan.move_up_after, left) if left else moment, now)


def waits_anew(clock: Clock) -> bool:
    """Nobody was warned with the breach: whoever may stop the move is warned first, and it waits once more."""
    return clock.warned_at is None and clock.last_step in AFTER_THE_BREACH


def waits_to_leave(case: Case, clock: Clock, now: datetime) -> bool:
    """The warning was written and has not left, though messages leave: it is given again, and the move waits for one that does."""
    return clock.warned_at is not None and clock.warning_left_at is None and now > _first_post(case, clock.warned_at) + PROMPT


def is_put_off(case: Case, clock: Clock, now: datetime) -> bool:
    """The move's moment has passed without it, and nothing stands against it any more: what had not arrived then has arrived since."""
    moment = arithmetic.move_moment(clockwork.plan_of(case, clock), case.calendar)
    return moment is not None and moment <= now and refusal(case, clock) is None


def waits_to_arrive(case: Case, clock: Clock) -> bool:
    """The clock's request is on its way to somebody: neither delivered nor opened, and not known to have come back; none went out for a past log."""
    request = next((request for request in case.awaiting if request.pk == clock.request_id), None)
    if request is None or clock.is_imported or request.bounced_at is not None or (request.holder_id is None and request.guest is None):
        return False
    return request.delivered_at is None and request.opened_at is None
