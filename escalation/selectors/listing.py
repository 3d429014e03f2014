"""Lists of disagreements for programs: filtered, the newest first, and page by page without counting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from agencies.person import Person
from escalation.models import Clock, Dispute
from escalation.querysets import DisputeQuerySet
from escalation.states import Measure, State


class Part(StrEnum):
    """A person's part in a disagreement."""

    MINE = "mine"
    RAISED = "raised"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for; None where it does not matter."""

    state: State | None = None
    stage: int | None = None
    is_overdue: bool | None = None
    agency: UUID | None = None
    part: Part | None = None


Place = tuple[datetime, UUID]


def listed(person: Person, wanted: Wanted, *, now: datetime, after: Place | None = None, most: int = 25) -> list[Dispute]:
    """Up to `most` disagreements that the person may know of, the newest first, from behind `after` on. One query, however far down the list."""
    rows = Dispute.objects.visible_to(person).select_related("partnership").filter(_condition(person, wanted))
    if wanted.is_overdue is not None:
        rows = _overdue(rows, now, is_so=wanted.is_overdue)
    if after is not None:
        at, key = after
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key))
    return list(rows.order_by("-created_at", "-pk")[:most])


def _condition(person: Person, wanted: Wanted) -> Q:
    condition = Q()
    if wanted.state is not None:
        condition &= Q(state=wanted.state)
    if wanted.stage is not None:
        condition &= Q(stage=wanted.stage)
    if wanted.agency is not None:
        condition &= Q(pk__in=Dispute.objects.filter(parties__agency=wanted.agency).values("pk"))
    raised = Q(raiser=person.id) | Q(logged_by=person.id)
    held = Q(pk__in=Dispute.objects.filter(runs__holder=person.id, runs__left_at=None).values("pk"))
    held |= Q(pk__in=Dispute.objects.filter(requests__holder=person.id, requests__ended_at=None).values("pk"))
    parts = {Part.RAISED: raised, Part.HELD: held, Part.MINE: raised | held}
    return condition & parts[wanted.part] if wanted.part else condition


def _overdue(rows: DisputeQuerySet, now: datetime, *, is_so: bool) -> DisputeQuerySet:
    """Open ones with a clock past its moment (agreed actions apart), or all the others."""
    late = Clock.objects.running().annotate(effective=Coalesce("agreed_due_at", "due_at")).filter(dispute=OuterRef("pk"), effective__lt=now)
    late = late.exclude(measures=Measure.ACTION)
    return rows.filter(Exists(late)) if is_so else rows.exclude(Exists(late))
