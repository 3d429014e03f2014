"""Questions that lists ask of the tables, named as questions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from escalation import policy
from escalation.states import LIVE, ClockState, Delivery, State

if TYPE_CHECKING:
    from agencies.person import Person

LIVE_STATES = sorted(LIVE)


class DisputeQuerySet(models.QuerySet[Any]):
    """Disagreements."""

    def visible_to(self, person: "Person") -> "DisputeQuerySet":
        """Those this person may know of: the only way to a case."""
        inner = self.model._default_manager.filter(policy.visible(person)).values("pk")
        return self.filter(pk__in=inner)

    def live(self) -> "DisputeQuerySet":
        """Open, or resolved with closing tasks to do."""
        return self.filter(state__in=LIVE_STATES)

    def submitted(self) -> "DisputeQuerySet":
        """All but drafts."""
        return self.exclude(state=State.DRAFT)

    def due_for_check(self, now: datetime) -> "DisputeQuerySet":
        """Live ones whose moment has come, earliest first. Repeats the partial index's condition literally."""
        return self.filter(state__in=LIVE_STATES, wake_at__lte=now).order_by("wake_at")


class ClockQuerySet(models.QuerySet[Any]):
    """Clocks."""

    def running(self) -> "ClockQuerySet":
        """Those that still run."""
        return self.filter(state=ClockState.RUNNING)


class NotificationQuerySet(models.QuerySet[Any]):
    """The outbox."""

    def to_send(self, now: datetime) -> "NotificationQuerySet":
        """What may leave now, oldest first."""
        return self.filter(state=Delivery.WAITING, not_before__lte=now).order_by("not_before")
