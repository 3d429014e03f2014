"""What the business unit opened about one child, while its reason holds."""

from datetime import datetime
from uuid import UUID

from agencies.person import Person
from escalation.engine.case import Case, assemble
from escalation.models import Dispute, Reading
from escalation.services.reading import ABOUT_CHILD, HOLDS, recall_reason


def opened_with(reading_id: UUID, person: Person, now: datetime) -> list[Case] | None:
    """The cases that the person opened together with this reading, the newest first; none once the hour is over. None for anybody else's."""
    first = Reading.objects.filter(pk=reading_id, reader=person.id, part=ABOUT_CHILD).first()
    if first is None:
        return None
    if first.recorded_at <= now - HOLDS:
        return []
    together = Reading.objects.filter(reader=person.id, part=ABOUT_CHILD, recorded_at=first.recorded_at).values("dispute")
    rows = Dispute.objects.visible_to(person).filter(pk__in=together).select_related("partnership").order_by("-created_at")
    return [recall_reason(case, person, now=now) for case in assemble(list(rows), now=now, whole=True)]
