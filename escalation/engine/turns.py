"""Whose turn it is: derived from the state, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from agencies.said import Said, said
from escalation.clocks import Unit
from escalation.engine import clockwork, own_clocks, sides
from escalation.engine.asks import BY_CHAIR, asked_of
from escalation.engine.case import Case
from escalation.engine.own_clocks import (
    ASKED,
    BY_NAME,
    DATE,
    FILE,
    INTEREST,
    MEMBER,
    MOMENT,
    MOVE,
    NEXT_STEP,
    REFER,
    SEND,
    SET_DATE,
    UPWARD,
    Asking,
    follows_state,
)
from escalation.engine.stops import HOP
from escalation.models import Clock, Request, TimetableProposal
from escalation.part_policy import is_raiser, is_writer
from escalation.states import ClockState, Measure, RequestState, Route, Side, State

RESPOND = _("Respond")
CONFIRM = _("Confirm the outcome")
RECEIVED = _("Confirm that you received the decision")
CONFIRMS = frozenset({CONFIRM, RECEIVED})
ALONE = _("Send it on: nobody else of the agency can")
ROUTE, PANEL, DECISION = _("Choose the route"), _("Convene the panel"), _("Record what was decided")
# What the business unit is asked, by what the chair is.
SEES_TO = {
    BY_CHAIR: _("See that the chair acknowledges it and sets a timetable"),
    ROUTE: _("See that the chair chooses the route"),
    PANEL: _("See that the chair convenes the panel"),
    DECISION: _("See that what was decided is recorded"),
}
SETTLES = _("Say whether the response settles it")


@dataclass(frozen=True, slots=True)
class Turn:
    """Who must do something next, and what that is: `asked` as messages keep it, looked up where they are read.

    `request` is the one that it is about, where it is about one: each has a moment of its own. What is asked beside the stages has a clock's key of
    its own, and `by` is the moment that the matter gives it.
    """

    side: Side
    agency: UUID | None
    owner: UUID | None
    asked: str
    request: UUID | None = None
    key: str = NEXT_STEP
    by: datetime | None = None

    def is_of(self, clock: Clock) -> bool:
        """Whether the clock runs on this side of this agency, for this."""
        if self.key != clock.key and {self.key, clock.key} & ASKED.keys():
            return False
        if self.key in BY_NAME and clock.owner_id != self.owner:
            return False
        return (clock.owed_by, clock.agency_id, clock.request_id) == (self.side, self.agency, self.request)

    @property
    def is_apart(self) -> bool:
        """Whether no time that the procedure gives is a time for it."""
        return self.key != NEXT_STEP or self.asked in CONFIRMS

    @property
    def what(self) -> str:
        """What it is, in words."""
        return gettext(self.asked)


def turn_of(case: Case) -> Turn:
    """Whose turn it is now, the first where several are asked at once."""
    return turns_of(case)[0]


def turn_on(case: Case, clock: Clock) -> Turn:
    """The turn on which one of the product's own next steps runs."""
    turns = turns_of(case)
    return next((turn for turn in turns if turn.is_of(clock)), turns[0])


def asked_by(case: Case, clock: Clock) -> Said:
    """What the clock asks of whoever owes it, in words without case detail; of a next step, and of what is brought to its end before the partnership,
    by what the turn is: as My work and messages say it."""
    if clock.key == NEXT_STEP:
        return said(turn_on(case, clock).asked)
    turns = turns_of(case) if follows_turn(clock) and clock.state == ClockState.RUNNING else []
    turn = next((turn for turn in turns if turn.is_of(clock) or _is_overseen(turn, clock)), None)
    if turn is None:
        return asked_of(clock, case.procedure)
    return said(SEES_TO.get(turn.asked, turn.asked) if _is_overseen(turn, clock) and clock.owner_id != turn.owner else turn.asked)


def still_to_do(case: Case, clock: Clock) -> Said:
    """What is still to be done by the clock's side, as others hear it: what one there sees to is what somebody there is asked."""
    turn = next((turn for turn in turns_of(case) if _is_overseen(turn, clock)), None) if follows_turn(clock) else None
    return said(turn.asked) if turn is not None else asked_by(case, clock)


def follows_turn(clock: Clock) -> bool:
    """Whether what the clock asks depends on whose turn it is: the product's own next step, and the time for an end of it before the partnership."""
    return clock.key == NEXT_STEP or (clock.measures == Measure.RESOLUTION and clock.owed_by in {Side.CHAIR, Side.PARTNERSHIP})


def _is_overseen(turn: Turn, clock: Clock) -> bool:
    """Whether the partnership's time for an end of it runs on its business unit, which sees to it that the chair's turn is taken."""
    is_for_end = clock.measures == Measure.RESOLUTION and clock.owed_by == Side.PARTNERSHIP
    return is_for_end and turn.side == Side.CHAIR and turn.key == NEXT_STEP


