"""Who has been told of a disagreement."""

from uuid import UUID

from escalation.models import Notification


def told(dispute_id: UUID, reader: UUID) -> list[str]:
    """The people to whom messages go, each once, in order; the reader as "you". One query."""
    rows = Notification.objects.filter(dispute=dispute_id).select_related("recipient").order_by("created_at", "pk")
    found: dict[str, None] = {}
    for row in rows:
        found["You" if row.recipient_id == reader else row.recipient.name if row.recipient else row.mailbox] = None
    return list(found)
