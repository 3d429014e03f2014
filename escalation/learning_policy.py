"""Who may see and move on a learning point: the access policy's part for what outlives its disagreement, asked in both directions.

A point is a general issue, written so that others can learn from it; whoever sees it need not see the disagreement that it came from, and learns
nothing of it here. It knows people (`agencies.person.Person`) and points only by their shape, so that it stands below the models.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from agencies.roles import CHAIR_ROLES, LEARNING_ROLES, SUBGROUP_ROLES, UNIT_ROLES, Role
from escalation.part_policy import is_kept_from, not_apart

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from agencies.person import Person


def visible(person: "Person") -> Q:
    """The learning points that this person may know of, as a condition on LearningPoint.

    Whoever sees to one, while they have a place in its partnership; the business unit those of what was sent outside the raising agency; a
    subgroup those of them that were referred on; the chair gaps in policy, where the procedure sends them there; a safeguarding lead those of
    disagreements in which the own agency takes part. No seat in the partnership, nor in an agency that was asked, opens any of what is kept from the
    person's own agency.
    """
    led = _led(person)
    condition = Q(owner=person.id, dispute__partnership__in=person.partnership_ids) | Q(dispute__raising_agency__in=led, dispute__is_restricted=False)
    condition |= Q(dispute__requests__agency__in=led, dispute__sent_at__isnull=False) & not_apart(person, "dispute__")
    for partnership in {seat.partnership_id for seat in person.seats if seat.agency_id is None}:
        here = Q(dispute__partnership=partnership, dispute__sent_at__isnull=False) & not_apart(person, "dispute__")
        if _sits(person, partnership, UNIT_ROLES):
            condition |= here
        if _sits(person, partnership, SUBGROUP_ROLES):
            condition |= here & ~Q(referred_to="")
        if _sits(person, partnership, CHAIR_ROLES):
            condition |= here & Q(is_for_chair=True)
    return condition


def has_part(person: "Person") -> bool:
    """Is learning this person's work anywhere, whether or not there is any just now? The list holds each partnership's as the person sits there."""
    return person.sits_anywhere_as(*LEARNING_ROLES)


def reads(person: "Person", point: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person, who knows of the point, read its words? Not with a conflict in the disagreement that it came from."""
    return str(person.id) not in point.dispute.conflicts


def may_follow(person: "Person", point: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person say who sees to it, by when, and how far it has come?

    Its owner, as above; and of what is not kept from an agency of theirs: the business unit; the subgroups, of what was referred on; the chair, of
    gaps in policy; and the lead of the agency that recorded it. Nobody once the disagreement that it came from was anonymised: what is followed is
    kept on its record.
    """
    dispute = point.dispute
    if dispute.anonymised_at is not None or not reads(person, point):
        return False
    if person.id == point.owner_id and dispute.partnership_id in person.partnership_ids:
        return True
    if is_kept_from(person, dispute):
        return False
    if point.event.agency_id in _led(person):
        return True
    place = dispute.partnership_id
    if dispute.sent_at is None:
        return False
    of_subgroup = bool(point.referred_to) and _sits(person, place, SUBGROUP_ROLES)
    return _sits(person, place, UNIT_ROLES) or of_subgroup or (point.is_for_chair and _sits(person, place, CHAIR_ROLES))


def _led(person: "Person") -> "frozenset[UUID]":
    """The agencies whose safeguarding lead the person is."""
    return frozenset(seat.agency_id for seat in person.seats if seat.agency_id and seat.role == Role.LEAD)


def _sits(person: "Person", partnership: "UUID", roles: "Collection[Role]") -> bool:
    return any(seat.role in roles and seat.agency_id is None and seat.partnership_id == partnership for seat in person.seats)