def clock_on(turn: Turn, clocks: Iterable[Clock]) -> Clock | None:
    """Of running clocks the one on which the turn runs, in whose words My work asks for it: its own, else the soonest of whoever's turn it is. An
    overall limit and an agreed action ask for something else."""
    asked = [clock for clock in clocks if clock.measures not in {Measure.CAP, Measure.ACTION}]
    own = [clock for clock in asked if turn.is_of(clock)]
    owed = [clock for clock in asked if (clock.owner_id, clock.agency_id) == (turn.owner, turn.agency) and clock.key not in ASKED]
    return min(own or owed, key=lambda clock: (clock.key != turn.key, clock.effective_due), default=None)


def is_for_response(clock: Clock) -> bool:
    """Whether the clock is on a response, by the procedure's time or the product's."""
    return clock.measures == Measure.RESPONSE or clock.key == own_clocks.REPLY


def turns_of(case: Case) -> list[Turn]:
    """Everybody whose turn it is now, whoever comes first in words first, and then whoever is asked for something beside that."""
    return [*_onward(case), *_beside(case)]


def _onward(case: Case) -> list[Turn]:
    """Who takes it on. A draft is its writer's; what has ended is nobody's, and is given to the raising side."""
    dispute = case.dispute
    if case.proposal is not None and dispute.state == State.OPEN and not case.is_with_unit:
        return _confirming(case)
    if dispute.state == State.RESOLVED:
        return [] if _waits_for_files(case) else [_closing(case)]
    if case.run is None:
        return [Turn(Side.RAISING, case.raising_id, dispute.logged_by_id, _("Finish the draft"))]
    if case.is_with_unit:
        return [Turn(Side.PARTNERSHIP, None, case.run.holder_id, _("Send on or send back"))]
    if dispute.stage == HOP:
        return [_raising(case, ALONE if case.run.holder_id == dispute.raiser_id else _("Send on or send back"))]
    definition = case.stage_definition
    if definition is not None and definition.is_partnership:
        return [_partnership(case)]
    return _between_agencies(case)


def _closing(case: Case) -> Turn:
    """Whoever held it finishes the tasks; once feedback and learning are there, what is left is with somebody who may close it."""
    dispute, asks = case.dispute, case.procedure.closing
    if (asks.feedback and dispute.feedback_at is None) or (asks.learning and dispute.learning_at is None):
        return _raising(case, _("Finish the closing tasks"))
    held = _raising(case, _("Finish what is left and close it"))
    able: list[UUID | None] = [*closers(case)]
    if not case.lead_ids(case.raising_id) - case.own_asked and not dispute.is_restricted:
        able = [held.owner]
    if able:
        return held if held.owner in able else replace(held, owner=able[0])
    unit = case.unit()
    return Turn(Side.PARTNERSHIP, None, unit[0].user_id if unit else None, held.asked)


def _waits_for_files(case: Case) -> bool:
    """Whether nothing is left before closing but what the other agencies owe: their confirmation of the child's file."""
    dispute, asks, filing = case.dispute, case.procedure.closing, _filing(case)
    is_told = dispute.feedback_at is not None or not asks.feedback
    is_learnt = dispute.learning_at is not None or not asks.learning
    is_written = dispute.summary_at is not None or not (asks.executive_summary or asks.summary_report)
    return bool(filing) and case.raising_id not in filing and is_told and is_learnt and is_written


def closers(case: Case) -> list[UUID]:
    """The raising agency's leads who may close it, beside the business unit; of a restricted one the unit alone may (`policy`)."""
    barred = case.conflicted_ids | case.own_asked | {case.dispute.disputed_person_id}
    leads = () if case.dispute.is_restricted else case.directory.leads(case.raising_id)
    return [lead.user_id for lead in leads if lead.user_id not in barred]


def _between_agencies(case: Case) -> list[Turn]:
    """Each receiving agency that has not answered, and the raising side for each that has; then the raising side alone, to say what follows."""
    found = [_asked(case, request) for request in case.awaiting]
    found += [_raising(case, SETTLES, request) for request in case.requests if request.state == RequestState.ANSWERED]
    if found:
        return found
    if {request.state for request in case.requests} == {RequestState.SETTLED}:
        return [_raising(case, _("Propose the outcome"))]
    following = case.procedure.following(case.dispute.stage)
    if following is None:
        return [_raising(case, _("Agree a way forward"))]
    return [_raising(case, _("Refer it, or agree a way forward") if following.is_partnership else _("Move up, or agree a way forward"))]


def _asked(case: Case, request: Request) -> Turn:
    if request.bounced_at is not None:
        return _raising(case, _("Find another contact: the message did not arrive"), request)
    return Turn(Side.RECEIVING, request.agency_id, request.holder_id, RESPOND, request.pk)


