"""From the first answer to reopening: the verbs that move a disagreement."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.engine import anew, clockwork, next_steps, own_clocks, own_move
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import NEXT_STEP, ONWARD, REPLY, UPWARD
from escalation.engine.perform import verb
from escalation.engine.stops import HOP
from escalation.engine.turns import turn_to_move, turns_of
from escalation.models import AgreedAction, Clock, Request
from escalation.policy import acts_for_receiving
from escalation.procedures.telling import URGENT
from escalation.services.grounds import check_ground
from escalation.services.offices import unit_ids
from escalation.services.requirements import check_warned, entry_words, warns_first
from escalation.services.staging import begin_stage, check_holders, close_run, inform_unit, still_asked
from escalation.services.words import choice, coming, needed
from escalation.states import Answer, ClockState, EventKind, Ground, Measure, Message, RequestState, Side, State, Verb

URGENT_NOW = gettext_noop("It is urgent now")


def is_open(case: Case, _person: Person | None = None) -> str | None:
    """None for an open disagreement, else why not."""
    return None if case.dispute.state == State.OPEN else _("This disagreement is {state}.").format(state=State(case.dispute.state).label.lower())


def has_begun(case: Case, _person: Person | None = None) -> str | None:
    """None where there is a record to add to: for all but a draft, ended ones too."""
    return _("Send it first.") if case.dispute.state == State.DRAFT else None


def at_stage(case: Case, person: Person | None = None) -> str | None:
    """Open, and past the own agency's hop."""
    return is_open(case, person) or (_("It has not left the own agency yet.") if case.dispute.stage == HOP else None)


def _awaits(case: Case, person: Person | None) -> str | None:
    refusal = at_stage(case)
    if refusal:
        return refusal
    mine = [r for r in case.awaiting if person is None or _answers_for(person, case, r) or not _receiver(case, person)]
    return None if mine else _("Your agency's response is recorded already, or none is asked for at this stage.")


def _receiver(case: Case, person: Person) -> bool:
    return bool(acts_for_receiving(person, case))


@verb(Verb.RESPOND, ready=_awaits)
def respond(change: Change, *, answer: Answer, reasons: str, actions: str = "", safety: str = "", agency: UUID | None = None) -> None:
    """A receiving agency's substantive answer, by its holder or, on its behalf, the business unit. In time is by the moment of recording.

    `safety` says what keeps the child safe meanwhile.
    """
    answer = choice(Answer, answer, "answer")
    request = _own_request(change, agency)
    on_behalf = change.actor is not None and not _answers_for(change.actor, change.case, request)
    words = needed(reasons, "reasons", _("Give the reasons for the response."))
    if answer != Answer.DISAGREES:
        needed(actions, "actions", _("Say what your agency will do."))
    request.respond()
    request.answer, request.answered_at = answer, change.now
    engage(change, request)
    _answered_after_all(change, request)
    change.record(
        EventKind.ANSWERED,
        facts={"answer": str(answer), "on_behalf": on_behalf},
        body={"reasons": words, "actions": actions, "safety": safety},
        agency=request.agency_id,
        request=request,
    )
    asked = [turn for turn in turns_of(change.case) if turn.request == request.pk]
    for turn in asked:
        next_steps.tell(change, turn, kind=Message.ANSWERED, news=gettext_noop("It was answered"), request=request)
    hears = [one for one in raising_ids(change.case) if one not in {turn.owner for turn in asked}]
    change.tell(hears, kind=Message.ANSWERED, action=gettext_noop("Read the response"), request=request)


def _answered_after_all(change: Change, request: Request) -> None:
    """What an earlier log, or an urgent clock in its place, left without a response, its moment passed, and is answered now: late, not missing."""
    dispute = change.case.dispute
    if change.is_past or not (dispute.is_imported or dispute.is_urgent):
        return
    for clock in Clock.objects.filter(request=request, measures=Measure.RESPONSE, state=ClockState.MISSED):
        clock.state, clock.ended_at = ClockState.LATE, change.now
        change.touch(clock)


def engage(change: Change, request: Request) -> None:
    """The receiver was heard: the system will not move the disagreement up on the ground of no response."""
    request.engaged_at = change.now
    change.touch(request)


def raising_ids(case: Case) -> list[UUID]:
    """The raising side's holder and the person who raised it."""
    holder = case.run.holder_id if case.run else None
    return [person for person in (holder, case.dispute.raiser_id) if person]


def receiving_holders(case: Case) -> list[UUID]:
    """Who holds it for each receiving agency: at this stage, or at the last at which that agency was asked. Nobody before it left the own agency."""
    found = (case.holder_id(Side.RECEIVING, agency) for agency in sorted(case.receiving_ids))
    return [person for person in found if person]


