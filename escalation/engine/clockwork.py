"""Starts and ends clocks when the record gains a line, as the pinned procedure says. Verbs never touch a clock themselves."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from escalation import clocks as arithmetic
from escalation.clocks import Moment, Plan, Rule, Unit
from escalation.engine import facts, own_clocks
from escalation.engine.case import Case
from escalation.engine.own_clocks import NEXT_STEP, REPLY
from escalation.engine.stops import HOP
from escalation.models import Clock, Request, TimetableProposal
from escalation.procedures.definition import ClockDefinition, OnTime
from escalation.states import ClockState, EventKind, Measure, RequestState, Side, State

if TYPE_CHECKING:
    from escalation.engine.change import Change

# Events after which it may be another's turn: the product's own next-step clock ends with them.
TURNS = frozenset(
    {
        EventKind.SUBMITTED,
        EventKind.SENT_ON,
        EventKind.ENTERED,
        EventKind.ACKNOWLEDGED,
        EventKind.ANSWERED,
        EventKind.ACCEPTED,
        EventKind.REJECTED,
        EventKind.MOVED_UP,
        EventKind.REFERRED,
        EventKind.ROUTE_CHOSEN,
        EventKind.CONVENED,
        EventKind.DECIDED,
        EventKind.NOT_AGREED,
        EventKind.OUTCOME_PROPOSED,
        EventKind.OUTCOME_CONFIRMED,
        EventKind.RESOLVED,
        EventKind.REOPENED,
    }
)
# Of these, what belongs to one request says nothing of what is asked about another.
OF_ONE_REQUEST = frozenset({EventKind.ACKNOWLEDGED, EventKind.ANSWERED, EventKind.ACCEPTED, EventKind.REJECTED})


def react(change: "Change", kind: EventKind, request: Request | None) -> None:
    """End the clocks that this event ends and start those that it starts."""
    case = change.case
    ended: list[str] = []
    what, at = facts.happening(change.events[-1:], kind)
    for clock in case.running():
        if clock.key == NEXT_STEP:
            if _passes(change, clock, kind, request):
                end(change, clock, met(change, clock))
        elif clock.key == REPLY:
            if kind == EventKind.ANSWERED and (request is None or clock.request_id == request.pk):
                end(change, clock, met(change, clock))
        elif _ends(case, clock, what, request) and not facts.is_beside(change.events[-1:], clock):
            end(change, clock, met(change, clock))
            ended.append(clock.key)
    if case.dispute.state == State.OPEN:
        for definition in definitions(case):
            if what in definition.starts_on or (ended and any(f"end of {key}" in definition.starts_on for key in ended)):
                begin(change, definition, request, at=at)


def _passes(change: "Change", clock: Clock, kind: EventKind, request: Request | None) -> bool:
    """Whether the event may make what this next step asks another's turn. What is asked of one agency, or about one response, ends with what
    happens to that one alone, and whoever is to confirm a wording has their moment until they do: the moments of the others stay. That it was
    received answers nothing that is asked about it."""
    if kind not in TURNS:
        return False
    line = change.events[-1]
    if kind == EventKind.OUTCOME_CONFIRMED:
        return bool(line.facts["agency"] == str(clock.agency_id))
    if clock.request_id is None and kind in OF_ONE_REQUEST and change.case.proposal is not None:
        return False
    if clock.request_id is not None and kind in OF_ONE_REQUEST:
        return kind != EventKind.ACKNOWLEDGED and request is not None and request.pk == clock.request_id
    return True


def definitions(case: Case) -> tuple[ClockDefinition, ...]:
    """The clocks of the stage it is in, the urgent list where the matter is urgent, and the procedure's caps."""
    found = case.procedure.clocks_at(max(case.dispute.stage, 1), urgent=case.dispute.is_urgent)
    if case.dispute.stage == HOP:
        return tuple(d for d in found if EventKind.SUBMITTED in d.starts_on or d in case.procedure.caps)
    return found


def definition_of(case: Case, clock: Clock) -> ClockDefinition | None:
    """The procedure's definition of a running clock; None for the product's own."""
    return case.procedure.clock(clock.stage, clock.key, urgent=clock.is_urgent)


def on_time_of(case: Case, clock: Clock) -> OnTime:
    """What happens when the clock's time has passed; the product's own remind, and tell the business unit where no procedure time runs beside."""
    definition = definition_of(case, clock)
    if definition is not None:
        return definition.on_time
    alone = clock.measures != Measure.ACTION and not any(other.is_procedural and other.measures != Measure.CAP for other in case.running())
    return OnTime(alert_unit=alone)


