"""Each measure once: its words and its query. Page, PDF and data file use these and agree.

A measure is a function of the scope (partnership, year, snapshot, edition) that returns one table of figures, counted in the database.
"""

from functools import partial

from reports.figures import Table
from reports.measures import agencies, compared, durations, imported, learning, outcomes, partnership, stages, timeliness, volume
from reports.measures.base import Measure
from reports.measures.scope import Scope

MEASURES = {
    measure.key: measure
    for room in (volume, imported, compared, timeliness, durations, stages, agencies, outcomes, partnership, learning)
    for measure in room.MEASURES
}  # fmt: skip


def figures_of(scope: Scope) -> dict[str, Table]:
    """Every measure's table that belongs to the scope's edition, by the measure's key, before any suppression; asked of the record together."""
    wanted = {key: partial(measure.figures, scope) for key, measure in MEASURES.items() if _belongs(measure, scope)}
    return scope.asking.together(wanted, scope.alike)


def _belongs(measure: Measure, scope: Scope) -> bool:
    if measure.of_all and scope.subgroup:  # What came to a subgroup says nothing of what the agencies do.
        return False
    return (measure.public or not scope.is_public) and (scope.looks_back or not measure.looks_back)


__all__ = ["MEASURES", "Measure", "Scope", "figures_of"]
