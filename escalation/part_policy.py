"""Which part of their own somebody has in a disagreement: each counts only while they sit where they had it. Asked of a case, and of rows.

A seat is a role, post or cover in force today in an active agency (`agencies.person`). Whoever raised it sits in the raising agency; whoever holds or
held a stage in the agency for which they held it, or in one that acts for it; whoever leads the plan in an agency that raised
it or was asked; whoever wrote it on behalf of somebody else in the business unit, or, between two others, in an agency of the partnership; mediator,
chair and members of a panel hold that role of the partnership still. With the seat the part ends at once, whatever other seat the person keeps. A
restricted disagreement is opened to people of the agency that raised it by none of the partnership's seats, and by none in an agency that was asked.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from agencies.roles import CHAIR_ROLES, UNIT_ROLES, Role
from escalation.case_like import CaseLike
from escalation.states import ENDED

if TYPE_CHECKING:
    from collections.abc import Collection

    from agencies.person import Person

# Whom the mediator's part may fall to: a chair mediates where no mediator takes over.
MEDIATES = CHAIR_ROLES | {Role.MEDIATOR}
# Before whom a procedure may put a matter. Which of them it names is asked of the case, not of rows.
PRESIDES = CHAIR_ROLES | UNIT_ROLES | {Role.SUBGROUP_CHAIR}
INSIDE, THIRD = 0, 3  # The stage before the first, and its stop at the business unit: what was refused twice comes there.


def is_apart(person: "Person", case: CaseLike) -> bool:
    """Is the person of the agency from whose people it is kept? Then only a part of their own opens it, whatever else they sit in."""
    return is_kept_from(person, case.dispute)


def is_kept_from(person: "Person", dispute: Any) -> bool:  # noqa: ANN401 - known by its shape
    """Is it restricted, and the person of the agency that raised it? `not_apart` says the opposite of rows."""
    return bool(dispute.is_restricted and dispute.raising_agency_id in person.agency_ids)


def counts_all(person: "Person") -> bool:
    """May a bare number of the partnership's disagreements be given to this person? Not to whoever sits in an agency, whatever is on record.

    A number beside the rows that they see would tell that there is one which is kept from their agency; leaving it out only then would tell so too.
    """
    return not person.agency_ids


def sits(person: "Person", case: CaseLike, roles: "Collection[Role]") -> bool:
    """Does the person hold one of these roles in the disagreement's own partnership, and is it not kept from their agency?"""
    return case.dispute.partnership_id in _places(person, roles) and not is_apart(person, case)


def sits_for(person: "Person", agency: UUID) -> bool:
    """Does the person sit in the agency, or in the one that acts for it?"""
    return agency in person.seated_for


def is_raiser(person: "Person", case: CaseLike) -> bool:
    """Whoever raised it."""
    return person.id == case.dispute.raiser_id and case.raising_id in person.agency_ids


def is_writer(person: "Person", case: CaseLike) -> bool:
    """Whoever wrote it: for their own agency, for the business unit, or between two others."""
    dispute = case.dispute
    if person.id != dispute.logged_by_id:
        return False
    if dispute.is_third_party:
        return dispute.partnership_id in _between(person)
    return case.raising_id in person.agency_ids or dispute.partnership_id in person.units


def has_held(person: "Person", case: CaseLike) -> bool:
    """Whoever holds or held a stage, for either side; at the business unit's own stop, for the unit."""
    for run in case.runs:
        is_at_unit = run in case.unit_hops
        if run.holder_id == person.id and holds_for_raising(person, case, is_at_unit=is_at_unit) and (is_at_unit or not is_from_before(case, run)):
            return True
    return any(request.holder_id == person.id and sits_for(person, request.agency_id) for request in case.all_requests)


def is_from_before(case: CaseLike, run: Any) -> bool:  # noqa: ANN401 - known by its shape
    """Was this a stop inside the agency from whose people it is kept by now? It went back from there, and then its writer kept it from them all."""
    return bool(case.dispute.is_restricted and run.stage == INSIDE)


def holds_for_raising(person: "Person", case: CaseLike, *, is_at_unit: bool) -> bool:
    """Does the person sit where a stage of the raising side is held?"""
    return case.dispute.partnership_id in person.units if is_at_unit else sits_for(person, case.raising_id)


def leads_plan(person: "Person", case: CaseLike) -> bool:
    """The lead manager of the agreed plan."""
    agencies = {case.raising_id, *(request.agency_id for request in case.all_requests)}
    return person.id == case.dispute.lead_manager_id and any(sits_for(person, agency) for agency in agencies)


def supervises(person: "Person", case: CaseLike) -> bool:
    """The raiser's supervisor in the raising agency."""
    return person.id in case.supervisors_of(case.dispute.raiser_id, case.raising_id) and case.raising_id in person.agency_ids


def mediates(person: "Person", case: CaseLike) -> bool:
    """The mediator of the matter that was put before the partnership, until it has ended."""
    return _goes_on(case) and case.referral is not None and person.id == case.referral.mediator_id and sits(person, case, MEDIATES)


def is_offered(person: "Person", case: CaseLike) -> bool:
    """The mediator whom the subgroup offers, until it has ended."""
    return _goes_on(case) and person.id == case.dispute.offered_mediator_id and sits(person, case, MEDIATES)