def rule_of(case: Case, definition: ClockDefinition | None = None) -> Rule:
    """How this procedure counts: its start rule and close, and the clock's own moment."""
    return case.procedure.rule(definition.moment if definition else Moment.END_OF_DAY)


def holds(case: Case, definition: ClockDefinition) -> bool:
    """Do all the facts that the clock is conditional on hold?"""
    return all(facts.holds(case, condition) for condition in definition.conditions)


def begin(change: "Change", definition: ClockDefinition, request: Request | None, *, at: datetime | None = None) -> None:
    """Start the clock, once for each request where the receiving side owes it, else once; `at` where it counts from another moment than now."""
    case = change.case
    if not holds(case, definition):
        return
    if definition.owed_by == Side.RECEIVING and case.dispute.stage != HOP:
        for each in [request] if request is not None else case.awaiting:
            # A response is given once: whoever has given theirs in this stage owes no other.
            if EventKind.ANSWERED not in definition.ends_on or each.state == RequestState.AWAITING:
                _start(change, definition, each, at=at)
    else:
        _start(change, definition, None, at=at)


def _start(change: "Change", definition: ClockDefinition, request: Request | None, *, at: datetime | None = None) -> None:
    case = change.case
    if change.clock(definition.key, request) is not None:
        return
    start = at or change.now
    if EventKind.RECEIVED in definition.starts_on:
        start = max(start, (request.received_at if request is not None else None) or receipt(case, start))
    agency, owner = owed(case, definition.owed_by, request)
    run = case.run
    clock = Clock(
        dispute=case.dispute,
        run=run if definition.over is None and case.dispute.stage != HOP else None,
        request=request,
        stage=definition.over[0] if definition.over else max(case.dispute.stage, 1),
        key=definition.key,
        measures=definition.measures,
        owed_by=definition.owed_by,
        agency_id=agency,
        owner_id=owner,
        is_urgent=case.dispute.is_urgent,
        started_at=start,
        dated_at=change.now if start < change.now else None,
    )
    if definition.within.unit == Unit.AGREED:
        clock.is_procedural = False
        clock.due_at, sentence = own_clocks.agreeing_due(case, definition.owed_by, start)
        clock.working_out = {"sentence": sentence}
    else:
        out = arithmetic.working_out(start, definition.within, rule_of(case, definition), case.calendar)
        if start < change.now and out.due <= change.now:
            # No clock is overdue when it is born: what was entered that late counts from when it was entered.
            clock.started_at, clock.dated_at = change.now, None
            out = arithmetic.working_out(change.now, definition.within, rule_of(case, definition), case.calendar)
        clock.due_at, clock.working_out = out.due, out.as_json()
    for other in [other for other in case.running() if _asks_the_same(other, clock)]:
        supersede(change, other)
    place(change, clock)


def _asks_the_same(other: Clock, clock: Clock) -> bool:
    """Whether another clock asks for the same move up of the same side, in the same run, by a later moment, or is the product's own on a response
    that the procedure gives its time after all: one thing has one clock."""
    if other.key == REPLY and other.request_id == clock.request_id:
        return clock.measures == Measure.RESPONSE
    if other.measures != Measure.MOVE_UP or other.due_at < clock.due_at:
        return False
    return all(getattr(other, name) == getattr(clock, name) for name in ("measures", "owed_by", "agency_id", "run_id", "request_id"))


def receipt(case: Case, sent: datetime) -> datetime:
    """When a message sent now counts as received: at latest at the next opening; at once where it is urgent."""
    return sent if case.dispute.is_urgent else case.calendar.next_opening(sent)


def ensure_replies(change: "Change") -> None:
    """A product clock on each awaiting request whose response the procedure gives no clock."""
    for clock in own_clocks.replies(change.case, change.now):
        place(change, clock)


def ask(change: "Change", key: str, side: Side, *, owner: UUID | None, agency: UUID | None = None) -> Clock:
    """Somebody is asked for an answer beside the stages (`own_clocks.ASKED`): their clock runs until `answered`."""
    clock = own_clocks.ask(change.case, key, side, change.now, owner=owner, agency=agency)
    place(change, clock)
    return clock


