"""What a reminder says and who gets it: the sweep's own and one that somebody sends again ask here."""

from uuid import UUID

from agencies.said import Said, said
from escalation.engine.asks import asked_of
from escalation.engine.case import Case
from escalation.engine.own_clocks import NEXT_STEP
from escalation.engine.turns import turn_on
from escalation.models import Clock, Request
from escalation.states import Measure, Side


def who_owe(case: Case, clock: Clock) -> list[UUID | None]:
    """The owner; of a clock that both sides owe, those who are asked on the other side too; of an agreed action, who follows it (BRO-04, BRO-13)."""
    if clock.measures == Measure.ACTION:
        return [clock.owner_id, case.dispute.lead_manager_id, line_manager(case, clock)]
    others = [request.holder_id for request in case.awaiting] if clock.owed_by == Side.EACH else []
    return [clock.owner_id, *others]


def line_manager(case: Case, clock: Clock) -> UUID | None:
    """Who supervises the clock's owner in the agency that owes it; nobody for the own agency's part of a restricted one."""
    if clock.agency_id is None or (case.dispute.is_restricted and clock.agency_id == case.raising_id):
        return None
    rows = case.directory.snapshot.members.get(clock.agency_id, [])
    return next((row.supervisor_id for row in rows if row.user_id == clock.owner_id and row.supervisor_id not in case.conflicted_ids), None)


def request_of(case: Case, clock: Clock) -> Request | None:
    """The request of the open run that whoever owes the clock answers; None for what the raising side owes about one, which was answered."""
    own = clock.request_id if clock.owed_by != Side.RAISING else None
    return next((request for request in case.requests if request.pk == own), None)


def mailbox_of(case: Case, clock: Clock) -> str:
    """The agency's own mailbox, where nobody there owes it by name."""
    card = case.directory.agency(clock.agency_id) if clock.agency_id and clock.owner_id is None else None
    return card.mailbox if card else ""


def asked_by(case: Case, clock: Clock) -> Said:
    """What the clock asks, in words without case detail; of a next step, what the turn is: as My work and the disagreement's page say it."""
    return said(turn_on(case, clock).asked) if clock.key == NEXT_STEP else asked_of(clock, case.procedure)
