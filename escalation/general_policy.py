"""What a person may do in the product that is about no single disagreement: log, ask about a child, bring in an earlier log."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import NotAllowed
from agencies.roles import AGENCY_ROLES, UNIT_ROLES, Role

if TYPE_CHECKING:
    from agencies.person import Person


def may_log(person: "Person") -> bool:
    """Anyone with a role in an agency logs; the business unit logs on behalf of those without access."""
    return any(seat.role in AGENCY_ROLES or seat.role in UNIT_ROLES for seat in person.seats)


def matches_children(person: "Person", partnership_id: UUID) -> bool:
    """May this person be shown, unasked, that disagreements which they may know of are about one child? Nobody who oversees or audits them."""
    seats = {seat.role for seat in person.seats if seat.partnership_id == partnership_id and seat.agency_id is None}
    return not seats & (UNIT_ROLES | {Role.AUDITOR, Role.ADMINISTRATOR})


def asks_about_children_of(person: "Person") -> frozenset[UUID]:
    """Everything about one child, for a serious incident: the partnerships whose business unit asks, with a reason that is kept and told to the
    leads concerned. Empty for everybody else.
    """
    return person.units


def require_log(person: "Person", partnership: UUID) -> None:
    """Raises NotAllowed for anybody but the partnership's own business unit: an earlier log is brought in by it alone."""
    if partnership not in person.units:
        raise NotAllowed(_("Only the partnership's business unit brings in an earlier log."))
