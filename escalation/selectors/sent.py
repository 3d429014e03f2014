"""Who is told of a disagreement, and when, and why one came back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from escalation.engine.case import Case
from escalation.engine.own_clocks import REPLY
from escalation.engine.turns import Turn
from escalation.models import EventBody, Notification
from escalation.states import Delivery, EventKind, Measure, Side


def told(dispute_id: UUID, reader: UUID, now: datetime) -> tuple[list[str], datetime | None]:
    """The people to whom messages go, each once, in order, the reader as "you"; and when the first message leaves, where none has. One query."""
    rows = Notification.objects.filter(dispute=dispute_id).select_related("recipient", "guest").order_by("created_at", "pk")
    found: dict[str, None] = {}
    for row in rows:
        name = row.recipient.name if row.recipient else row.guest.name if row.guest else row.mailbox
        found[_("You") if row.recipient_id == reader else name] = None
    waits = [row.not_before for row in rows if row.state == Delivery.WAITING and row.not_before > now]
    return list(found), min(waits) if waits and len(waits) == len(rows) else None


def also_asked(case: Case, turn: Turn) -> list[dict[str, Any]]:
    """Of each receiving agency asked besides the one whose turn is shown: who, with post and numbers, and by when, as the page's box says it."""
    due = {clock.request_id: clock.effective_due for clock in case.running() if clock.measures == Measure.RESPONSE or clock.key == REPLY}
    found = []
    for request in case.awaiting if turn.side == Side.RECEIVING else []:
        if request.agency_id == turn.agency or request.holder_id is None:
            continue
        known = case.directory.person(request.holder_id)
        who = next((one for one in case.candidates(Side.RECEIVING, request.agency_id) if one.user_id == request.holder_id), None)
        found.append(
            {
                "person": known.name if known else "",
                "post": request.holder_post,
                "phone": who.phone if who else "",
                "out_of_hours": who.out_of_hours if who and case.dispute.is_urgent else "",
                "due": {"moment": due.get(request.pk)},
            }
        )
    return found


def sent_back_because(dispute_id: UUID) -> str:
    """What the own manager wrote when it was last sent back; empty where it never was. One query."""
    body = EventBody.objects.filter(event__dispute=dispute_id, event__kind=EventKind.SENT_BACK, erased_at=None).order_by("-event__number").first()
    return str(body.text.get("reason", "")) if body else ""
