"""Who decides how long records are kept and which count: the access policy's part for retention, legal holds and requests for access."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from agencies.roles import Role
from escalation.case_like import CaseLike
from escalation.part_policy import is_raiser, raised_by
from escalation.states import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from agencies.person import Person


@dataclass(frozen=True, slots=True)
class Keeper:
    """Of which disagreements whose word counts: `keeps` of a person and one of them, `rows` the same as a condition."""

    keeps: "Callable[[Person, CaseLike], bool]"
    rows: "Callable[[Person], Q]"
    is_sent: bool
    is_restricted: frozenset[bool]


def _led(person: "Person") -> "Collection[UUID]":
    return {seat.agency_id for seat in person.seats if seat.role == Role.LEAD and seat.agency_id is not None}


def _is_unit(person: "Person", case: CaseLike) -> bool:
    return case.dispute.partnership_id in person.units


def _leads_raising(person: "Person", case: CaseLike) -> bool:
    return case.raising_id in _led(person)


EITHER, OPEN, KEPT = frozenset({True, False}), frozenset({False}), frozenset({True})
# The business unit; of one that never left the raising agency that agency's safeguarding leads, and where it is kept from them its raiser.
KEEPERS = (
    Keeper(_is_unit, lambda person: Q(partnership__in=person.units), is_sent=True, is_restricted=EITHER),
    Keeper(_leads_raising, lambda person: Q(raising_agency__in=_led(person)), is_sent=False, is_restricted=OPEN),
    Keeper(is_raiser, raised_by, is_sent=False, is_restricted=KEPT),
)


def keeps_record(person: "Person", case: CaseLike) -> bool:
    """May this person decide how long this one is kept, hold it, let it go, and leave it out of the figures?"""
    dispute = case.dispute
    meant = (each for each in KEEPERS if each.is_sent == (dispute.sent_at is not None) and dispute.is_restricted in each.is_restricted)
    return any(each.keeps(person, case) for each in meant)


def kept_by(person: "Person") -> Q:
    """The disagreements of which they may, as a condition on rows."""
    found = Q(pk__in=[])
    for each in KEEPERS:
        found |= Q(sent_at__isnull=not each.is_sent, is_restricted__in=each.is_restricted) & each.rows(person)
    return found


def keeps_records_of(person: "Person", partnership_id: UUID) -> bool:
    """May this person set the partnership's periods, hold everything about somebody, and answer requests for access? Its business unit."""
    return partnership_id in person.units


KEEPING: "dict[Verb, Callable[[Person, CaseLike], bool]]" = dict.fromkeys(
    (Verb.KEEP_LONGER, Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD, Verb.LEAVE_OUT, Verb.COUNT_AGAIN), keeps_record
)
