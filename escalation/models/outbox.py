"""Messages to send, and the sweep's own marks."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext

from agencies.keys import new_key
from agencies.models import Partnership, User
from agencies.rows import QuickRow
from agencies.said import kept, recalled, shown
from escalation.querysets import NotificationQuerySet
from escalation.states import Delivery, Job, Why

from .dispute import Dispute
from .guest import Guest
from .outcome import LearningPoint
from .stage_run import Request

LONGEST_ACTION = 120


def asking(words: str) -> dict[str, Any]:
    """What is asked, as a message's columns: the English, cut to what fits, and the form that it is said by in another language."""
    return {"action": str(words)[:LONGEST_ACTION], "said": kept(words)}


class Notification(QuickRow):
    """A row of the outbox: written with the change it tells of, sent by a task of its own. It carries no case detail.

    `key` makes each message unique: clock, threshold, repeat and recipient, or event and recipient.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    key = models.CharField(max_length=200, unique=True)
    dispute = models.ForeignKey(
        Dispute, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications", help_text="Empty: it is about no single one."
    )
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text="Where it is about no single disagreement.",
    )
    request = models.ForeignKey(Request, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="notifications")
    learning = models.ForeignKey(
        LearningPoint, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="+", help_text="What it asks to see to."
    )
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications", db_index=False)
    mailbox = models.EmailField(blank=True)
    guest = models.ForeignKey(
        Guest, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="+", help_text="Whose address the mailbox is."
    )
    kind = models.CharField(max_length=24)
    why = models.CharField(max_length=12, choices=Why, blank=True, help_text="What makes it the recipient's business, where one thing does.")
    action = models.CharField(max_length=LONGEST_ACTION, help_text="What is asked of the recipient, in words without case detail.")
    said = models.JSONField(null=True, blank=True, help_text="The form of what is asked and what stands in its places, where it has any.")
    due_at = models.DateTimeField(null=True, blank=True)
    is_urgent = models.BooleanField(default=False)
    is_reminder = models.BooleanField(default=False, help_text="A newer one for the same person and disagreement takes its place.")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    state = models.CharField(max_length=12, choices=Delivery, default=Delivery.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(dispute__isnull=False) | models.Q(partnership__isnull=False), name="message_is_about_something"
            ),
            models.CheckConstraint(condition=models.Q(recipient__isnull=False) | ~models.Q(mailbox=""), name="message_has_an_address"),
        ]
        indexes: ClassVar = [
            # The delivery task: what may leave now.
            models.Index(fields=["not_before"], condition=models.Q(state=Delivery.WAITING), name="message_to_send"),
            models.Index(fields=["recipient", "-created_at"], name="message_by_recipient"),
            # The few that are about no disagreement, and those that are about one agency's response.
            models.Index(fields=["partnership"], condition=models.Q(partnership__isnull=False), name="message_of_partnership"),
            models.Index(fields=["request"], condition=models.Q(request__isnull=False), name="message_of_request"),
            # The few that went to somebody without an account.
            models.Index(fields=["guest"], condition=models.Q(guest__isnull=False), name="message_to_guest"),
            # The few that are about a learning action.
            models.Index(fields=["learning"], condition=models.Q(learning__isnull=False), name="message_of_learning"),
        ]

    def __str__(self) -> str:
        return self.action

    @property
    def asks(self) -> str:
        """What is asked, in the language in force; what was written before the form was kept beside it, or names a stage, as it was written."""
        if self.said:
            return shown(recalled(self.said))
        return gettext(self.action) if self.action else ""

    @property
    def place(self) -> Partnership:
        """The partnership whose hours and help line count: its disagreement's, or its own where it is about none."""
        place = self.dispute.partnership if self.dispute is not None else self.partnership
        if place is None:
            raise TypeError("A message is about a disagreement or a partnership.")
        return place


class Heartbeat(models.Model):
    """When a recurring job last finished: `/readyz` and the board read it."""

    name = models.CharField(max_length=40, primary_key=True)
    finished_at = models.DateTimeField()
    words = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class SweepFailure(models.Model):
    """What a job could not do in a disagreement: put off, and shown to the operator until it is settled. `failed_at` is the last time."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="sweep_failures")
    failed_at = models.DateTimeField()
    words = models.CharField(max_length=300)
    job = models.CharField(max_length=16, choices=Job, default=Job.SWEEP)
    settled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.words
