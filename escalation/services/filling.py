"""What lies with nobody, of the partnership or of the raising agency, or with who can take it no longer, goes to whoever can: they hear of it."""

from uuid import UUID

from django.utils.translation import gettext_noop

from escalation.engine import clockwork, next_steps
from escalation.engine.asks import NOBODY_RAISING, nobody_for
from escalation.engine.change import Change
from escalation.engine.own_clocks import SUBGROUP
from escalation.engine.turns import asked_by, turns_of
from escalation.models import Clock
from escalation.services.offices import BESIDE, able_to_answer, able_to_hold, able_to_preside, unit_ids
from escalation.services.putting import asked_of_subgroup
from escalation.states import EventKind, Message, Side

HANDED = gettext_noop("It was handed to you")


def fill(change: Change, *, first: UUID | None = None) -> None:
    """Look again at who presides, who is asked beside the stages and who holds it for the raising side. `first` is asked before others.

    Where nobody can any more, the business unit hears that at once, and finds it among what nobody can act on; asked again, it changes nothing.
    """
    if not change.case.dispute.is_live:
        return
    _fill_chair(change, first)
    _fill_raising(change)
    for clock in [clock for clock in change.case.running() if clock.key in BESIDE]:
        able = able_to_answer(change.case, clock, change.now)
        to = first if first in able else next(iter(able), None)
        if clock.owner_id not in able and clock.owner_id != to:
            _pass(change, clock, to)


def _fill_chair(change: Change, first: UUID | None) -> None:
    """A matter before the partnership goes to who presides now."""
    case, referral = change.case, change.case.referral
    if referral is None or not case.is_before_partnership:
        return
    able, former = [found.user_id for found in able_to_preside(case, case.dispute.stage)], referral.chair_id
    chair = first if first in able else next(iter(able), None)
    if former in able or former == chair:
        return
    owed = [clock for clock in case.running() if clock.owed_by == Side.CHAIR and clock.owner_id == former]
    for clock in owed:
        clock.owner_id = chair
        change.touch(clock)
    referral.chair_id = chair
    change.touch(referral)
    change.record(EventKind.REASSIGNED, facts={"from": str(former or ""), "to": str(chair or "")})
    if chair is None:
        tell_unit_of_nobody(change, owed)
        return
    turn = next((turn for turn in turns_of(case) if (turn.side, turn.owner) == (Side.CHAIR, chair)), None)
    if turn is None:
        change.tell([chair], kind=Message.FEEDBACK, action=gettext_noop("You preside over it now: somebody else brings it to its end"))
        return
    next_steps.tell(change, turn)


def _fill_raising(change: Change) -> None:
    """A stage that nobody of the raising agency could hold goes to whoever can now: somebody named there since, or freed of a conflict."""
    case, run = change.case, change.case.run
    if run is None or run.holder_id is not None or case.is_with_unit:
        return
    able = able_to_hold(case, Side.RAISING, case.raising_id)
    holder = next((user for user in (*able, case.dispute.raiser_id) if case.may_hold(user, case.raising_id)), None)
    if holder is None:
        return
    person = case.directory.person(holder)
    run.holder_id, run.holder_post = holder, person.job_title(case.raising_id) if person is not None else ""
    change.touch(run)
    for clock in case.running():
        if clock.owner_id is None and clock.owed_by in {Side.RAISING, Side.EACH}:
            clock.owner_id = holder
            change.touch(clock)
    change.record(EventKind.REASSIGNED, facts={"from": "", "to": str(holder)}, agency=case.raising_id)
    next_steps.tell_what_is_theirs(change, holder, news=HANDED)


def _pass(change: Change, clock: Clock, to: UUID | None) -> None:
    """Somebody else is asked, by the same moment; where nobody was asked until its time was over, anew within two working days."""
    change.record(EventKind.REASSIGNED, facts={"from": str(clock.owner_id or ""), "to": str(to or "")}, agency=clock.agency_id)
    if clock.owner_id is None and clockwork.has_passed(change, clock):
        clockwork.leave(change, clock)
        clock = clockwork.ask(change, clock.key, Side(clock.owed_by), owner=to, agency=clock.agency_id)
    else:
        clock.owner_id = to
        change.touch(clock)
    if to is None:
        tell_unit_of_nobody(change, [clock])
    else:
        case = change.case
        words = asked_of_subgroup(case, clock) if clock.key == SUBGROUP else asked_by(case, clock)
        change.tell([to], kind=Message.ASSIGNED, action=words, due=clock.effective_due)


def tell_unit_of_nobody(change: Change, clocks: list[Clock], *, is_unheld: bool = False) -> None:
    """The business unit hears what nobody can take, once for each thing; `is_unheld`: that nobody holds it for the raising side."""
    missing = dict.fromkeys([NOBODY_RAISING] if is_unheld else [])
    missing |= dict.fromkeys(nobody_for(change.case, clock) for clock in clocks if clock.owner_id is None)
    for number, words in enumerate(missing):
        change.tell(unit_ids(change.case), kind=Message.NO_CONTACT, action=words, key=f"{change.events[-1].pk}:nobody:{number}")
