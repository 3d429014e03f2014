"""Who is asked for something has a clock on it that runs: the product's own, kept in step with whose turn it is."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_noop

from agencies.said import Said, listing, said
from escalation.engine import clockwork, own_clocks
from escalation.engine.case import Case
from escalation.engine.turns import Turn, asked_by, clock_on, turn_to_file, turns_of
from escalation.models import Clock, Request
from escalation.states import EventKind, Measure, Message, State

if TYPE_CHECKING:
    from escalation.engine.change import Change


def ensure_next_step(change: "Change") -> None:
    """Whoever is asked for something owes a clock that runs: where the procedure gives them none, the product's own does. Nobody is left silent."""
    case = change.case
    turns = turns_of(case)
    own = [clock for clock in case.running() if own_clocks.follows_state(clock)]
    for turn in turns:
        held = next((clock for clock in own if turn.is_of(clock)), None)
        if held is not None:
            own.remove(held)
            _hand_over(change, held, turn)
        elif not _owes(case, turn):
            _begin(change, turn)
    done = {event.kind for event in change.events} if own else set()
    for clock in own:
        if own_clocks.ANSWERED_BY.get(clock.key, set()) & done:
            clockwork.end(change, clock, clockwork.met(change, clock))
        else:
            clockwork.leave(change, clock)


def clock_of(change: "Change", turn: Turn) -> Clock | None:
    """The clock on which what the turn asks runs, the product's own among it; None where nobody's does."""
    ensure_next_step(change)
    return clock_on(turn, change.case.running())


def tell(
    change: "Change",
    turn: Turn,
    *,
    kind: Message = Message.ASSIGNED,
    news: str = "",
    more: Iterable[str] = (),
    request: Request | None = None,
    key: str | None = None,
) -> None:
    """Whoever's turn it is hears what is asked in the words, and by the moment, of their row in My work: after the `news` of what happened, and with
    what else there is to know. Where nobody there has it by name, the agency's own mailbox does."""
    case, clock = change.case, clock_of(change, turn)
    asked = asked_by(case, clock) if clock is not None else said(turn.asked)
    words = [each if isinstance(each, Said) else said(each) for each in (news, asked, *more) if each]
    due = clock.effective_due if clock is not None else turn.by
    mailbox = mailbox_of(case, turn.agency, turn.owner)
    change.tell([turn.owner], kind=kind, action=listing(words, ". "), due=due, request=request, key=key, mailbox=mailbox)


def mailbox_of(case: Case, agency: UUID | None, owner: UUID | None) -> str:
    """The agency's own mailbox, where nobody there has it by name; none of the agency from whose people it is kept, who read that mailbox."""
    is_kept = case.dispute.is_restricted and agency == case.raising_id
    card = case.directory.agency(agency) if agency is not None and owner is None and not is_kept else None
    return card.mailbox if card else ""


def tell_what_is_theirs(change: "Change", person: UUID, *, news: str, kind: Message = Message.ASSIGNED, request: Request | None = None) -> None:
    """Somebody who took something over hears of it with all that My work asks of them, the soonest first and by its moment: an overall limit only
    where nothing else is theirs, and nothing that this change told them already, in a message of its own."""
    ensure_next_step(change)
    theirs = [clock for clock in change.case.running() if clock.owner_id == person]
    shown = sorted([clock for clock in theirs if clock.measures != Measure.CAP] or theirs, key=lambda clock: (clock.effective_due, clock.key))
    # In a sweep the newest message takes the place of the others, so it says all.
    others = [message for message in change.messages.values() if message.recipient_id == person and change.actor is not None]
    heard = {(words, message.due_at) for message in others for words in message.action.split(". ")}
    asked = [(asked_by(change.case, clock), clock.effective_due) for clock in shown]
    new = [(words, due) for words, due in asked if (str(words), due) not in heard]
    if new or not asked or kind != Message.ASSIGNED:
        words = listing([news if isinstance(news, Said) else said(news), *dict.fromkeys(words for words, _ in new)], ". ")
        change.tell([person], kind=kind, action=words, due=new[0][1] if new else None, request=request)


def tell_of_begun(change: "Change") -> None:
    """Whoever has a row in My work since this change hears what it asks and by when, but who brought it about and who was told something by it.
    What is brought in from an earlier log writes to nobody."""
    if any(event.kind == EventKind.BROUGHT_IN for event in change.events):
        return
    case, actor = change.case, change.actor.id if change.actor is not None else None
    for clock in change.begun:
        words, key = asked_by(case, clock), f"{clock.pk}:begun"
        if clock in case.running() and clock.owner_id not in {None, actor} and not change.has_told(clock.owner_id, words):
            request = next((each for each in case.awaiting if each.pk == clock.request_id), None)
            change.tell([clock.owner_id], kind=Message.ASSIGNED, action=words, due=clock.effective_due, request=request, key=key)


