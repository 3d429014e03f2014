"""Published definitions, kept in memory: a version never changes, so it is read once a process."""

from uuid import UUID

from escalation.models import Dispute, ProcedureVersion
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import from_json
from escalation.procedures.variants import by_way_of

_cache: dict[UUID, ProcedureDefinition] = {}
_ways: dict[tuple[UUID, str], ProcedureDefinition] = {}


def definition_of(version_id: UUID) -> ProcedureDefinition:
    """The definition of a published version; one query a process for each version, however many disagreements run on it."""
    found = _cache.get(version_id)
    if found is None:
        stored = ProcedureVersion.objects.values_list("definition", flat=True).get(pk=version_id)
        found = _cache[version_id] = from_json(stored)
    return found


def procedure_of(dispute: Dispute) -> ProcedureDefinition:
    """What the disagreement runs on: its pinned version, by way of the variant that it took at a door."""
    if not dispute.variant:
        return definition_of(dispute.version_id)
    key = (dispute.version_id, dispute.variant)
    if key not in _ways:
        _ways[key] = by_way_of(definition_of(dispute.version_id), dispute.variant)
    return _ways[key]
