"""Who is asked beside the stages: the subgroup's chair, the panel, the reviewing service, those who weigh a dissent, an offered mediator."""

from typing import TYPE_CHECKING

from agencies.roles import Role
from escalation.case_like import CaseLike
from escalation.part_policy import is_apart, is_offered, sits

if TYPE_CHECKING:
    from agencies.person import Person


def is_asked_beside(person: "Person", case: CaseLike) -> bool:
    """Asked beside the stages: who weighs a conference's dissent, the reviewing service once alerted, the mediator whom the subgroup offers."""
    return person.id in case.dissent_contacts or reviewing(person, case) or is_offered(person, case)


def reviewing(person: "Person", case: CaseLike) -> bool:
    """The child protection reviewing service of the disagreement's own partnership, once it was alerted."""
    return case.dispute.reviewing_told_at is not None and _is_reviewer(person, case) and not is_apart(person, case)


def logs_beside(person: "Person", case: CaseLike) -> bool:
    """A reviewer of the agency in which whoever logged it between two others sits today.

    Another reviewer of the partnership, who knows of it by a seat in a party's agency, reads of it what that seat gives.
    """
    agencies = {seat.agency_id for seat in person.seats if seat.role == Role.REVIEWER and seat.partnership_id == case.dispute.partnership_id}
    return bool(case.dispute.is_third_party and agencies and not is_apart(person, case) and agencies & case.writer_agency_ids)


def _is_reviewer(person: "Person", case: CaseLike) -> bool:
    return any(seat.role == Role.REVIEWER and seat.partnership_id == case.dispute.partnership_id for seat in person.seats)


def subgroup_chair(person: "Person", case: CaseLike) -> bool:
    """Chairs a subgroup of the disagreement's own partnership and belongs to no party, where it was put to the subgroup."""
    party = person.agency_ids & (case.receiving_ids | {case.raising_id})
    put = (case.dispute.is_serious or case.dispute.is_stuck) and case.dispute.sent_at is not None
    return bool(put and not party and sits(person, case, {Role.SUBGROUP_CHAIR}))


def weighs_dissent(person: "Person", case: CaseLike) -> bool:
    return person.id in case.dissent_contacts
