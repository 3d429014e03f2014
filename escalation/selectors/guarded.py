"""Who the children of a disagreement are, for those who may see it: as it stands, and as it stood before it was put right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.at_once import Query, Together
from agencies.person import Person
from agencies.words import short_day
from escalation.engine.case import Case
from escalation.models import Child, ChildReference, EarlierChild, EarlierReference
from escalation.querysets import Among
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

    One query, one more where there is a name. The caller checks `policy.sees_child` and logs the reading.
    """
    rows, references, versions, before = _WHOLE.of([case.dispute.pk])
    named = any(each.name for each in (*rows, *versions)) and takes_names(case.dispute.partnership_id)
    found = []
    for row in rows:
        own = [each.reference for each in references if each.child_id == row.pk and each.agency_id in person.agency_ids]
        earlier = earlier_of(row, [each for each in versions if each.child_id == row.pk], named=named)
        other = [each for each in before if each.child_id == row.pk and each.agency_id in person.agency_ids]
        found.append(GuardedChild(row.pk, row.initials, born(row), own, row.name if named else "", list(earlier), other))
    return found


def _whole(keys: Sequence[UUID]) -> Iterator[Query]:
    yield Child.objects.filter(Among("dispute", keys))
    for beside in (ChildReference, EarlierChild, EarlierReference):
        yield beside.objects.filter(Among("child__dispute", keys))


_WHOLE = Together(_whole)


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
