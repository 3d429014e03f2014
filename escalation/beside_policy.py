"""Who is asked beside the stages: the subgroup's chair, the panel, the reviewing service, those who weigh a dissent, an offered mediator."""

from typing import TYPE_CHECKING

from agencies.roles import Role
from escalation.case_like import CaseLike

if TYPE_CHECKING:
    from collections.abc import Collection

    from agencies.person import Person


def sits(person: "Person", case: CaseLike, roles: "Collection[Role]") -> bool:
    """Does the person hold one of these roles in the disagreement's own partnership?"""
    place = case.dispute.partnership_id
    return any(seat.role in roles and seat.agency_id is None and seat.partnership_id == place for seat in person.seats)


def is_asked_beside(person: "Person", case: CaseLike) -> bool:
    """Asked beside the stages: who weighs a conference's dissent, the reviewing service once alerted, the mediator whom the subgroup offers."""
    offered = case.dispute.offered_mediator_id == person.id
    return person.id in case.dissent_contacts or reviewing(person, case) or offered


def reviewing(person: "Person", case: CaseLike) -> bool:
    """The child protection reviewing service of the disagreement's own partnership, once it was alerted."""
    place = case.dispute.partnership_id
    told = case.dispute.reviewing_told_at is not None
    return told and any(seat.role == Role.REVIEWER and seat.partnership_id == place for seat in person.seats)


def on_panel(person: "Person", case: CaseLike) -> bool:
    return person.id in case.panel_user_ids


def subgroup_chair(person: "Person", case: CaseLike) -> bool:
    """Chairs a subgroup of the disagreement's own partnership and belongs to no party, where it was put to the subgroup."""
    party = person.agency_ids & (case.receiving_ids | {case.raising_id})
    put = (case.dispute.is_serious or case.dispute.is_stuck) and case.dispute.sent_at is not None
    return bool(put and not party and sits(person, case, {Role.SUBGROUP_CHAIR}))


def weighs_dissent(person: "Person", case: CaseLike) -> bool:
    return person.id in case.dissent_contacts
