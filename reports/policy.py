"""Who may read and make reports: the partnership's business unit, and nobody else."""

from uuid import UUID

from agencies.errors import NotAllowed, NotFound
from agencies.person import Person
from agencies.roles import UNIT_ROLES

REFUSAL = "Reports are the business unit's."


def partnerships_of(person: Person) -> tuple[UUID, ...]:
    """The partnerships in whose business unit the person sits today, in the order of their seats."""
    return tuple(dict.fromkeys(seat.partnership_id for seat in person.seats if seat.agency_id is None and seat.role in UNIT_ROLES))


def may_report(person: Person, partnership_id: UUID) -> bool:
    """Whether the person may see and make this partnership's reports."""
    return partnership_id in partnerships_of(person)


def require(person: Person, partnership_id: UUID) -> None:
    """Raises NotFound for somebody of another partnership, who may not know that it is there, and NotAllowed for anybody else outside the unit."""
    if partnership_id not in person.partnership_ids:
        raise NotFound("There is no such report.")
    if not may_report(person, partnership_id):
        raise NotAllowed(REFUSAL)
