"""Another date than the one that runs: proposed by one side, in force once the other agrees; inside the own agency set by who holds it there."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.said import moment_in, said
from escalation.clocks import Unit
from escalation.engine import clockwork, next_steps, own_clocks
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.turns import turns_on_date
from escalation.models import Clock, TimetableProposal
from escalation.policy import acts_for_raising, acts_for_receiving, side_of
from escalation.services.lifecycle import at_stage, engage, raising_ids
from escalation.services.words import coming, needed
from escalation.states import EventKind, Measure, Message, Side, Verb

DATE_PROPOSED = gettext_noop("Another date is proposed: {day}, {time}")


def _can_propose(case: Case, person: Person | None) -> str | None:
    return at_stage(case, person) or (None if timed(case, person) else _("No date is running that another could take the place of."))


def timed(case: Case, person: Person | None = None) -> list[Clock]:
    """The running clocks whose date the sides may agree anew: their own, never the chair's or the partnership's (BRI-12). For somebody of one of
    several agencies that are asked, none of another's: that one would be held to a date of which it never heard."""
    theirs = (clock for clock in case.running() if clock.owed_by not in {Side.CHAIR, Side.PARTNERSHIP})
    found = [clock for clock in theirs if not own_clocks.follows_state(clock) and clock.measures not in {Measure.ACTION, Measure.CAP}]
    if person is None or acts_for_raising(person, case):
        return found
    others = case.receiving_ids - acts_for_receiving(person, case)
    return [clock for clock in found if clock.agency_id not in others]


def may_be_shorter(case: Case, clock: Clock) -> bool:
    """May a sooner date be asked: where the procedure says "or less", where the date is the sides' own, and for the product's own clocks (BRI-02)."""
    definition = clockwork.definition_of(case, clock)
    return definition is None or definition.or_less or definition.within.unit == Unit.AGREED


def is_set_inside(case: Case) -> bool:
    """Whether the stage is inside the own agency, where no other side agrees a date: whoever holds it there sets it (DEV-02)."""
    stage = case.stage_definition
    return stage is not None and stage.is_own


@verb(Verb.PROPOSE_TIMETABLE, ready=_can_propose)
def propose_timetable(change: Change, *, due_at: datetime, reason: str, clock: UUID | None = None) -> None:
    """One side proposes another date, longer or shorter, with its plan; in force once the other side agrees (BRI-02, BRI-04).

    It takes the place of one that the same side proposed before. Inside the own agency it is in force at once (DEV-02).
    """
    case = change.case
    words = needed(reason, "reason", _("Say why, and what will happen by then."))
    coming(due_at, change.now, "due_at", _("Give a date that has not passed."))
    able = [c for c in timed(case, change.actor) if clock is None or c.pk == clock]
    # Of the times of several agencies none is meant before the others.
    asked = {c.agency_id for c in able if c.request_id is not None}
    if not able or (len(asked) > 1 and not change.is_past):
        raise InvalidInput(_("Choose which date you mean."), field="clock")
    found = able[0]
    if due_at < found.effective_due and not may_be_shorter(case, found):
        raise InvalidInput(_("The procedure fixes this time: only a later date can be agreed. If it will not wait, make it urgent."), field="due_at")
    if is_set_inside(case):
        _set(change, found, due_at, words)
    else:
        _put(change, found, due_at, words)


def _set(change: Change, clock: Clock, due_at: datetime, words: str) -> None:
    """Inside the own agency: the date runs from now on, and who raised it hears of it."""
    change.record(EventKind.TIMETABLE_AGREED, facts=_agreed(clock, due_at), body={"reason": words})
    clockwork.agree(change, clock, due_at)
    people = set(raising_ids(change.case)) - {_actor(change)}
    change.tell(sorted(people), kind=Message.EXTENDED, action=gettext_noop("A date is set"), due=due_at)


def _agreed(clock: Clock, due_at: datetime) -> dict[str, str]:
    """What the record keeps of a date in force: whose it is, the procedure's moment, and the agreed one."""
    return {"clock": clock.key, "of": str(clock.agency_id or ""), "procedure": clock.due_at.isoformat(), "agreed": due_at.isoformat()}