def _raising(case: Case, what: str, request: Request | None = None) -> Turn:
    return Turn(Side.RAISING, case.raising_id, case.raising_owner, what, request.pk if request is not None else None)


def _partnership(case: Case) -> Turn:
    referral = case.referral
    if referral is None or (referral.acknowledged_at is None and referral.route_at is None):
        return Turn(Side.CHAIR, None, referral.chair_id if referral else None, BY_CHAIR)
    if not referral.route:
        return Turn(Side.CHAIR, None, referral.chair_id, ROUTE)
    if referral.route == Route.PANEL and not case.panel:
        return Turn(Side.CHAIR, None, referral.chair_id, PANEL)
    if referral.decided_at is None:
        return Turn(Side.CHAIR, None, referral.deciding_id, DECISION)
    return _raising(case, _("Propose the outcome"))


def _beside(case: Case) -> list[Turn]:
    """What is asked of somebody whoever takes it on."""
    if case.dispute.state == State.RESOLVED:
        return [turn_to_file(case, agency) for agency in _filing(case)]
    if case.dispute.state != State.OPEN:
        return []
    dates = [turn for proposal in case.timetables for turn in turns_on_date(case, proposal)]
    is_asked_up = any(clock.key in UPWARD for clock in case.running())
    asked_up = [turn_to_move(case)] if is_asked_up else []
    return [*_on_panel(case), *dates, *_on_missing_dates(case), *asked_up, *_on_own_stop(case), *_on_own_moment(case)]


def is_stop_over(case: Case) -> bool:
    """Whether whoever has it at the stop before it is sent has let the time for that pass: then whoever wrote it may send it on."""
    return case.dispute.stage == HOP and any(clock.breached_at for clock in case.running())


def _on_own_stop(case: Case) -> list[Turn]:
    """Who raised it, or else wrote it, where nobody sent it on in time: they may themself."""
    if not is_stop_over(case) or case.run is None:
        return []
    writers = [person for key in (case.dispute.raiser_id, case.dispute.logged_by_id) if (person := case.directory.person(key)) is not None]
    able = next((one.id for one in writers if one.id not in case.conflicted_ids and (is_raiser(one, case) or is_writer(one, case))), None)
    if able in {None, case.run.holder_id}:
        return []
    return [Turn(Side.RAISING, case.raising_id, able, ASKED[SEND], key=SEND)]


def _on_own_moment(case: Case) -> list[Turn]:
    """The raising side, to set another moment of an urgent matter: where its own has passed, and then the time for what it waits for; inside the own
    agency for what is asked there. Once for each moment that passes, at a later stage too."""
    if not case.is_own_moment_over or case.proposal is not None or case.is_with_unit:
        return []
    waits = [clock for clock in case.running() if _is_awaited(case, clock)]
    is_over = any(clock.breached_at is not None and clock.breached_at > clock.effective_due for clock in waits)
    return [replace(_raising(case, ASKED[MOMENT]), key=MOMENT)] if is_over else []


def _is_awaited(case: Case, clock: Clock) -> bool:
    """Whether the raising side waits for what it asks: a response, the chair’s acknowledgement, or before it is sent what is asked inside."""
    stage = case.stage_definition
    if stage is not None and stage.is_own:
        return clock.key == NEXT_STEP or clock.measures == Measure.DISCUSSION
    return clockwork.waits_for_an_answer(clock) or clock.key == own_clocks.REPLY


def turn_to_move(case: Case) -> Turn:
    """Whoever holds it on the raising side, once asked to move it up: until it is, or they say why not, or a wording is put. Where it would go before
    the partnership, whoever may refer it: the holder, else a lead of theirs who may."""
    if not case.procedure.is_referred_from(case.dispute.stage):
        return replace(_raising(case, ASKED[MOVE]), key=MOVE)
    turn, able = replace(_raising(case, ASKED[REFER]), key=REFER), case.referrers
    leads = [lead.user_id for lead in case.directory.leads(case.raising_id)]
    return replace(turn, owner=next((user for user in (turn.owner, *leads, *sorted(able)) if user in able), turn.owner))


def _filing(case: Case) -> list[UUID]:
    """The agencies that are asked to confirm the child's file: since it was resolved, until they have."""
    return [clock.agency_id for clock in case.running() if clock.key == FILE and clock.agency_id is not None]


def turn_to_file(case: Case, agency: UUID) -> Turn:
    """The agency's confirmation that it is in the child's file: by whoever holds it there, or held it last."""
    if agency == case.raising_id:
        return replace(_raising(case, ASKED[FILE]), key=FILE)
    return Turn(Side.RECEIVING, agency, last_holder(case, agency), ASKED[FILE], key=FILE)


