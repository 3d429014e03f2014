"""Who a child was said to be before: earlier versions of the guarded block and of each agency's reference, kept whenever they change."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from escalation.models import Child, ChildReference, Dispute, EarlierChild, EarlierReference

PARTS = ("initials", "name", "born_on", "is_unborn")


def as_it_stood(row: Child, now: datetime) -> EarlierChild:
    """The version that ends now."""
    return _version(row, row, now)


def as_sent_before(dispute: Dispute) -> dict[int, tuple[Child, list[EarlierChild]]]:
    """By its place each child of what was sent back, with its earlier versions and its references: read before it is sent again. Four queries."""
    rows = Child.objects.filter(dispute=dispute).prefetch_related("earlier", "references", "earlier_references")
    return {row.ordinal: (row, list(row.earlier.all())) for row in rows}


def carried_over(before: tuple[Child, list[EarlierChild]], child: Child, now: datetime) -> Iterator[EarlierChild]:
    """The earlier versions of the child that stood in this place, for the row that comes after it; as it was sent, where that is another."""
    row, versions = before
    for version in versions:
        yield _version(version, child, version.until)
    if any(getattr(row, part) != getattr(child, part) for part in PARTS):
        yield _version(row, child, now)


def _version(stood: Child | EarlierChild, child: Child, until: datetime) -> EarlierChild:
    return EarlierChild(child=child, until=until, **{part: getattr(stood, part) for part in PARTS})


def reference_as_it_stood(row: ChildReference, child: Child, now: datetime) -> EarlierReference:
    """An agency's reference that another takes the place of now."""
    return EarlierReference(child=child, agency_id=row.agency_id, reference=row.reference, until=now)


def references_carried_over(row: Child, child: Child, again: Mapping[UUID, str], now: datetime) -> Iterator[EarlierReference]:
    """The earlier references of the child that stood in this place, for the row that comes after it; and those that are not given `again`."""
    for each in row.earlier_references.all():
        yield EarlierReference(child=child, agency_id=each.agency_id, reference=each.reference, until=each.until)
    for known in row.references.all():
        if again.get(known.agency_id) != known.reference:
            yield reference_as_it_stood(known, child, now)
