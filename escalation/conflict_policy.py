"""Who says that somebody has a conflict of interest in a disagreement, and who lifts it again: the access policy's part for that.

What a conflict does is said where it is asked: who has one may know of the disagreement no longer (`visibility`), nor do anything to it (`policy`).
It knows people (`agencies.person.Person`) and cases only by their shape.
"""

from typing import TYPE_CHECKING

from agencies.roles import SUBGROUP_ROLES, UNIT_ROLES, Role
from escalation.action_policy import sees_to
from escalation.beside_policy import logs_beside, reviewing
from escalation.case_like import CaseLike
from escalation.part_policy import (
    has_held,
    is_apart,
    is_offered,
    is_raiser,
    is_writer,
    leads_plan,
    mediates,
    on_panel,
    presides,
    sits,
    supervises,
)
from escalation.states import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from agencies.person import Person

# Whose agency's disagreements are a list of theirs.
LOOKING = frozenset({Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})


def marks(person: "Person", case: CaseLike) -> bool:
    """Whoever may know of it (as `visibility` asks of rows) says that they have a conflict themself; whom else they name, see `oversees_person`."""
    parts = (is_raiser, is_writer, has_held, supervises, leads_plan, mediates, is_offered, presides, on_panel, reviewing, logs_beside)
    return any(part(person, case) for part in parts) or _by_a_seat(person, case) or _covers(person, case) or bool(sees_to(person, case))


def _by_a_seat(person: "Person", case: CaseLike) -> bool:
    """By a role in an agency that looks at all of its own, or in the partnership."""
    is_sent = case.dispute.sent_at is not None
    agencies = (set() if case.dispute.is_restricted else {case.raising_id}) | (case.receiving_ids if is_sent else set())
    if any(person.roles_in(agency) & LOOKING for agency in agencies):
        return True
    is_heard = bool(case.dispute.is_serious or case.dispute.is_stuck)
    return is_sent and sits(person, case, UNIT_ROLES | {Role.AUDITOR} | (SUBGROUP_ROLES if is_heard else frozenset()))


def _covers(person: "Person", case: CaseLike) -> bool:
    """For somebody who holds or held it, in an agency in which both sit."""
    held = [(request.holder_id, request.agency_id) for request in case.all_requests]
    held += [] if case.dispute.is_restricted else [(run.holder_id, case.raising_id) for run in case.runs]
    return any(pair in person.covered and pair[1] in person.agency_ids for pair in held)


def lifts(person: "Person", case: CaseLike) -> bool:
    """Whoever oversees somebody who is marked; nobody lifts their own."""
    return any(oversees_person(person, case, whom, lifting=True) for whom in case.people_in_conflict)


def oversees_person(person: "Person", case: CaseLike, whom: "Person", *, lifting: bool = False) -> bool:
    """May this person mark that somebody else has a conflict, and lift it?

    Once it was sent outside, the business manager, of everybody; where it is put before them the chair and deputy, of who sits for the partnership
    or on the panel. An agency's safeguarding lead, who neither answers the own agency nor is who is disputed, of its own people: of nobody who sits
    for the partnership or acts for another party too, nor on the panel for another agency. Whoever raised it, and who answers the own agency, they
    do not mark, but lift. Where it is kept from the raising agency's people, whoever raised it, of them.
    """
    if whom.id == person.id:
        return False
    if is_apart(whom, case):
        return is_raiser(person, case)
    if case.dispute.sent_at is not None and person.id in case.unit_heads:
        return True
    if presides(person, case) and (whom.id in case.panel_user_ids or any(seat.agency_id is None for seat in whom.seats)):
        return True
    barred = case.own_asked | {case.dispute.disputed_person_id}
    if person.id in barred or any(seat.agency_id is None for seat in whom.seats):
        return False
    if whom.id in {case.dispute.raiser_id, case.dispute.logged_by_id} | case.own_asked and not lifting:
        return False
    parties = {case.raising_id} | case.receiving_ids
    known = {case.raising_id} | (case.receiving_ids if case.dispute.sent_at is not None else frozenset())
    led = {agency for agency in known if person.id in case.lead_ids(agency)}
    # A role in the lead's own agency can be given on purpose: it decides nothing where they have their part for another.
    heard_for = {seat.agency_id for seat in case.panel if seat.user_id == whom.id}
    acted_for = whom.seated_for & parties
    return bool(led) and bool(acted_for) and acted_for <= led and heard_for <= led


CONFLICTS: "dict[Verb, Callable[[Person, CaseLike], bool]]" = {Verb.MARK_CONFLICT: marks, Verb.LIFT_CONFLICT: lifts}
