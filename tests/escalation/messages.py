"""What the tests of the outbox share."""

from datetime import datetime, timedelta
from typing import Any

from escalation.models import Dispute, Notification
from escalation.states import Message
from tests.world import MONDAY


def message_to(dispute: Dispute, user: Any, kind: str = Message.ASSIGNED) -> Notification:
    """The person's newest message of a kind."""
    found: Notification = Notification.objects.filter(dispute=dispute, recipient=user, kind=kind).latest("created_at")
    return found


def later(**more: Any) -> datetime:
    """Some time after Monday at ten."""
    return MONDAY + timedelta(**more)
