"""What happens next: whose turn it is, by when, whom to ring, and what this reader may do, most likely first."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agencies.person import Person
from agencies.roles import CHAIR_ROLES
from agencies.said import shown
from agencies.words import joined, lower_first
from escalation import policy
from escalation.action_policy import does
from escalation.counterparts import Candidate
from escalation.engine import clockwork, own_move
from escalation.engine.case import Case
from escalation.engine.own_clocks import MOMENT
from escalation.engine.stops import HOP
from escalation.engine.turns import RESPOND, Turn, asked_by, asked_to_confirm, clock_on, is_for_response, rests_on, turns_of, waits_for_others
from escalation.models import Clock
from escalation.selectors.asked import unasked
from escalation.selectors.explained import explained
from escalation.selectors.offering import HEADINGS, LABELS, MOST_BESIDE, Here, Paper, heading_of, offered
from escalation.selectors.timeline import Names
from escalation.selectors.words import Due, due_of, stage_name, words_of
from escalation.services.deciding import not_met
from escalation.services.lifecycle import is_asked_up, move_is_coming
from escalation.services.timetables import is_set_inside
from escalation.states import ClockState, Measure, RequestState, Side, State, Verb

# These belong to one line, one action, or to a page of their own, and are offered there.
ELSEWHERE = frozenset(
    {Verb.CORRECT, Verb.CONFIRM_HAPPENED, Verb.COMPLETE_ACTION, Verb.SUBMIT, Verb.SAVE_DRAFT, Verb.DISCARD_DRAFT, Verb.REPLACE_FILE}
    | {Verb.WITHDRAW_FILE}
)


# So much of what was agreed names it in the box.
LONGEST_NAMED = 80
BEFORE_PARTNERSHIP = frozenset({Side.CHAIR, Side.PARTNERSHIP})


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the reader may do or look at now, in the words of this page; `action` is the agreed action (its key) that it is about."""

    choice: Verb | Paper
    label: str
    action: UUID | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A date that runs beside the one that matters now: what is asked, of whom, and by when."""

    what: str
    who: str
    due: Due


@dataclass(slots=True)
class Step:
    """The box. `due` and `working_out` are those of the clock that matters now; `late` are the others that are overdue, `others` the rest.

    `more` is what is folded away, each group with its heading, which a few have none of.
    """

    turn: str
    what: str
    mine: bool
    person: str = ""
    post: str = ""
    agency: str = ""
    phone: str = ""
    out_of_hours: str = ""
    due: Due | None = None
    clock: UUID | None = None
    working_out: dict[str, Any] = field(default_factory=dict)
    late: list[Running] = field(default_factory=list)
    others: list[Running] = field(default_factory=list)
    note: str = ""
    primary: Offer | None = None
    beside: list[Offer] = field(default_factory=list)
    more: list[tuple[str, list[Offer]]] = field(default_factory=list)


def turn_for(case: Case, person: Person) -> Turn:
    """Whose turn this reader sees: their own where they are among those who are asked at once, else the first."""
    turns = turns_of(case)
    own = [turn for turn in turns if turn.owner == person.id]
    if is_set_inside(case) and case.dispute.stage > HOP:
        # Inside the own agency its people have the moment before them first: what else is asked there is to move it up, which stands beside it.
        own.sort(key=lambda turn: turn.key != MOMENT)
    return next(iter([*own, *(turn for turn in turns if _is_mine(turn, case, person)), *turns]))


def step_of(case: Case, person: Person, now: datetime, turn: Turn, verbs: list[Verb], clocks: list[Clock], known: Names) -> Step:
    """The box for this reader. `clocks` are those they may see, with their working-out; `verbs` what the reader may do and has not done."""
    if case.dispute.state not in {State.OPEN, State.RESOLVED}:
        words = {State.CLOSED: _("This disagreement is closed"), State.WITHDRAWN: _("This disagreement was withdrawn")}
        step = Step(turn=words.get(State(case.dispute.state), _("This is a draft")), what="", mine=False)
        return _offered(step, case, person, verbs)
    clock = _clock(case, turn, clocks)
    step = Step(turn=_turn_words(turn, case, person, known), what=_what(turn, case, clock, known), mine=_is_mine(turn, case, person))
    _who(step, case, turn, known)
    if clock is not None:
        step.due, step.clock = due_of(clock, now, case.calendar), clock.pk
        step.working_out = _working_out(case, clock)
    beside = [each for each in running_of(clocks) if each is not clock and not rests_on(case, each)]
    rows = [(each, _running(each, case, person, now, known)) for each in beside]
    step.late, step.others = _apart([row for _, row in rows])
    step.note = _note(case, now)
    to_move = any(each.measures == Measure.MOVE_UP and row.due.tone == "overdue" for each, row in rows)
    if step.mine and turn.key == MOMENT:
        return _offered(step, case, person, verbs, here=Here.MOMENT)
    return _offered(step, case, person, verbs, overdue=to_move or (step.due is not None and step.due.tone == "overdue"))


def led_to_actions(step: Step, case: Case, person: Person, now: datetime, clocks: list[Clock], known: Names, agreed: Mapping[UUID, str]) -> Step:
    """The box leads to saying that an agreed action is done (`agreed`: the wording of each of which this reader may say it): whoever nothing else is
    put to, and so who covers for the owner or follows it, as what happens next; others first among their choices, of what is theirs to do.
    """
    is_all = step.primary is None and not step.beside
    mine = frozenset(agreed) if is_all else does(person, case)
    theirs = [(clock, agreed[clock.action_id]) for clock in running_of(clocks) if clock.action_id in mine and clock.action_id in agreed]
    if not theirs:
        return step
    (clock, what), *_others = theirs
    if not is_all:
        _put_first(step, Offer(Verb.COMPLETE_ACTION, _("Mark as done: {what}").format(what=_brief(what)), clock.action_id))
        return step
    turn = Turn(Side(clock.owed_by), clock.agency_id, clock.owner_id, shown(asked_by(case, clock)))
    found = Step(turn=_turn_words(turn, case, person, known), what=f"{turn.asked}: {_brief(what)}", mine=clock.action_id in does(person, case))
    _who(found, case, turn, known)
    found.due, found.clock, found.working_out = due_of(clock, now, case.calendar), clock.pk, _working_out(case, clock)
    rows = [_running(each, case, person, now, known) for each in running_of(clocks) if each is not clock and not rests_on(case, each)]
    found.late, found.others = _apart(rows)
    found.primary, found.more = Offer(Verb.COMPLETE_ACTION, _("Mark as done"), clock.action_id), step.more
    return found


def _brief(wording: str) -> str:
    """What was agreed, on one line that stays one."""
    return Truncator(" ".join(wording.split())).chars(LONGEST_NAMED)


def _put_first(step: Step, offer: Offer) -> None:
    """Before the other choices; the last of them but the print makes room for it."""
    step.beside.insert(0, offer)
    if len(step.beside) <= MOST_BESIDE:
        return
    spare = step.beside.pop(-2 if step.beside[-1].choice == Paper.PRINT else -1)
    heading = str(HEADINGS[heading_of(spare.choice)]) if step.more and step.more[0][0] else ""
    group = next((offers for words, offers in step.more if words == heading), None)
    if group is None:
        step.more.insert(0, (heading, [spare]))
    else:
        group.insert(0, spare)


def running_of(clocks: Iterable[Clock]) -> list[Clock]:
    """Those that run still, the soonest due first."""
    return sorted((clock for clock in clocks if clock.state == ClockState.RUNNING), key=lambda clock: clock.effective_due)


def asked_in_words(case: Case, clock: Clock, known: Names) -> str:
    """What the clock asks; of the raising side, where several agencies were asked together, with the one whose response it is about."""
    asks, about = shown(asked_by(case, clock)), _about(case, clock)
    return f"{asks}: {known.agency(about)}" if about else asks


def _about(case: Case, clock: Clock) -> UUID | None:
    """The agency whose response is in question, where the raising side has more than one before it."""
    request = next((one for one in case.all_requests if one.pk == clock.request_id), None)
    if request is None or clock.owed_by != Side.RAISING:
        return None
    return request.agency_id if sum(one.run_id == request.run_id for one in case.all_requests) > 1 else None


def _running(clock: Clock, case: Case, person: Person, now: datetime, known: Names) -> Running:
    who = _("you") if clock.owner_id == person.id else known.people.get(clock.owner_id, "") if clock.owner_id else ""
    asks = asked_in_words(case, clock, known)
    return Running(asks, who or known.agency(clock.agency_id) or known.partnership, due_of(clock, now, case.calendar))


def _apart(rows: Iterable[Running]) -> tuple[list[Running], list[Running]]:
    """What is overdue, and the rest. What several people owe by one moment, as the members of a panel do, stands once, with all their names; what
    one of them owes twice, as two agreed actions, stands twice."""
    together: dict[tuple[str, Due, int], list[str]] = {}
    alike = Counter[Running]()
    for row in rows:
        together.setdefault((row.what, row.due, alike[row]), []).append(row.who)
        alike[row] += 1
    found = [Running(what, joined(who), due) for (what, due, _turn), who in together.items()]
    return [row for row in found if row.due.tone == "overdue"], [row for row in found if row.due.tone != "overdue"]


def _clock(case: Case, turn: Turn, clocks: list[Clock]) -> Clock | None:
    """The one on which the turn runs, else the soonest of anybody; overall limits and agreed actions only where nothing else runs."""
    running = running_of(clocks)
    asked = [clock for clock in running if clock.measures not in {Measure.CAP, Measure.ACTION}]
    # When it is to be acknowledged stands beside: the box asks for the response.
    responses = [clock for clock in running if turn.asked == RESPOND and is_for_response(clock)]
    return clock_on(turn, responses) or clock_on(turn, running) or next(iter([*asked, *running]), None)


def _is_mine(turn: Turn, case: Case, person: Person) -> bool:
    """Is it this person's turn, or their side's, so that they may act?"""
    if person.id == turn.owner:
        return True
    if turn.side == Side.CHAIR:
        return person.sits_as(case.dispute.partnership_id, *CHAIR_ROLES) and policy.reads_narrative(person, case)
    if turn.side == Side.RECEIVING:
        return turn.agency in policy.acts_for_receiving(person, case)
    return turn.side == Side.RAISING and policy.acts_for_raising(person, case)


def _turn_words(turn: Turn, case: Case, person: Person, known: Names) -> str:
    if person.id == turn.owner:
        return _("Your turn")
    if turn.agency is not None and turn.agency in person.agency_ids:
        return _("Your agency’s turn")
    if turn.side == Side.CHAIR:
        mediating = case.referral is not None and turn.owner is not None and turn.owner == case.referral.mediator_id
        return _("Waiting for the mediator") if mediating else _("Waiting for the chair")
    return _("Waiting for {agency}").format(agency=known.agency(turn.agency) or known.partnership)


def _what(turn: Turn, case: Case, clock: Clock | None, known: Names) -> str:
    """ "Respond: Stage 1", or what the turn is in words, with whose response it is about where that is one of several."""
    words = [turn.what]
    if case.dispute.state == State.OPEN and case.dispute.stage > HOP:
        words.append(stage_name(case.procedure, case.dispute.stage))
    if clock is not None and (about := _about(case, clock)) and clock.agency_id == turn.agency:
        words.append(known.agency(about))
    return ": ".join(filter(None, [words[0], ", ".join(words[1:])]))


def _who(step: Step, case: Case, turn: Turn, known: Names) -> None:
    """The person with post and numbers; where nobody holds it, who was asked without an account, else who is asked to find somebody."""
    step.agency = known.agency(turn.agency)
    guest = next((request.guest for request in case.awaiting if request.agency_id == turn.agency), None)
    if turn.owner is None and guest is not None:
        step.person, step.post = guest.name, _("{post}, asked without an account").format(post=guest.job_title)
    elif turn.owner is None:
        gap = case.counterpart(Side.RECEIVING, turn.agency, case.dispute.stage).gap if turn.agency else None
        step.person, step.post = _("Nobody yet"), gap or _("The business unit finds somebody who can act.")
    if turn.owner is None:
        return
    found = _candidate(case, turn)
    step.person = known.people.get(turn.owner, "") or (found.name if found else "")
    step.post = (found.post_title if found else "") or known.posts.get(turn.owner, "")
    step.phone = found.phone if found else ""
    step.out_of_hours = found.out_of_hours if found and case.dispute.is_urgent else ""


def _candidate(case: Case, turn: Turn) -> Candidate | None:
    """What the directory says of the person whose turn it is."""
    pool: list[Candidate] = []
    if turn.side in {Side.RAISING, Side.RECEIVING} and turn.agency is not None:
        pool += [*case.candidates(turn.side, turn.agency), *case.directory.managers(turn.agency), *case.directory.leads(turn.agency)]
    pool += [*case.directory.chairs(), *case.unit()]
    return next((candidate for candidate in pool if candidate.user_id == turn.owner), None)


def _working_out(case: Case, clock: Clock) -> dict[str, Any]:
    """How the moment came about; an agreed date, what the chair set, or the raising side's own moment, stands before the procedure's."""
    raw = explained(case, clock)
    if clock.agreed_due_at is None:
        return raw
    if not clockwork.is_agreed(case, clock):
        told = _("Set because it is urgent.")
    else:
        told = _("The date that was set when receipt was acknowledged.") if clock.owed_by in BEFORE_PARTNERSHIP else _("Agreed date.")
    if not clock.is_procedural:
        return {"sentence": told}
    own = _("The procedure’s own moment is {moment}.").format(moment=words_of(clock.due_at))
    return {"sentence": " ".join(filter(None, [told, own, raw.get("sentence", "")]))}


def _note(case: Case, now: datetime) -> str:
    """That a message is not a conversation where it is urgent; when a panel meets; an automatic move that is coming, by the sweep's own rule, or
    that it is held."""
    urgent = case.dispute.is_urgent and case.dispute.state == State.OPEN
    told = [_("This is urgent. A message is not a conversation: ring, then record whom you spoke to and when.")] if urgent else []
    if urgent and case.is_own_moment_over:
        told.append(_("The moment that the raising side set has passed: it can set another."))
    if case.dispute.state == State.OPEN and case.is_before_partnership and case.panel:
        told.append(not_met(case, now) or "")
    return " ".join(filter(None, [*told, _note_of_move(case, now)]))


def _note_of_move(case: Case, now: datetime) -> str:
    if case.dispute.move_held_at is not None:
        return _("The raising side holds the automatic move: it goes up only when somebody moves it.")
    following = case.procedure.following(case.dispute.stage)
    moves = [(moment, clock) for clock in case.running() if (moment := own_move.coming(case, clock, now)) is not None]
    if following is None or not moves:
        return ""
    moment, clock = min(moves, key=itemgetter(0))
    words = _("Without a response it moves up to {stage} by itself on {moment}.")
    if own_move.waits_to_arrive(case, clock):
        words = _("Without a response it moves up to {stage} by itself on {moment}, if the message has arrived by then.")
        if own_move.waits_anew(clock):
            words = _(
                "It moves up to {stage} by itself only once the message has arrived and the raising side has been warned, with time to stop it."
            )
    elif own_move.waits_to_leave(case, clock, now):
        words = _("It moves up to {stage} by itself only once the message that warns of it has left, with time to stop it.")
    return words.format(stage=stage_name(case.procedure, following.position), moment=words_of(moment))


def _offered(step: Step, case: Case, person: Person, verbs: list[Verb], *, overdue: bool = False, here: Here | None = None) -> Step:
    """The most likely verb as the button, where there is one; the other choices, those that are less likely apart."""
    likely = [verb for verb in verbs if verb not in ELSEWHERE and not _is_idle(verb, case, verbs)]
    found = offered(here or _here(case, person, mine=step.mine, overdue=overdue), likely, _papers(case, person), unasked(case))
    step.primary = Offer(found.primary, label_of(found.primary, case, person)) if found.primary else None
    step.beside = [_offer(choice, case, person) for choice in found.beside]
    step.more = [
        (str(HEADINGS[heading]) if heading else "", [_offer(choice, case, person) for choice in choices]) for heading, choices in found.grouped
    ]
    return step


def _offer(choice: Verb | Paper, case: Case, person: Person) -> Offer:
    return Offer(choice, str(LABELS[choice]) if isinstance(choice, Paper) else label_of(choice, case, person))


def _papers(case: Case, person: Person) -> list[Paper]:
    """What this reader may print or look at besides."""
    found = []
    if policy.reads_narrative(person, case):
        found += [Paper.PACK] if case.referral is not None else []
        found += [Paper.PRINT, Paper.DOCUMENTS]
    return [*found, Paper.READERS] if policy.sees_who_looked(person, case) else found


def _here(case: Case, person: Person, *, mine: bool, overdue: bool) -> Here:
    """How this reader stands to it now."""
    state = case.dispute.state
    if state == State.RESOLVED:
        return Here.RESOLVED
    if state != State.OPEN:
        return Here.ENDED
    if not mine:
        if policy.oversees(person, case):
            return Here.UNIT
        raising = policy.side_of(person, case) == (Side.RAISING, case.raising_id)
        if raising and waits_for_others(case):
            return Here.PUT
        return Here.LATE if overdue and raising else Here.WAITING
    if case.is_before_partnership:
        return Here.CONVENED if case.panel else Here.CHAIRING
    if case.dispute.stage == HOP:
        return Here.OWN_STOP
    if is_asked_up(case) and case.proposal is None and all(request.state == RequestState.AWAITING for request in case.requests):
        return Here.LATE if policy.acts_for_raising(person, case) else Here.TURN
    rejected = bool(case.requests) and all(request.state == RequestState.REJECTED for request in case.requests)
    to_acknowledge = any(clock.measures == Measure.ACKNOWLEDGEMENT for clock in case.running())
    return Here.REJECTED if rejected else Here.RECEIPT if to_acknowledge else Here.TURN


def _is_idle(verb: Verb, case: Case, verbs: list[Verb]) -> bool:
    """Possible, but pointless: recommending a contact where everybody is known, asking for what one can do oneself."""
    if verb == Verb.ASK_TO_MOVE_UP:
        return bool({Verb.MOVE_UP, Verb.REFER} & set(verbs))
    if verb == Verb.RECOMMEND_CONTACT:
        return all(request.holder_id for request in case.requests)
    return verb == Verb.RECORD_GAP and case.proposal is None


def label_of(verb: Verb, case: Case, person: Person) -> str:
    """The verb in the words of this case."""
    following = case.procedure.following(case.dispute.stage)
    if verb in {Verb.MOVE_UP, Verb.ASK_TO_MOVE_UP} and following is not None:
        if following.is_partnership:
            return _("Ask for it to be referred to the partnership")
        words = _("Move up to {stage}") if verb == Verb.MOVE_UP else _("Ask to move up to {stage}")
        return words.format(stage=stage_name(case.procedure, following.position))
    if verb == Verb.CONVENE and case.panel:
        return _("Convene the panel anew")
    if verb == Verb.RESPOND and not policy.acts_for_receiving(person, case):
        return _("Respond on the agency’s behalf")
    if verb == Verb.HOLD_MOVE and not move_is_coming(case):
        return _("Say why it does not move up")
    if verb == Verb.PROPOSE_TIMETABLE and is_set_inside(case):
        return _("Set the date")
    if verb == Verb.CONFIRM_OUTCOME:
        return _(asked_to_confirm(case))
    if verb == Verb.MAKE_URGENT and case.dispute.is_urgent:
        return _("Set another moment to respond by")
    if verb == Verb.REFER:
        return _("Refer to {stage}").format(stage=lower_first((following or case.procedure.stage(case.procedure.last)).name))
    return str(verb.label)
