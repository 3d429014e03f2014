"""Who is asked for something has a clock on it that runs: the product's own, kept in step with whose turn it is."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_noop

from escalation.engine import clockwork, own_clocks
from escalation.engine.case import Case
from escalation.engine.turns import Turn, clock_on, turn_to_file, turns_of
from escalation.models import Clock
from escalation.states import Measure, Message

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
            clockwork.place(change, own_clocks.next_step(case, turn, change.now))
    done = {event.kind for event in change.events}
    for clock in own:
        if own_clocks.ANSWERED_BY.get(clock.key, set()) & done:
            clockwork.end(change, clock, clockwork.met(change, clock))
        else:
            clockwork.leave(change, clock)


def due_for(change: "Change", owner: UUID | None) -> datetime | None:
    """By when this person owes what is asked of them next, their next step among it; None where no clock runs on them. An overall limit and an
    agreed action are no step."""
    ensure_next_step(change)
    asked = [clock for clock in change.case.running() if clock.measures not in {Measure.CAP, Measure.ACTION}]
    return min((clock.effective_due for clock in asked if owner is not None and clock.owner_id == owner), default=None)


def clock_of(change: "Change", turn: Turn) -> Clock | None:
    """The clock on which what the turn asks runs, the product's own among it; None where nobody's does."""
    ensure_next_step(change)
    return clock_on(turn, change.case.running())


def due_of(change: "Change", key: str, owner: UUID | None) -> datetime | None:
    """By when this person owes what is asked beside the stages under this key; None where they are not asked."""
    ensure_next_step(change)
    return min((clock.effective_due for clock in change.case.running() if (clock.key, clock.owner_id) == (key, owner)), default=None)


def _owes(case: Case, turn: Turn) -> bool:
    """Whether a clock runs already for what the turn asks; an overall limit, an agreed action and what is asked beside ask for something else."""
    if turn.is_apart:
        return any(turn.is_of(clock) and own_clocks.follows_state(clock) for clock in case.running())
    if turn.request is not None:
        return any(turn.is_of(clock) for clock in case.running())
    others = {Measure.CAP, Measure.ACTION}
    asked = [clock for clock in case.running() if clock.measures not in others and not own_clocks.follows_state(clock)]
    return any((clock.owner_id, clock.agency_id) == (turn.owner, turn.agency) for clock in asked)


def _hand_over(change: "Change", clock: Clock, turn: Turn) -> None:
    """The same side's next step is another person's now."""
    if clock.owner_id != turn.owner:
        clock.owner_id = turn.owner
        change.touch(clock)


def ask_for_files(change: "Change", agencies: Collection[UUID]) -> None:
    """It is resolved: each of these agencies is asked to confirm that it is in the child's file."""
    for agency in sorted(agencies):
        ask(change, turn_to_file(change.case, agency))


def ask(change: "Change", turn: Turn) -> None:
    """From now on it is this turn too; asked again, it keeps its moment."""
    if not any(turn.is_of(clock) for clock in change.case.running()):
        clockwork.place(change, own_clocks.next_step(change.case, turn, change.now))


def drop(change: "Change", key: str) -> None:
    """What was asked by these clocks is not asked any more; where it is asked anew, it has a new moment."""
    for clock in [clock for clock in change.case.running() if clock.key == key]:
        clockwork.leave(change, clock)


def let_passed_fall(change: "Change") -> None:
    """Dates that were proposed and passed before anybody answered: whoever proposed them hears of it."""
    for proposal in change.case.passed_dates:
        proposal.declined_at = change.now
        change.touch(proposal)
        words = gettext_noop("Nobody answered the date that you proposed: it has passed")
        change.tell([proposal.proposed_by_id], kind=Message.EXTENDED, action=words, key=f"{proposal.pk}:passed", reminder=True)
    change.case.passed_dates = []


def drop_passed(change: "Change") -> None:
    """The clocks on the answers to dates that passed end, before one of them would say that the answer is overdue. Whoever proposed such a date hears
    of it when the change is finished (`let_passed_fall`)."""
    if change.case.passed_dates:
        ensure_next_step(change)
