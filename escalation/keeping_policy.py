"""Who decides how long records are kept: the access policy's part for retention, legal holds and answers to requests for access."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from agencies.roles import Role
from escalation.case_like import CaseLike
from escalation.states import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from agencies.person import Person


@dataclass(frozen=True, slots=True)
class Keeper:
    """Of which disagreements whose word counts: `field` of the disagreement is one of what `theirs` gives of a person."""

    field: str
    theirs: "Callable[[Person], Collection[UUID]]"
    is_sent: bool
    is_restricted: frozenset[bool]
    sits: bool = False  # Only who sits in the raising agency.


def _led(person: "Person") -> "Collection[UUID]":
    return {seat.agency_id for seat in person.seats if seat.role == Role.LEAD and seat.agency_id is not None}


EITHER, OPEN, KEPT = frozenset({True, False}), frozenset({False}), frozenset({True})
# The business unit; of one that never left the raising agency that agency's safeguarding leads, and where it is kept from them its raiser.
KEEPERS = (
    Keeper("partnership_id", lambda person: person.units, is_sent=True, is_restricted=EITHER),
    Keeper("raising_agency_id", _led, is_sent=False, is_restricted=OPEN),
    Keeper("raiser_id", lambda person: {person.id}, is_sent=False, is_restricted=KEPT, sits=True),
)


def keeps_record(person: "Person", case: CaseLike) -> bool:
    """May this person decide how long this one is kept, hold it, and let it go?"""
    dispute = case.dispute
    mine = (each for each in KEEPERS if each.is_sent == (dispute.sent_at is not None) and dispute.is_restricted in each.is_restricted)
    seated = (each for each in mine if not each.sits or dispute.raising_agency_id in person.agency_ids)
    return any(getattr(dispute, each.field) in each.theirs(person) for each in seated)


def kept_by(person: "Person") -> Q:
    """The disagreements of which they may, as a condition on rows."""
    found = Q(pk__in=[])
    for each in KEEPERS:
        where = {"sent_at__isnull": not each.is_sent, "is_restricted__in": each.is_restricted, f"{each.field}__in": each.theirs(person)}
        found |= Q(**where) & (Q(raising_agency__in=person.agency_ids) if each.sits else Q())
    return found


def keeps_records_of(person: "Person", partnership_id: UUID) -> bool:
    """May this person set the partnership's periods, hold everything about somebody, and answer requests for access? Its business unit."""
    return partnership_id in person.units


KEEPING: "dict[Verb, Callable[[Person, CaseLike], bool]]" = dict.fromkeys(
    (Verb.KEEP_LONGER, Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD), keeps_record
)