def record_asked(change: "Change") -> None:
    """What time alone brought about, with no line of a clock beside it, has a line for each who is asked: where the raising side's own moment passed
    after the time of the stage."""
    if change.actor is None and not change.events:
        for clock in change.begun:
            change.record(EventKind.NEXT_STEP_ASKED, facts={"clock": clock.key})


def next_look(case: Case, now: datetime) -> datetime:
    """When a live case must be looked at next: at the first check of its running clocks, or where it is urgent when the raising side's own moment has
    passed: no clock need run to that one, and another is asked for then."""
    checks = [clock.next_check_at for clock in case.running() if clock.next_check_at]
    own = case.dispute.respond_by if case.dispute.is_urgent and case.dispute.state == State.OPEN else None
    return min([*checks, own] if own is not None and own > now else checks)


def _owes(case: Case, turn: Turn) -> bool:
    """Whether a clock runs already for what the turn asks; an overall limit, an agreed action and what is asked beside ask for something else."""
    if turn.is_apart:
        return any(turn.is_of(clock) and own_clocks.follows_state(clock) for clock in case.running())
    if turn.request is not None:
        return any(turn.is_of(clock) for clock in case.running())
    others = {Measure.CAP, Measure.ACTION}
    asked = [clock for clock in case.running() if clock.measures not in others and not own_clocks.follows_state(clock)]
    return any((clock.owner_id, clock.agency_id) == (turn.owner, turn.agency) for clock in asked)


def _begin(change: "Change", turn: Turn) -> None:
    """A clock of the product's own on this turn, from now."""
    clock = own_clocks.next_step(change.case, turn, change.now)
    clockwork.place(change, clock)
    change.begun.append(clock)


def _hand_over(change: "Change", clock: Clock, turn: Turn) -> None:
    """The same side's next step is another person's now: by the same moment, or, where that has passed, by a new one. Nothing is overdue at birth."""
    if clock.owner_id == turn.owner:
        return
    if clock.effective_due <= change.now:
        clockwork.leave(change, clock)
        _begin(change, turn)
        return
    clock.owner_id = turn.owner
    change.touch(clock)
    change.begun.append(clock)


def ask_for_files(change: "Change", agencies: Collection[UUID]) -> None:
    """It is resolved: each of these agencies is asked to confirm that it is in the child's file."""
    for agency in sorted(agencies):
        ask(change, turn_to_file(change.case, agency))


def ask(change: "Change", turn: Turn) -> None:
    """From now on it is this turn too; asked again, it keeps its moment."""
    if not any(turn.is_of(clock) for clock in change.case.running()):
        _begin(change, turn)


def drop(change: "Change", key: str) -> None:
    """What was asked by these clocks is not asked any more; where it is asked anew, it has a new moment."""
    for clock in [clock for clock in change.case.running() if clock.key == key]:
        clockwork.leave(change, clock)


def let_passed_fall(change: "Change") -> None:
    """Dates that were proposed and passed before anybody answered: a line of the record says so of each, before the clock on its answer ends."""
    case = change.case
    for proposal in [proposal for proposal in case.passed_dates if proposal.declined_at is None]:
        proposal.declined_at = change.now
        change.touch(proposal)
        about = next((clock for clock in case.clocks if clock.pk == proposal.clock_id), None)
        facts = {"clock": about.key} if about is not None else {}
        change.record(EventKind.DATE_PASSED, facts=facts | {"proposed": proposal.due_at.isoformat()}, by_itself=True)


def tell_of_passed(change: "Change") -> None:
    """Whoever proposed a date that passed unanswered hears of it; its line is written where it is not yet."""
    let_passed_fall(change)
    for proposal in change.case.passed_dates:
        words = gettext_noop("Nobody answered the date that you proposed: it has passed")
        change.tell([proposal.proposed_by_id], kind=Message.EXTENDED, action=words, key=f"{proposal.pk}:passed", reminder=True)
    change.case.passed_dates = []


def drop_passed(change: "Change") -> None:
    """The clocks on the answers to dates that passed end, before one of them would say that the answer is overdue. Whoever proposed such a date hears
    of it when the change is finished (`tell_of_passed`)."""
    if change.case.passed_dates:
        let_passed_fall(change)
        ensure_next_step(change)
