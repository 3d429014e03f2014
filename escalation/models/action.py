"""Actions that the sides agreed, followed until they are done."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, User

from .dispute import Dispute
from .record import Event


class AgreedAction(models.Model):
    """Who does what by when; its words are in the body of the event that agreed it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="actions")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at"]
        # What somebody who may be gone has still to do, among all that was ever agreed.
        indexes: ClassVar = [models.Index(fields=["owner"], condition=models.Q(done_at=None, owner__isnull=False), name="open_action_by_owner")]

    def __str__(self) -> str:
        return f"Action due {self.due_at:%Y-%m-%d}"