def presides(person: "Person", case: CaseLike) -> bool:
    """The one before whom it was put, or a chair or deputy chair of the partnership; never a member of a party."""
    if case.referral is None or person.agency_ids & (case.receiving_ids | {case.raising_id}):
        return False
    named = {Role(role) for stage in case.procedure.stages if stage.is_partnership for role in stage.receiving.roles}
    return sits(person, case, CHAIR_ROLES) or (person.id == case.referral.chair_id and sits(person, case, named & PRESIDES))


def on_panel(person: "Person", case: CaseLike) -> bool:
    """A member of the panel, who sits in the agency for which they are on it, or is one of the partnership's panel members, until it has ended."""
    seats = [seat for seat in case.panel if seat.user_id == person.id] if _goes_on(case) else []
    return any(seat.agency_id in person.agency_ids for seat in seats) or bool(seats and sits(person, case, {Role.PANEL_MEMBER}))


def hears(person: "Person", case: CaseLike) -> bool:
    """A member of the panel whom no declared interest keeps from hearing it; one whom it keeps may only declare anew."""
    return on_panel(person, case) and not any(seat.has_conflict for seat in case.panel if seat.user_id == person.id)


def _goes_on(case: CaseLike) -> bool:
    """Neither closed nor withdrawn: who was asked to mediate or hear this one has nothing to do with it afterwards. A chair keeps the office."""
    return case.dispute.state not in ENDED


# -- the same, as conditions on rows ------------------------------------------------------------------------------------


def not_apart(person: "Person", at: str = "") -> Q:
    """What a seat in the partnership may open to this person: all but what is kept from an agency of theirs, as `raised_by`."""
    return ~apart_from(person, at)


def apart_from(person: "Person", at: str = "") -> Q:
    """What is kept from an agency of theirs, as `raised_by`."""
    return _all(at, is_restricted=True, raising_agency__in=person.agency_ids)


def raised_by(person: "Person", at: str = "") -> Q:
    """What this person raised, as a condition on Dispute, or on rows that lead to one by `at` (`dispute__`)."""
    return _all(at, raiser=person.id, raising_agency__in=person.agency_ids)


def written_by(person: "Person", at: str = "") -> Q:
    """What this person wrote, as `raised_by`: of drafts, those that are theirs."""
    own = _all(at, raising_agency__in=person.agency_ids) | _all(at, partnership__in=person.units)
    between = _all(at, is_third_party=True, partnership__in=_between(person))
    return _all(at, logged_by=person.id) & ((_all(at, is_third_party=False) & own) | between)


def held_by(person: "Person") -> Q:
    """What this person holds or held, as a condition on Dispute."""
    at_unit = Q(runs__stage=INSIDE, partnership__in=person.units) & (Q(through_partnership=True) | Q(runs__number__gte=THIRD))
    # A stop inside the agency counts no more once it is kept from its people (`is_from_before`).
    kept_to = Q(is_restricted=False) | Q(runs__stage__gt=INSIDE)
    runs = Q(runs__holder=person.id) & ((Q(raising_agency__in=person.seated_for) & kept_to) | at_unit)
    return runs | Q(requests__holder=person.id, requests__agency__in=person.seated_for)


def led_by(person: "Person") -> Q:
    """Whose agreed plan this person leads, as a condition on Dispute."""
    return Q(lead_manager=person.id) & (Q(raising_agency__in=person.seated_for) | Q(requests__agency__in=person.seated_for))


def put_before(person: "Person") -> Q:
    """What this person mediates, may be offered for, or sits on a panel for, as a condition on Dispute.

    Until it has ended. A member whom a declared interest keeps from hearing it knows of it still, to declare anew, and reads nothing of it.
    """
    mediating = Q(referrals__mediator=person.id) | Q(offered_mediator=person.id)
    partnership = Q(partnership__in=_places(person, {Role.PANEL_MEMBER})) & not_apart(person)
    seat = Q(referrals__panels__members__agency__in=person.agency_ids) | partnership
    panel = Q(referrals__panels__members__user=person.id, referrals__panels__members__left_at=None) & seat
    return ((mediating & Q(partnership__in=_places(person, MEDIATES)) & not_apart(person)) | panel) & ~Q(state__in=ENDED)


def presided_by(person: "Person") -> Q:
    """What was put before this very person, as a condition on Dispute."""
    found = Q(referrals__chair=person.id, partnership__in=_places(person, PRESIDES))
    return found & ~Q(parties__agency__in=person.agency_ids)


def _all(at: str, **conditions: Any) -> Q:  # noqa: ANN401 - what a filter takes
    return Q(**{f"{at}{key}": value for key, value in conditions.items()})


def _places(person: "Person", roles: "Collection[Role]") -> frozenset[UUID]:
    """The partnerships in which the person holds one of these roles of the partnership itself."""
    return frozenset(seat.partnership_id for seat in person.seats if seat.role in roles and seat.agency_id is None)


def _between(person: "Person") -> frozenset[UUID]:
    """The partnerships in one of whose agencies the person sits: whoever logs between two others speaks for none."""
    return frozenset(seat.partnership_id for seat in person.seats if seat.agency_id is not None)
