"""What somebody holds, for the page on which they are replaced, and what is held by nobody who can act. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Subquery

from agencies.models import Membership, Partnership
from agencies.person import Person
from escalation.models import Dispute, Notification
from escalation.services.held import Held, HeldKind
from escalation.states import Delivery


@dataclass(frozen=True, slots=True)
class HeldLine:
    """How many of a kind, and the references of those that the person who looks may see."""

    kind: HeldKind
    number: int
    references: tuple[str, ...]


def lines_for(viewer: Person, found: Sequence[Held]) -> list[HeldLine]:
    """The items by kind, for somebody who looks: what they may not see is counted, but a restricted disagreement of their own agency is not."""
    disputes = Dispute.objects.filter(pk__in={item.dispute_id for item in found})
    seen = dict(disputes.visible_to(viewer).values_list("pk", "reference"))
    kept_from = set(disputes.filter(is_restricted=True, raising_agency__in=viewer.agency_ids).values_list("pk", flat=True)) - seen.keys()
    lines = []
    for kind in HeldKind:
        keys = [item.dispute_id for item in found if item.kind is kind and item.dispute_id not in kept_from]
        if keys:
            lines.append(HeldLine(kind, len(keys), tuple(sorted({seen[key] for key in keys if key in seen}))))
    return lines


def bounced_in(partnership: Partnership, today: date) -> list[tuple[UUID, str]]:
    """(agency, name) of its active people from whose address the newest message that left came back, by name. One query."""
    newest = Notification.objects.filter(recipient=OuterRef("user"), state__in=(Delivery.BOUNCED, Delivery.SENT)).order_by("-created_at", "-pk")
    rows = Membership.objects.on(today).filter(partnership=partnership, agency__isnull=False, user__is_active=True)
    found = rows.annotate(last=Subquery(newest.values("state")[:1])).filter(last=Delivery.BOUNCED)
    return sorted({(row.agency_id, row.user.name) for row in found.select_related("user") if row.agency_id}, key=lambda pair: (pair[1], pair[0]))
