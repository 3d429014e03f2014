"""The append-only record, its typed text, its seals, and who looked."""

from typing import ClassVar

from django.db import models

from agencies.ledger import LedgerRow
from agencies.models import Agency, Partnership, User
from escalation.states import EventKind

from .dispute import Dispute
from .guest import Guest


class Event(LedgerRow):
    """One line of a disagreement's record, chained to the line before by a keyed hash.

    `facts` holds choices, keys and moments, never typed text; typed text lies in the body, of which the line keeps a salted digest.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=EventKind)
    stage = models.PositiveSmallIntegerField(default=0)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+", help_text="Empty: the system.")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+", help_text="On whose behalf."
    )
    private_to = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    happened_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    body_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["dispute", "number"], name="event_number_once")]
        indexes: ClassVar = [
            models.Index(fields=["kind", "recorded_at"], name="event_by_kind"),
            # What the system writes is of nobody, and little is kept to one agency.
            models.Index(fields=["actor"], condition=models.Q(actor__isnull=False), name="event_by_actor"),
            models.Index(fields=["agency"], condition=models.Q(agency__isnull=False), name="event_by_agency"),
            models.Index(fields=["private_to"], condition=models.Q(private_to__isnull=False), name="event_private_to"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_kind_display()}"


class EventBody(models.Model):
    """What was typed. Retention alone may blank it; the line's digest stays and says that it was erased."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="body")
    salt = models.CharField(max_length=32)
    text = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "Typed text"


class Seal(LedgerRow):
    """A partnership's periodic signature over the heads of the records that changed since the last: a Merkle root, itself chained."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="seals", db_index=False)
    number = models.PositiveIntegerField()
    heads = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "number"], name="seal_number_once")]

    def __str__(self) -> str:
        return f"Seal {self.number}"


class SealedHead(LedgerRow):
    """One disagreement's head as a seal covers it. The dispute is named by key only, so that a removed one is still missed."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="sealed_heads", db_index=False)
    dispute_key = models.UUIDField()
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["seal", "dispute_key"], name="head_once_a_seal")]
        indexes: ClassVar = [models.Index(fields=["dispute_key"], name="sealed_head_by_dispute")]

    def __str__(self) -> str:
        return f"Head {self.number}"


class Reading(LedgerRow):
    """Who looked at what: somebody with an account, or a guest. Not chained, so that reading never queues; sealed with the rest."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="readings", db_index=False)
    reader = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    guest = models.ForeignKey(Guest, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    part = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(reader__isnull=False, guest__isnull=True) | models.Q(reader__isnull=True, guest__isnull=False),
                name="reading_by_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dispute", "-recorded_at"], name="reading_by_dispute"),
            # How many somebody opened lately.
            models.Index(fields=["reader", "-recorded_at"], name="reading_by_reader"),
        ]

    def __str__(self) -> str:
        return self.part
