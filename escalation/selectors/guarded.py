"""Who the children of a disagreement are, for those who may see it: as it stands, and as it stood before it was put right."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.person import Person
from agencies.words import short_day
from escalation.engine.case import Case
from escalation.models import Child, EarlierChild, EarlierReference
from escalation.services.child_names import takes_names


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What the guarded block showed of a child until this moment."""

    initials: str
    born: str
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class GuardedChild:
    """What the guarded block shows of one child; `earlier` and `earlier_references` are what it showed before, the newest first."""

    id: UUID
    initials: str
    born: str
    references: list[str]
    name: str = ""
    earlier: list[EarlierVersion] = field(default_factory=list)
    earlier_references: list[EarlierReference] = field(default_factory=list)


def guarded_children(case: Case, person: Person) -> list[GuardedChild]:
    """Initials, date of birth or unborn, the reader's own agency's references, and the full name where the partnership takes names now.

    Four queries, one more where there is a name. The caller checks `policy.sees_child` and logs the reading.
    """
    rows = list(Child.objects.filter(dispute=case.dispute).prefetch_related("references", "earlier", "earlier_references"))
    named = any(each.name for row in rows for each in (row, *row.earlier.all())) and takes_names(case.dispute.partnership_id)
    return [_child(row, person, named=named) for row in rows]


def _child(row: Child, person: Person, *, named: bool) -> GuardedChild:
    own = [each.reference for each in row.references.all() if each.agency_id in person.agency_ids]
    name = row.name if named else ""
    before = [each for each in row.earlier_references.all() if each.agency_id in person.agency_ids]
    return GuardedChild(row.pk, row.initials, born(row), own, name, list(earlier_of(row, row.earlier.all(), named=named)), before)


def earlier_of(row: Child, versions: Iterable[EarlierChild], *, named: bool) -> Iterator[EarlierVersion]:
    """The versions, the newest first, but those that read like what came after: only a name that is not shown made them another."""
    after = _shown(row, named=named)
    for each in versions:
        shown = _shown(each, named=named)
        if shown != after:
            yield EarlierVersion(*shown, each.until)
        after = shown


def _shown(row: Child | EarlierChild, *, named: bool) -> tuple[str, str, str]:
    return row.initials, born(row), row.name if named else ""


def born(row: Child | EarlierChild) -> str:
    """The date of birth, or that the child is unborn."""
    return _("Unborn") if row.is_unborn else short_day(row.born_on) if row.born_on else ""