def _own_request(change: Change, agency: UUID | None) -> Request:
    """The awaiting request that the person answers; the agency must be named where there are several."""
    case = change.case
    open_requests = [r for r in case.awaiting if agency is None or r.agency_id == agency]
    if change.actor is not None and _receiver(case, change.actor):
        open_requests = [r for r in open_requests if _answers_for(change.actor, case, r)]
    if len(open_requests) != 1:
        raise InvalidInput(_("Say for which agency this is the response."), field="agency")
    return open_requests[0]


def _answers_for(person: Person, case: Case, request: Request) -> bool:
    return request.agency_id in acts_for_receiving(person, case)


def has_answer(case: Case, _person: Person | None) -> str | None:
    """Why there is no response to accept or not, in words; None where there is one."""
    refusal = at_stage(case)
    return refusal or (None if any(r.state == RequestState.ANSWERED for r in case.requests) else _("There is no response to consider."))


@verb(Verb.REJECT, ready=has_answer)
def reject(change: Change, *, reason: str, agency: UUID | None = None) -> None:
    """The raising side says that the response does not settle it; it can be moved up."""
    request = answered_request(change, agency)
    words = needed(reason, "reason", _("Say why the response does not settle it."))
    request.reject()
    change.touch(request)
    change.record(EventKind.REJECTED, facts={"of": str(request.agency_id)}, body={"reason": words}, request=request)
    tell_of_response(change, request, gettext_noop("The response was not accepted"))


def tell_of_response(change: Change, request: Request, news: str) -> None:
    """Whoever holds the request that was answered, and the raising side's, hear the `news` of the response: but whoever made it."""
    actor = change.actor.id if change.actor else None
    hears = [one for one in (request.holder_id, *raising_ids(change.case)) if one != actor]
    change.tell(hears, kind=Message.ANSWERED, action=news, request=request)


def answered_request(change: Change, agency: UUID | None) -> Request:
    """The response in question; the agency must be named where there are several."""
    found = [r for r in change.case.requests if r.state == RequestState.ANSWERED and (agency is None or r.agency_id == agency)]
    if len(found) != 1:
        raise InvalidInput(_("Say which agency's response you mean."), field="agency")
    return found[0]


def _can_go_up(case: Case, _person: Person | None = None) -> str | None:
    refusal = at_stage(case)
    return refusal or (None if case.procedure.following(case.dispute.stage) is not None else _("This is the procedure's last stage."))


def _can_move(case: Case, person: Person | None) -> str | None:
    refers = case.procedure.is_referred_from(case.dispute.stage)
    return _can_go_up(case, person) or (_("The next stage is the partnership's: refer it instead.") if refers else None)


@verb(Verb.MOVE_UP, ready=_can_move)
def move_up(
    change: Change,
    *,
    ground: Ground,
    reason: str = "",
    to: int | None = None,
    holders: Mapping[UUID, UUID] | None = None,
    against: Collection[UUID] = (),
    efforts: str = "",
    told_other_side: bool = False,
    safety: str = "",
) -> None:
    """The raising side's holder takes it to the next stage, or, where the procedure allows it on this ground, past a stage (BRI-02, BRI-03).

    `against` names the receiving agencies to be asked there; by default all that were asked and have not settled. `efforts` is needed where the
    stage asks for them (DEV-04), `told_other_side` where entering it tells the business unit for the first time (BUC-06). `safety` says what
    keeps the child safe meanwhile.
    """
    case = change.case
    position = case.dispute.stage
    onward = _next_position(case)
    target = onward if to is None else to
    ground = choice(Ground, ground, "ground")
    if target != onward:
        check_skip(case, ground, position, target)
    check_ground(change, ground)
    check_against(case, against)
    check_holders(case, holders)
    words = needed(reason, "reason", _("Say why it moves up.")) if ground != Ground.NO_RESPONSE else reason
    body = {**entry_words(case, target, efforts, words), "safety": safety}
    check_warned(case, target, told_other_side=told_other_side)
    facts = {"from": position, "to": target, "ground": str(ground), "system": change.actor is None}
    change.record(EventKind.MOVED_UP, facts=facts | ({"told_other_side": True} if warns_first(case, target) else {}), body=body)
    begin_stage(change, target, ground=ground, skipped_from=position if target > onward else None, holders=holders, against=against)


def _next_position(case: Case) -> int:
    """Where the next step up leads; the stage it is in where there is none above."""
    following = case.procedure.following(case.dispute.stage)
    return following.position if following is not None else int(case.dispute.stage)


