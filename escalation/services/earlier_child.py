"""Who a child was said to be before: the guarded block's earlier versions, kept whenever it is put right or sent again otherwise."""

from collections.abc import Iterator
from datetime import datetime

from escalation.models import Child, Dispute, EarlierChild

PARTS = ("initials", "name", "born_on", "is_unborn")


def as_it_stood(row: Child, now: datetime) -> EarlierChild:
    """The version that ends now."""
    return _version(row, row, now)


def as_sent_before(dispute: Dispute) -> dict[int, tuple[Child, list[EarlierChild]]]:
    """By its place each child of what was sent back, with its earlier versions: read before it is sent again. Two queries."""
    return {row.ordinal: (row, list(row.earlier.all())) for row in Child.objects.filter(dispute=dispute).prefetch_related("earlier")}


def carried_over(before: tuple[Child, list[EarlierChild]], child: Child, now: datetime) -> Iterator[EarlierChild]:
    """The earlier versions of the child that stood in this place, for the row that comes after it; as it was sent, where that is another."""
    row, versions = before
    for version in versions:
        yield _version(version, child, version.until)
    if any(getattr(row, part) != getattr(child, part) for part in PARTS):
        yield _version(row, child, now)


def _version(stood: Child | EarlierChild, child: Child, until: datetime) -> EarlierChild:
    return EarlierChild(child=child, until=until, **{part: getattr(stood, part) for part in PARTS})
