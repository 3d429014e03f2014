"""What stands around a disagreement: a formal request for a conference, and others about the same child."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, User
from escalation.states import ConferenceAnswer

from .dispute import Dispute
from .record import Event


class ConferenceRequest(models.Model):
    """A formal request for a child protection conference, who supports it, and the answer (ENF-08). Its reasons are in its event."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="conference_requests")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Whom it is asked of.")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    supporter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=ConferenceAnswer, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    conference_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            # One at a time: a second request waits for the first one's answer.
            models.UniqueConstraint(fields=["dispute"], condition=models.Q(answer=""), name="one_open_conference_request"),
        ]

    def __str__(self) -> str:
        return "Conference requested"


class DisputeLink(models.Model):
    """Two disagreements about the same child, linked by somebody who may see both. Kept once, the earlier key first."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="linked_from")
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dispute", "other"], name="linked_once")]

    def __str__(self) -> str:
        return "Linked"