def check_against(case: Case, against: Collection[UUID]) -> None:
    """Raises InvalidInput for an agency that is none of those still asked; and where none was asked yet, for fewer than all: whoever is named and
    never asked would have to confirm what they cannot see."""
    if not set(against) <= still_asked(case):
        raise InvalidInput(_("Choose among the agencies that have not settled it."), field="against")
    if against and not case.all_requests and set(against) != case.receiving_ids:
        raise InvalidInput(_("It has not left your own agency yet: all the agencies that it names are asked."), field="against")


def check_skip(case: Case, ground: Ground, position: int, target: int) -> None:
    """Raises InvalidInput where the procedure does not allow this stage to be skipped on this ground."""
    stage = case.procedure.stage(target) if position < target <= case.procedure.last else None
    if stage is not None and stage.is_partnership:
        raise InvalidInput(_("The partnership’s stage is reached by referring it, from the stage before."), field="to")
    if stage is None or stage.passed_over:
        raise InvalidInput(_("Choose one of the stages above this one."), field="to")
    if ground not in case.procedure.skip:
        raise InvalidInput(_("This procedure allows a stage to be skipped only where the risk demands it."), field="ground")


def _can_ask(case: Case, person: Person | None) -> str | None:
    refusal = _can_go_up(case, person)
    is_own = person is not None and turn_to_move(case).owner == person.id
    return refusal or (_("It is yours to move up: you would ask yourself.") if is_own else None)


@verb(Verb.ASK_TO_MOVE_UP, ready=_can_ask, decides=False)
def ask_to_move_up(change: Change, *, reason: str) -> None:
    """The practitioner asks the holder of the stage to move it up, or whoever may refer it to do that: theirs to do, or to say why not."""
    words = needed(reason, "reason", _("Say why it should move up."))
    change.record(EventKind.MOVE_ASKED, body={"reason": words})
    next_steps.ask(change, turn_to_move(change.case))
    next_steps.tell(change, turn_to_move(change.case))


def is_asked_up(case: Case) -> bool:
    """Whether somebody asked the raising side's holder to move it up, and waits for that or for a reason why not."""
    return any(clock.key in UPWARD for clock in case.running())


def move_is_coming(case: Case) -> bool:
    """Whether the system moves it up if nothing happens."""
    return any(own_move.comes(case, clock) for clock in case.running())


def _can_hold(case: Case, person: Person | None) -> str | None:
    refusal = _can_go_up(case, person)
    return refusal or (None if move_is_coming(case) or is_asked_up(case) else _("No automatic move is coming."))


@verb(Verb.HOLD_MOVE, ready=_can_hold)
def hold_move(change: Change, *, reason: str) -> None:
    """The raising side stops the system's move, or says to whoever asked why it does not move up; who raised it hears why, and reminders go on."""
    case = change.case
    words = needed(reason, "reason", _("Say why it should not move up."))
    is_asked = is_asked_up(case)
    if move_is_coming(case):
        case.dispute.move_held_at = change.now
    change.record(EventKind.MOVE_HELD, facts={"asked": True} if is_asked else {}, body={"reason": words})
    for key in UPWARD if is_asked else ():
        clockwork.answered(change, key)
    hears = {case.dispute.raiser_id} - {change.actor.id if change.actor else None}
    change.tell(hears, kind=Message.FEEDBACK, action=gettext_noop("Read why it does not move up"))


def _can_make_urgent(case: Case, _person: Person | None) -> str | None:
    return is_open(case) or (_("It is urgent already.") if case.dispute.is_urgent and not case.is_own_moment_over else None)


@verb(Verb.MAKE_URGENT, ready=_can_make_urgent)
def make_urgent(change: Change, *, reason: str, respond_by: datetime, spoken_to: str = "") -> None:
    """Made urgent in mid-stage, or by another moment once the first is over: what runs on a response or on a next step of the product's own is
    hurried, by the raising side's own moment, which does not roll, or the urgent clock. Whoever's turn it is and whoever holds it for the raising
    side hear of it."""
    case = change.case
    words = needed(reason, "reason", _("Say what the risk is and why it will not wait."))
    coming(respond_by, change.now, "respond_by")
    clockwork.let_own_moment_go(change)
    case.dispute.is_urgent, case.dispute.respond_by, case.is_own_moment_over = True, respond_by, False
    pending = [(clock, next((r for r in case.requests if r.pk == clock.request_id), None)) for clock in _to_hurry(case)]
    change.record(EventKind.MADE_URGENT, facts={"respond_by": respond_by.isoformat()}, body={"reason": words, "spoken_to": spoken_to})
    _drop_later_dates(change, respond_by)
    for clock, request in pending:
        anew.hasten(change, clock, request)
    clockwork.ensure_replies(change)
    if URGENT in case.procedure.informs_unit:
        inform_unit(change)
    _tell_of_urgency(change, respond_by)