def answered(change: "Change", key: str, agency: UUID | None = None) -> None:
    """What was asked beside the stages is answered, by this agency alone where it was asked of several."""
    for clock in [clock for clock in change.case.running() if clock.key == key and agency in {None, clock.agency_id}]:
        end(change, clock, met(change, clock))


def begin_asked(change: "Change", request: Request) -> None:
    """Start the stage's clocks for an agency that is asked in mid-stage, and for it alone."""
    starts = {EventKind.SENT, EventKind.RECEIVED, EventKind.ENTERED, EventKind.SUBMITTED}
    for definition in definitions(change.case):
        if definition.owed_by == Side.RECEIVING and starts & set(definition.starts_on):
            begin(change, definition, request)
    ensure_replies(change)


def begin_caps(change: "Change") -> None:
    """Start the overall limits that span the stage anew: a reopened disagreement has fresh clocks."""
    position = change.case.dispute.stage
    for cap in change.case.procedure.caps:
        if cap.over is None or cap.over[0] <= position <= cap.over[1]:
            _start(change, cap, None)


# What a clock keeps when it is started at another moment.
KEPT = (
    "dispute_id", "run_id", "request_id", "stage", "key", "measures", "owed_by", "agency_id", "owner_id", "is_urgent",
)  # fmt: skip


def place(change: "Change", clock: Clock) -> None:
    """Put a new clock into the case, its first check worked out."""
    case = change.case
    own = case.dispute.respond_by if case.dispute.is_urgent and waits_for_an_answer(clock) else None
    if own is not None and change.now < own < clock.due_at:
        clock.agreed_due_at = own
    clock.is_imported = change.is_past
    reschedule(case, clock)
    case.clocks.append(clock)
    change.add(clock)


def waits_for_an_answer(clock: Clock) -> bool:
    """Whether the raising side waits for what it measures, and where it is urgent by its own moment: a response, or the chair's acknowledgement."""
    return clock.measures == Measure.RESPONSE or (clock.measures == Measure.ACKNOWLEDGEMENT and clock.owed_by == Side.CHAIR)


def plan_of(case: Case, clock: Clock) -> Plan:
    """The clock's steps: reminders before, the due moment, the breach, reminders after, and the system's move."""
    definition = definition_of(case, clock)
    on_time = on_time_of(case, clock)
    return Plan(
        start=clock.dated_at if clock.dated_at and is_own_moment(case, clock) else clock.started_at,
        due=clock.agreed_due_at or clock.due_at,
        urgent=clock.is_urgent,
        remind=on_time.remind,
        move_up_after=None if is_agreed(case, clock) else on_time.move_up_after,
        rule=rule_of(case, definition),
        born=clock.dated_at,
        moves_from=clock.recorded_due_at,
    )


def is_agreed(case: Case, clock: Clock) -> bool:
    """Both sides agreed its date; the raising side's own moment of an urgent matter is no agreement."""
    return clock.agreed_due_at is not None and not is_own_moment(case, clock)


def is_own_moment(case: Case, clock: Clock) -> bool:
    """It runs to the raising side's own moment of an urgent matter, which stands before the procedure's."""
    return clock.agreed_due_at is not None and clock.agreed_due_at == case.dispute.respond_by


def done_step(clock: Clock) -> tuple[str, int] | None:
    """The step of its plan that was done last, as (kind, repeat)."""
    return (clock.last_step, clock.last_repeat) if clock.last_step else None


def reschedule(case: Case, clock: Clock) -> None:
    """Work out the clock's next check from the step that was done last."""
    clock.next_check_at = arithmetic.next_step(plan_of(case, clock), done_step(clock), case.calendar).at


def end(change: "Change", clock: Clock, state: ClockState) -> None:
    """End a clock; ended clocks never move again, and another date proposed for one falls with it."""
    clock.state, clock.ended_at, clock.next_check_at = state, change.now, None
    change.touch(clock)
    for proposal in [proposal for proposal in change.case.timetables if proposal.clock_id == clock.pk]:
        let_fall(change, proposal)


def let_fall(change: "Change", proposal: TimetableProposal) -> None:
    """A date that was proposed stands no longer, and nobody is asked about it."""
    proposal.declined_at = change.now
    change.touch(proposal)
    change.case.timetables.remove(proposal)
    about = next((clock.request_id for clock in change.case.clocks if clock.pk == proposal.clock_id), None)
    for clock in [clock for clock in change.case.running() if (clock.key, clock.request_id) == (own_clocks.DATE, about)]:
        leave(change, clock)


