"""Who decides how long records are kept: the access policy's part for retention, legal holds and answers to requests for access."""

from typing import TYPE_CHECKING
from uuid import UUID

from agencies.roles import UNIT_ROLES
from escalation.beside_policy import sits
from escalation.case_like import CaseLike
from escalation.states import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from agencies.person import Person


def keeps_record(person: "Person", case: CaseLike) -> bool:
    """The business unit; of one that never left the raising agency that agency's safeguarding leads, and where it is kept from them its raiser."""
    if case.dispute.sent_at is not None:
        return sits(person, case, UNIT_ROLES)
    return bool(person.id == case.dispute.raiser_id if case.dispute.is_restricted else person.id in case.lead_ids(case.raising_id))


def keeps_records_of(person: "Person", partnership_id: UUID) -> bool:
    """May this person set the partnership's periods, hold everything about somebody, and answer requests for access? Its business unit."""
    return partnership_id in person.units


KEEPING: "dict[Verb, Callable[[Person, CaseLike], bool]]" = dict.fromkeys(
    (Verb.KEEP_LONGER, Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD), keeps_record
)