def _put(change: Change, clock: Clock, due_at: datetime, words: str) -> None:
    """Ask the other side for its answer; who raised the matter, where they hold nothing, only hears of it."""
    case, side = change.case, _side(change)
    for standing in [proposal for proposal in case.timetables if proposal.clock_id == clock.pk]:
        if standing.side != side:
            raise InvalidInput(_("Another date is proposed already. Agree or decline it first."), field="due_at")
        clockwork.let_fall(change, standing)
    row = TimetableProposal(dispute=case.dispute, clock=clock, due_at=due_at, proposed_by_id=_actor(change), side=side, proposed_at=change.now)
    case.timetables.append(row)
    change.add(row)
    facts = {"clock": clock.key, "of": str(clock.agency_id or ""), "from": clock.due_at.isoformat(), "to": due_at.isoformat()}
    change.record(EventKind.TIMETABLE_PROPOSED, facts=facts, body={"reason": words})
    # The date that is proposed is one thing, until when it is to be answered another.
    asked, proposed = turns_on_date(case, row), said(DATE_PROPOSED, **moment_in(due_at))
    for turn in asked:
        next_steps.tell(change, turn, kind=Message.EXTENDED, news=proposed)
    hears = {case.dispute.raiser_id} - {_actor(change), *(turn.owner for turn in asked)} if side == Side.RECEIVING else set()
    change.tell(hears, kind=Message.FEEDBACK, action=proposed)


def _side(change: Change) -> Side:
    side = side_of(change.actor, change.case) if change.actor else None
    return side[0] if side else Side.PARTNERSHIP


def _actor(change: Change) -> UUID:
    if change.actor is None:
        raise TypeError("Only a person does this.")
    return change.actor.id


def answerable(case: Case, person: Person | None) -> list[TimetableProposal]:
    """The proposed dates that this person may agree or decline: the other side's, about their own agency's clock or the stage's."""
    if person is None:
        return list(case.timetables)
    agencies, raising = acts_for_receiving(person, case), acts_for_raising(person, case)

    def answers(proposal: TimetableProposal) -> bool:
        asked = turns_on_date(case, proposal)
        return any(raising if turn.side == Side.RAISING else turn.agency in agencies for turn in asked)

    return [proposal for proposal in case.timetables if proposal.proposed_by_id != person.id and answers(proposal)]


def _proposed_by_other(case: Case, person: Person | None) -> str | None:
    if not case.timetables:
        return _("No other date is proposed.")
    return None if answerable(case, person) else _("The other side answers that proposal.")


def _answered(change: Change, clock: UUID | None) -> TimetableProposal:
    """The proposed date that is answered; the clock must be named where there are several. Raises InvalidInput otherwise."""
    found = [proposal for proposal in answerable(change.case, change.actor) if clock is None or proposal.clock_id == clock]
    if len(found) != 1:
        raise InvalidInput(_("Say which of the proposed dates you mean."), field="clock")
    return found[0]


@verb(Verb.AGREE_TIMETABLE, ready=_proposed_by_other)
def agree_timetable(change: Change, *, clock: UUID | None = None) -> None:
    """The other side agrees: the date drives reminders and moving up; the procedure's moment stays on the record (BRI-04). `clock` says which date,
    where several are proposed."""
    case = change.case
    proposal = _answered(change, clock)
    about = next((c for c in case.running() if c.pk == proposal.clock_id), None)
    if about is None or proposal.due_at <= change.now:
        raise InvalidInput(_("That date has passed, or its clock has ended. Propose another."), field="due_at")
    proposal.agreed_at, proposal.decided_by_id = change.now, _actor(change)
    change.touch(proposal)
    case.timetables.remove(proposal)
    held_to = [request for request in case.requests if about.request_id in {None, request.pk}]
    for request in held_to:
        engage(change, request)
    change.record(EventKind.TIMETABLE_AGREED, facts=_agreed(about, proposal.due_at))
    clockwork.agree(change, about, proposal.due_at)
    others = [request.holder_id for request in held_to if request.holder_id != _actor(change)]
    hears = [proposal.proposed_by_id, *raising_ids(case), *others]
    change.tell(hears, kind=Message.EXTENDED, action=gettext_noop("Another date is agreed"), due=proposal.due_at)


@verb(Verb.DECLINE_TIMETABLE, ready=_proposed_by_other)
def decline_timetable(change: Change, *, reason: str, clock: UUID | None = None) -> None:
    """The other side declines: the date stays. `clock` says which, where several are proposed."""
    words = needed(reason, "reason", _("Say why the date cannot move."))
    proposal = _answered(change, clock)
    change.case.timetables.remove(proposal)
    proposal.declined_at, proposal.decided_by_id = change.now, _actor(change)
    change.touch(proposal)
    change.record(EventKind.TIMETABLE_DECLINED, body={"reason": words})
    change.tell([proposal.proposed_by_id], kind=Message.EXTENDED, action=gettext_noop("The other date was declined"))
