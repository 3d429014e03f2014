"""Why somebody is written to about a disagreement: the one reason that is so for them, nearest first, as their message says it."""

from collections.abc import Iterator
from uuid import UUID

from escalation.engine.case import Case
from escalation.engine.stops import HOP
from escalation.states import Side, Why


def why_told(case: Case, user: UUID) -> str:
    """What makes it this person's business as the case stands; empty where none of it does. No query."""
    covers = False
    for holder, agency in _holders(case):
        if user == holder:
            return Why.HOLDS
        covers = covers or user == case.cover_of(holder, agency)
    if covers:
        return Why.COVERS
    return next((why for why, people in _others(case) if user in people), "")


def _holders(case: Case) -> Iterator[tuple[UUID, UUID]]:
    """Who holds it for each side now, with their agency."""
    run = case.run
    if run is not None and run.holder_id is not None:
        yield run.holder_id, case.raising_id
    for agency in case.receiving_ids if case.dispute.stage != HOP else ():
        holder = case.holder_id(Side.RECEIVING, agency)
        if holder is not None:
            yield holder, agency


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
