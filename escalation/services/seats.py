"""A seat on a panel that somebody else has to take, or whose member may take it again: who is asked."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_noop

from agencies.said import moment_in, said
from escalation.engine import next_steps
from escalation.engine.change import Change
from escalation.engine.own_clocks import ASKED, INTEREST, MEMBER
from escalation.engine.turns import turns_of
from escalation.models import PanelMember
from escalation.services.offices import unit_ids
from escalation.states import EventKind, Message

MEETS = gettext_noop("A panel meets on {day}, {time}")


def seat_of(change: Change, user: UUID) -> PanelMember | None:
    """The person's seat on the panel before which it lies; None where they have none."""
    found = (seat for seat in change.case.panel if seat.user_id == user)
    return next(found, None) if change.case.is_before_partnership else None


def declare(change: Change, seat: PanelMember, interest: str, *, conflicts: bool = False) -> None:
    """What a member declares, and whether it keeps them from hearing it: a line of the record holds it, and the seat repeats it."""
    seat.interest, seat.has_conflict, seat.declared_at = interest, conflicts, change.now
    facts = {"person": str(seat.user_id), "declared": "conflict" if conflicts else "interest" if interest else "none"}
    change.record(EventKind.INTEREST, facts=facts, body={"interest": interest}, agency=seat.agency_id)


def bar(change: Change, user: UUID) -> None:
    """Somebody who sits on the panel has a conflict: the seat is to be replaced."""
    seat = seat_of(change, user)
    if seat is not None:
        seat.has_conflict, seat.declared_at = True, change.now
        change.touch(seat)
        ask_for_another_member(change)


def open_again(change: Change, user: UUID) -> None:
    """They have no conflict after all: whoever still has the seat declares anew, and nobody is asked to replace them."""
    seat = seat_of(change, user)
    if seat is not None and seat.has_conflict:
        seat.has_conflict, seat.declared_at = False, None
        change.touch(seat)
        ask_to_declare(change, {user}, key=f"{change.events[-1].pk}:seat")


def is_to_leave(change: Change, user: UUID, agency: UUID | None) -> bool:
    """Do they sit for this agency, and have not left it yet?"""
    seat = seat_of(change, user)
    return seat is not None and seat.agency_id == agency and seat.gone_at is None


def leave(change: Change, user: UUID, agency: UUID | None) -> None:
    """They left the agency for which they sat: the seat is to be replaced."""
    seat = seat_of(change, user)
    if seat is not None and is_to_leave(change, user, agency):
        seat.gone_at = change.now
        change.touch(seat)
        ask_for_another_member(change)


def ask_to_declare(change: Change, users: Collection[UUID], *, key: str | None = None) -> None:
    """Each of these members hears when the panel meets, and until when to declare an interest, or that there is none."""
    meets: dict[UUID | None, str] = {seat.user_id: said(MEETS, **moment_in(seat.panel.meets_at)) for seat in change.case.panel}
    for turn in turns_of(change.case):
        if turn.key == INTEREST and turn.owner in users:
            next_steps.tell(change, turn, news=meets.get(turn.owner, ""), key=key)


def ask_for_another_member(change: Change) -> None:
    """The chair is asked to replace the member, and the business unit, which may do it too, hears of it: beside what they hear of why."""
    key = f"{change.events[-1].pk}:seat"
    for turn in turns_of(change.case):
        if turn.key == MEMBER:
            next_steps.tell(change, turn, key=key)
    change.tell(unit_ids(change.case), kind=Message.UNIT, action=ASKED[MEMBER], key=key)
