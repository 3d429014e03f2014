"""Published definitions, kept in memory: a version never changes, so it is read once a process."""

from uuid import UUID

from escalation.models import ProcedureVersion
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import from_json

_cache: dict[UUID, ProcedureDefinition] = {}


def definition_of(version_id: UUID) -> ProcedureDefinition:
    """The definition of a published version; one query a process for each version, however many disagreements run on it."""
    found = _cache.get(version_id)
    if found is None:
        stored = ProcedureVersion.objects.values_list("definition", flat=True).get(pk=version_id)
        found = _cache[version_id] = from_json(stored)
    return found
