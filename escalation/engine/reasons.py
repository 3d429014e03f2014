"""Why somebody is written to about a disagreement: the one reason that is so for them, nearest first, as their message says it."""

from collections.abc import Iterator
from uuid import UUID

from escalation.engine.case import Case
from escalation.engine.stops import HOP
from escalation.states import Side, Why


def why_told(case: Case, user: UUID) -> str:
    """What makes it this person's business as the case stands; empty where none of it does. No query."""
    holders = _holders(case)
    if any(user == holder for holder, _agency in holders):
        return Why.HOLDS
    if any(user == case.cover_of(holder, agency) for holder, agency in holders):
        return Why.COVERS
    return next((why for why, people in _others(case) if user in people), "")


def _holders(case: Case) -> list[tuple[UUID, UUID]]:
    """Who holds it for each side now, with their agency."""
    run = case.run
    found = [(run.holder_id if run is not None else None, case.raising_id)]
    if case.dispute.stage != HOP:
        found += [(case.holder_id(Side.RECEIVING, agency), agency) for agency in case.receiving_ids]
    return [(holder, agency) for holder, agency in found if holder is not None]


def _others(case: Case) -> Iterator[tuple[Why, frozenset[UUID]]]:
    """Everybody else whom it concerns, by what makes it so."""
    dispute, directory = case.dispute, case.directory
    chairs = frozenset(one.user_id for one in directory.chairs())
    yield Why.RAISED, frozenset({dispute.raiser_id})
    yield Why.LOGGED, frozenset({dispute.logged_by_id})
    yield Why.SITS, case.panel_user_ids
    if case.stage_definition is not None and case.stage_definition.is_partnership:
        yield Why.PRESIDES, chairs
    yield Why.DOES, frozenset(clock.owner_id for clock in case.running() if clock.action_id and clock.owner_id)
    yield Why.SUPERVISES, case.supervisors_of(dispute.raiser_id, case.raising_id)
    for agency in (case.raising_id, *sorted(case.receiving_ids)):
        yield Why.LEADS, case.lead_ids(agency)
    yield Why.UNIT, frozenset(one.user_id for one in directory.unit())
    yield Why.PRESIDES, chairs