def has_passed(change: "Change", clock: Clock) -> bool:
    """The clock's time is over: what ends it from now on makes it late or missed, and nothing makes it in time or never asked for."""
    return change.now > clock.in_time_until


def met(change: "Change", clock: Clock) -> ClockState:
    """Met now, in time or late."""
    return ClockState.LATE if has_passed(change, clock) else ClockState.MET


def leave(change: "Change", clock: Clock) -> None:
    """End a clock whose stage was left or whose matter was settled without it: not needed where its time had not come, else not met."""
    end(change, clock, ClockState.MISSED if has_passed(change, clock) else ClockState.NOT_NEEDED)


def leave_stage(change: "Change", position: int, onward: int) -> None:
    """End the clocks of a stage that is left for another; caps that span both run on."""
    for clock in change.case.running():
        definition = definition_of(change.case, clock)
        spans = definition.over if definition else None
        if clock.measures == Measure.ACTION or (spans and spans[0] <= onward <= spans[1]):
            continue
        if clock.stage == position or (spans and not spans[0] <= onward <= spans[1]) or clock.key == NEXT_STEP:
            leave(change, clock)


def supersede(change: "Change", clock: Clock) -> None:
    """End a clock that another takes the place of; one whose time had passed stays missed, and the other is counted beside it."""
    end(change, clock, ClockState.MISSED if has_passed(change, clock) else ClockState.SUPERSEDED)


def set_aside(change: "Change", clock: Clock) -> None:
    """End a clock that counts for nobody, whatever its time: its request was never received."""
    end(change, clock, ClockState.SUPERSEDED)


def agree(change: "Change", clock: Clock, due: datetime) -> None:
    """A timetable that both sides agreed: it drives reminders and moving up from now on, the procedure's moment stays."""
    clock.agreed_due_at, clock.dated_at = due, change.now
    clock.last_step, clock.last_repeat = "", 0
    unwarn(clock)
    reschedule(change.case, clock)
    change.touch(clock)


def unwarn(clock: Clock) -> None:
    """What was warned of comes no more, or at another moment: of that somebody is warned anew."""
    clock.warned_at = clock.warning_left_at = None


def let_own_moment_go(change: "Change") -> None:
    """The raising side sets its moment anew: what ran to the one before runs to the procedure's again, until it is hurried."""
    for clock in [clock for clock in change.case.running() if is_own_moment(change.case, clock)]:
        clock.agreed_due_at, clock.last_step, clock.last_repeat = None, "", 0
        unwarn(clock)
        reschedule(change.case, clock)
        change.touch(clock)


def pass_to_holder(change: "Change") -> None:
    """Of an overall limit that the raising side owes whoever holds the run that opened is reminded; the business unit speaks for no side."""
    case = change.case
    for clock in [] if case.is_with_unit else case.running():
        if clock.measures == Measure.CAP and clock.owed_by in {Side.RAISING, Side.EACH}:
            clock.agency_id, clock.owner_id = owed(case, Side(clock.owed_by), None)
            change.touch(clock)


def pass_to_decider(change: "Change") -> None:
    """What the chair owes but the acknowledgement is whoever records what comes of the route: a mediator while there is one."""
    referral = change.case.referral
    for clock in change.case.running():
        if referral is not None and clock.owed_by == Side.CHAIR and clock.measures != Measure.ACKNOWLEDGEMENT:
            clock.owner_id = referral.deciding_id
            change.touch(clock)


def owed(case: Case, side: Side, request: Request | None) -> tuple[UUID | None, UUID | None]:
    """The agency and the person who owe a clock of this side."""
    if side == Side.RECEIVING and request is not None:
        return request.agency_id, request.holder_id
    if side in {Side.RAISING, Side.EACH}:
        return case.raising_id, case.raising_owner
    if side == Side.CHAIR and case.referral is not None:
        return None, case.referral.chair_id
    unit = case.unit()
    return None, unit[0].user_id if unit else None


def _ends(case: Case, clock: Clock, what: str, request: Request | None) -> bool:
    definition = definition_of(case, clock)
    if definition is None or not facts.ends(definition, what):
        return False
    if clock.request_id is None:
        return what != EventKind.ANSWERED or all(r.state != RequestState.AWAITING for r in case.requests)
    return request is None or clock.request_id == request.pk
