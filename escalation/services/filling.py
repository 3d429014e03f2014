"""What lies with nobody of the partnership, or with who can take it no longer, goes to whoever can: they hear of it, and owe it from then on."""

from uuid import UUID

from django.utils.translation import gettext_noop

from escalation.engine import clockwork, next_steps
from escalation.engine.asks import nobody_for
from escalation.engine.change import Change
from escalation.engine.own_clocks import SUBGROUP
from escalation.engine.turns import asked_by, turns_of
from escalation.models import Clock
from escalation.services.offices import BESIDE, able_to_answer, able_to_preside, unit_ids
from escalation.services.putting import asked_of_subgroup
from escalation.states import EventKind, Message, Side


def fill(change: Change, *, first: UUID | None = None) -> None:
    """Look again at who presides and who is asked beside the stages. `first` is asked before others, where they can.

    Where nobody can any more, the business unit hears that at once, and finds it among what nobody can act on; asked again, it changes nothing.
    """
    if not change.case.dispute.is_live:
        return
    _fill_chair(change, first)
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


def tell_unit_of_nobody(change: Change, clocks: list[Clock]) -> None:
    """The business unit hears what nobody can take, once for each thing."""
    missing = dict.fromkeys(nobody_for(change.case, clock) for clock in clocks if clock.owner_id is None)
    for number, words in enumerate(missing):
        change.tell(unit_ids(change.case), kind=Message.NO_CONTACT, action=words, key=f"{change.events[-1].pk}:nobody:{number}")
