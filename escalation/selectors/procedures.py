"""Which procedures a person may read: those of the partnerships in which they have a seat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import NotFound
from escalation.models import Procedure, ProcedureVersion


@dataclass(frozen=True, slots=True)
class Listed:
    """A procedure on the list: the version in force (None where none has begun) and one that is still to come."""

    procedure: Procedure
    current: ProcedureVersion | None
    coming: ProcedureVersion | None


def procedures_of(partnership_ids: Collection[UUID], today: date) -> tuple[Listed, ...]:
    """The procedures of these partnerships, the one offered first before the others. `today` is a London date. Two queries."""
    found = Procedure.objects.filter(partnership__in=partnership_ids).select_related("partnership").prefetch_related("versions")
    rows = []
    for procedure in found.order_by("partnership__name", "-is_default", "name"):
        versions = sorted(procedure.versions.all(), key=lambda version: -version.number)
        current = next((version for version in versions if version.in_force_from <= today), None)
        rows.append(Listed(procedure, current, next((version for version in versions if version.in_force_from > today), None)))
    return tuple(rows)


def version_of(partnership_ids: Collection[UUID], version_id: UUID) -> ProcedureVersion:
    """A version of a procedure of one of these partnerships. Raises NotFound for any other: absent and foreign look the same."""
    mine = ProcedureVersion.objects.filter(procedure__partnership__in=partnership_ids)
    found = mine.select_related("procedure__partnership").filter(pk=version_id).first()
    if found is None:
        raise NotFound(_("There is no such procedure."))
    return found


def other_versions(version: ProcedureVersion) -> tuple[ProcedureVersion, ...]:
    """The procedure's other versions, the newest first, without their definitions."""
    return tuple(ProcedureVersion.objects.filter(procedure=version.procedure_id).exclude(pk=version.pk).defer("definition").order_by("-number"))
