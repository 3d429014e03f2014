"""What a reminder says and who gets it: the sweep's own and one that somebody sends again ask here."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from agencies.said import Said, listing, said, small
from escalation.engine import next_steps
from escalation.engine.case import Case
from escalation.engine.change import Change, Rank
from escalation.engine.own_clocks import SET_DATE
from escalation.engine.turns import asked_by, still_to_do, turns_of
from escalation.models import Clock, Request
from escalation.procedures.definition import SETS_ALONE
from escalation.services.offices import unit_ids
from escalation.states import EventKind, Measure, Message, Side

# What others hear of a clock that somebody else owes, by whose it is; what they owe themselves they hear by their own.
YET_TO = {
    Side.RAISING: gettext_noop("Your side has yet to {what}"),
    Side.RECEIVING: gettext_noop("The other side has yet to {what}"),
    Side.EACH: gettext_noop("Both sides have yet to {what}"),
    Side.CHAIR: gettext_noop("The partnership has yet to {what}"),
    Side.PARTNERSHIP: gettext_noop("The partnership has yet to {what}"),
}
FOLLOWED = gettext_noop("An agreed action that you follow is not done yet")
SUPERVISED = gettext_noop("Somebody whom you supervise has yet to {what}")


def tells_of_others(words: str, held: dict[str, Any] | None) -> bool:
    """Whether a reminder in these words, kept in this form, tells of what somebody else owes, and asks nothing of who reads it."""
    return words == FOLLOWED or (held or {}).get("form") in {SUPERVISED, *YET_TO.values()}


def who_owe(case: Case, clock: Clock) -> list[UUID | None]:
    """The owner; of an agreed action, who follows it too (BRO-04, BRO-13). Of what both sides owe whoever is asked on the other one has a clock of
    their own, which reminds them in its own words."""
    if clock.action_id is not None:
        return [clock.owner_id, case.dispute.lead_manager_id, line_manager(case, clock)]
    return [clock.owner_id]


def words_for(case: Case, clock: Clock, person: UUID | None) -> Said:
    """What a reminder says to this person: as their own My work does to who owes it, else who has yet to do what."""
    asked = asked_by(case, clock)
    if person in {None, clock.owner_id}:
        return asked
    if clock.action_id is not None:
        return said(FOLLOWED)
    form = SUPERVISED if person == line_manager(case, clock) else YET_TO[Side(clock.owed_by)]
    return said(form, what=small(still_to_do(case, clock)))


def rank_of(clock: Clock, person: UUID | None) -> Rank:
    """What the clock's reminder tells of, seen from this person; an agreed action is a matter of whoever follows it too."""
    if clock.measures == Measure.CAP:
        return Rank.LIMIT
    return Rank.OWN if clock.action_id is not None or person in {None, clock.owner_id} else Rank.OTHERS


def line_manager(case: Case, clock: Clock) -> UUID | None:
    """Who supervises the clock's owner in the agency that owes it; nobody for the own agency's part of a restricted one."""
    if clock.agency_id is None or (case.dispute.is_restricted and clock.agency_id == case.raising_id):
        return None
    found = case.directory.snapshot.supervisors_of(clock.owner_id, clock.agency_id)
    return next((person for person in found if person not in case.conflicted_ids), None)


def request_of(case: Case, clock: Clock) -> Request | None:
    """The request of the open run that whoever owes the clock answers; None for what the raising side owes about one, which was answered."""
    own = clock.request_id if clock.owed_by != Side.RAISING else None
    return next((request for request in case.requests if request.pk == own), None)


def ask_for_a_date(change: Change, clock: Clock, request: Request | None, key: str) -> None:
    """No date was agreed by the end of the next working day: both sides and the business unit are asked (DEV-02). Before the partnership the chair
    sets it: who does not hear it by their own clock hears only that there is none."""
    case = change.case
    change.record(EventKind.NEXT_STEP_ASKED, facts={"clock": clock.key}, request=request)
    holder = case.run.holder_id if case.run else None
    asked = [turn for turn in turns_of(case) if turn.key == SET_DATE and turn.request == clock.request_id]
    for turn in asked:
        next_steps.tell(change, turn, kind=Message.EXTENDED, key=f"{key}:ask")
    is_set_alone = clock.owed_by in SETS_ALONE
    missing = gettext_noop("No date is set") if is_set_alone else gettext_noop("No date is agreed")
    action = listing([said(missing), asked_by(case, clock)], ". ")
    change.tell([clock.owner_id], kind=Message.EXTENDED, action=action, due=clock.effective_due, request=request, key=f"{key}:ask")
    hear = {holder, case.dispute.raiser_id, *unit_ids(case)} - {clock.owner_id, *(turn.owner for turn in asked)}
    agreed = gettext_noop("No date is agreed yet: those who set it were asked")
    news = gettext_noop("The partnership has set no date yet") if is_set_alone else agreed
    change.tell(sorted(hear - {None}, key=str), kind=Message.EXTENDED, action=news, key=f"{key}:ask")