def turns_on_date(case: Case, proposal: TimetableProposal) -> list[Turn]:
    """Who agrees or declines a date that is proposed: the other side's holder, of the agency whose clock it is where it is one agency's."""
    clock = next((clock for clock in case.running() if clock.pk == proposal.clock_id), None)
    if clock is None:
        return []
    if proposal.side == Side.RECEIVING:
        found = [_raising(case, ASKED[DATE])]
    else:
        asked = [request for request in case.requests if clock.request_id in {None, request.pk}]
        found = [Turn(Side.RECEIVING, request.agency_id, request.holder_id, ASKED[DATE]) for request in asked]
    return [replace(turn, request=clock.request_id, key=DATE, by=proposal.due_at) for turn in found]


def _on_missing_dates(case: Case) -> list[Turn]:
    """The raising side's holder, where the sides were to set the date of a response and their day for it is over (DEV-02). Whoever owes the response
    has it before them as it is."""
    owed = [clock for clock in case.running() if clock.owed_by == Side.RECEIVING and clock.breached_at]
    if not owed:
        return []
    proposed = {proposal.clock_id for proposal in case.timetables}
    found = [
        (clock, case.procedure.clock(clock.stage, clock.key, urgent=clock.is_urgent))
        for clock in owed
        if clock.agreed_due_at is None and clock.pk not in proposed
    ]
    missing = [clock for clock, definition in found if definition is not None and definition.within.unit == Unit.AGREED]
    return [replace(_raising(case, ASKED[SET_DATE]), request=clock.request_id, key=SET_DATE) for clock in missing]


def _on_panel(case: Case) -> list[Turn]:
    """The chair, to replace a member who has a conflict or has left, and each member who has yet to declare an interest: before the panel meets."""
    referral = case.referral
    if referral is None or not case.is_before_partnership or referral.route != Route.PANEL:
        return []
    found = []
    if vacant := next((seat for seat in case.panel if seat.is_to_be_replaced), None):
        found = [Turn(Side.CHAIR, None, referral.chair_id, ASKED[MEMBER], key=MEMBER, by=vacant.panel.meets_at)]
    silent = [seat for seat in case.panel if seat.declared_at is None and not seat.is_to_be_replaced]
    return found + [Turn(Side.PARTNERSHIP, seat.agency_id, seat.user_id, ASKED[INTEREST], key=INTEREST, by=seat.panel.meets_at) for seat in silent]


def asked_to_confirm(case: Case) -> str:
    """What confirming is called, here and on its button and page: of a binding decision, that it was received."""
    return RECEIVED if case.proposal is not None and case.proposal.is_binding else CONFIRM


def _confirming(case: Case) -> list[Turn]:
    """Each agency that has not confirmed the wording, the receiving ones first: by whoever holds it there, or held it last."""
    asked = asked_to_confirm(case)
    done = {confirmation.agency_id for confirmation in case.confirmations}
    found = [Turn(Side.RECEIVING, agency, last_holder(case, agency), asked) for agency in sorted(case.receiving_ids - done)]
    if not found or case.raising_id not in done | case.receiving_ids:
        found.append(_raising(case, asked))
    return found


def waits_for_others(case: Case) -> bool:
    """Whether a wording was put that the raising side has confirmed, so that nothing but what the others confirm is asked of anybody.

    Not while a response is awaited: who owes that may be silent on both. Of many at once `DisputeQuerySet.waiting_for_others` asks the same.
    """
    if case.proposal is None or case.dispute.state != State.OPEN or case.awaiting:
        return False
    return all(turn.side != Side.RAISING for turn in _confirming(case))


def brings_it_on(clock: Asking) -> bool:
    """Whether the clock asks the raising side to bring it on, whatever the turn is."""
    return clock.owed_by in {Side.RAISING, Side.EACH} and clock.measures != Measure.ACTION and not follows_state(clock)


def rests_on(case: Case, clock: Clock) -> bool:
    """Whether the clock asks the raising side to bring on what only waits for others to confirm a wording: they are not chased for it meanwhile."""
    return brings_it_on(clock) and waits_for_others(case)


def last_holder(case: Case, agency: UUID) -> UUID | None:
    """Whoever holds it there, or held it last and may still act; else the agency's first lead who may. None where nobody can."""
    request = case.request_of(agency)
    if request is not None and request.ended_at is None:
        return request.holder_id
    last = next((r.holder_id for r in reversed(case.all_requests) if r.agency_id == agency), None)
    if case.may_hold(last, agency):
        return last
    barred = case.conflicted_ids | case.kept_from(agency) | sides.barred(case, Side.RECEIVING, agency)
    return next((lead.user_id for lead in case.directory.leads(agency) if lead.user_id not in barred), None)
