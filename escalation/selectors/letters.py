"""The messages of an invented partnership, as they would be read in a mail program."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from escalation.models import Notification
from escalation.services.mail import compose
from escalation.states import Delivery

MOST = 25
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: to whom, when, what became of it, and its words."""

    id: UUID
    to: str
    address: str
    at: datetime
    became: str
    subject: str
    text: str
    written_at: datetime


def letters(partnership: UUID, *, to: UUID | None = None, before: Place | None = None) -> list[Letter]:
    """Up to MOST messages of the partnership from `before` on, the newest first: all, or only those `to` one person. One query."""
    rows = Notification.objects.filter(Q(dispute__partnership=partnership) | Q(partnership=partnership))
    if to is not None:
        rows = rows.filter(recipient=to)
    if before is not None:
        at, key = before
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key))
    return [
        _letter(row)
        for row in rows.select_related("dispute__partnership", "partnership", "recipient", "guest", "request").order_by("-created_at", "-pk")[:MOST]
    ]


def _letter(row: Notification) -> Letter:
    mail = compose(row)
    return Letter(
        id=row.pk,
        to=row.recipient.name if row.recipient else _("{name} (no account)").format(name=row.guest.name) if row.guest else _("Shared mailbox"),
        address=mail.to[0],
        at=row.sent_at or row.not_before,
        became=_("Leaves") if row.state == Delivery.WAITING else str(Delivery(row.state).label),
        subject=str(mail.subject),
        text=str(mail.body),
        written_at=row.created_at,
    )