def _drop_later_dates(change: Change, respond_by: datetime) -> None:
    """A later date that was proposed before it became urgent falls: to agree it would undo the hurry. Both sides may still agree one from now on."""
    for proposal in [proposal for proposal in change.case.timetables if proposal.due_at > respond_by]:
        clockwork.let_fall(change, proposal)
        words = gettext_noop("It is urgent now: the later date that you proposed stands no longer")
        change.tell([proposal.proposed_by_id], kind=Message.EXTENDED, action=words, key=f"{proposal.pk}:urgent")


def _to_hurry(case: Case) -> list[Clock]:
    """What runs on responses, by the procedure or the product's own, or on the chair's acknowledgement; the product's own next steps, a move or a
    sending on that is asked for among them; and inside the own agency the date that is its people's own to set."""
    own = case.stage_definition is not None and case.stage_definition.is_own
    return [
        clock
        for clock in case.running()
        if clockwork.waits_for_an_answer(clock) or clock.key in {REPLY, NEXT_STEP, *ONWARD} or (own and clock.measures == Measure.DISCUSSION)
    ]


def _tell_of_urgency(change: Change, respond_by: datetime) -> None:
    """Each whose turn it is, with what it is and by when as My work says it; the raising side's holder, the raiser and the unit hear it as news."""
    case = change.case
    for turn in turns_of(case):
        request = next((each for each in case.awaiting if each.pk == turn.request), None)
        next_steps.tell(change, turn, news=URGENT_NOW, request=request)
    actor = change.actor.id if change.actor is not None else None
    others = [person for person in (*raising_ids(case), *unit_ids(case)) if person != actor]
    change.tell(others, kind=Message.MADE_URGENT, action=URGENT_NOW, due=respond_by)


def _can_reopen(case: Case, _person: Person | None) -> str | None:
    ended = case.dispute.state in {State.RESOLVED, State.CLOSED, State.WITHDRAWN}
    if not ended:
        return _("It is not resolved, closed or withdrawn.")
    return None if case.dispute.submitted_at and case.dispute.stage != HOP else _("It was never sent: log a new one.")


@verb(Verb.REOPEN, ready=_can_reopen)
def reopen(change: Change, *, reason: str) -> None:
    """It runs again in a new run of the stage it was in, with fresh clocks; closing asks for everything again, the child's file included."""
    case = change.case
    words, asked = needed(reason, "reason", _("Say why it is reopened.")), _asked_again(case)
    if case.run is not None:
        close_run(change)
    case.dispute.reopen()
    case.dispute.resolved_at = case.dispute.ended_at = case.dispute.feedback_at = case.dispute.learning_at = None
    case.dispute.summary_at = case.dispute.debrief_at = None
    # What was no disagreement of its own, or none at all, is one once it runs again.
    case.dispute.outcome = case.dispute.difference = case.dispute.left_out = ""
    change.record(EventKind.REOPENED, body={"reason": words})
    begin_stage(change, case.dispute.stage, against=asked)
    clockwork.begin_caps(change)
    _follow_actions(change)


def _asked_again(case: Case) -> frozenset[UUID]:
    """Whom the stage asks anew. What was resolved is in question for all; what was withdrawn goes on with those whom it still asked: an agency whose
    response was accepted was told that it stays so."""
    here = [request for request in case.all_requests if any(run.pk == request.run_id and run.stage == case.dispute.stage for run in case.runs)]
    if case.dispute.state != State.WITHDRAWN or not here:
        return case.receiving_ids
    last = (request for request in here if request.run_id == here[-1].run_id)
    return frozenset(request.agency_id for request in last if request.state != RequestState.SETTLED) or case.receiving_ids


def _follow_actions(change: Change) -> None:
    """Agreed actions that are not done are followed again, where withdrawing had ended that. One query."""
    case = change.case
    followed = {clock.action_id for clock in case.running()}
    for action in AgreedAction.objects.filter(dispute=case.dispute, done_at=None).select_related("event").order_by("due_at"):
        if action.pk not in followed:
            clockwork.place(change, own_clocks.of_action(case, action, change.now))


def _can_tell_unit(case: Case, _person: Person | None) -> str | None:
    refusal = at_stage(case) or (None if case.dispute.sent_at else _("It has not left the own agency yet."))
    return refusal or (_("The business unit was told already.") if case.dispute.unit_told_at else None)


@verb(Verb.TELL_UNIT, ready=_can_tell_unit, decides=False)
def tell_unit(change: Change, *, told_other_side: bool) -> None:
    """A party tells the business unit; the other agency is told first that it will be (BUC-06)."""
    if not told_other_side:
        raise InvalidInput(_("Tell the other agency first that you will inform the partnership."), field="told_other_side")
    inform_unit(change)
