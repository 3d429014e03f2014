"""How it ended: the wording both sides confirm, and what is learnt."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, User
from escalation.querysets import LearningQuerySet
from escalation.states import ChangeNeeded, LearningStatus, Outcome

from .dispute import Dispute
from .record import Event


class OutcomeProposal(models.Model):
    """A wording put to every party. A new proposal replaces the last; resolved with the last confirmation of the same wording."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="proposals")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Outcome)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    is_binding = models.BooleanField(default=False, help_text="A binding decision needs receipt, not agreement.")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispute"], condition=models.Q(replaced_at=None), name="one_current_outcome"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class OutcomeConfirmation(models.Model):
    """One party's written confirmation of the proposal's wording, or the business unit's record that it stayed silent."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    proposal = models.ForeignKey(OutcomeProposal, on_delete=models.CASCADE, related_name="confirmations", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    is_gap = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["proposal", "agency"], name="outcome_confirmed_once")]

    def __str__(self) -> str:
        return f"Confirmed by {self.agency_id}"


class LearningPoint(models.Model):
    """A general issue to learn from, or the explicit word that there is none; its text is in its event.

    It outlives its disagreement: it is followed until it is done, or considered and not taken up. `revision` counts what was changed in it;
    `evidence` is the line that holds what was said last of what was done; `set_at` is when its owner or day was last set.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="learning")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    is_none = models.BooleanField(default=False)
    referred_to = models.CharField(max_length=120, blank=True)
    change_needed = models.CharField(max_length=20, choices=ChangeNeeded, blank=True)
    is_for_chair = models.BooleanField(default=False, help_text="A gap in policy that the procedure sends to the chair.")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=LearningStatus, default=LearningStatus.OPEN)
    done_at = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()

    objects = LearningQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # The board's figure, the reminders and the learning list: what is not settled yet, soonest first.
            models.Index(fields=["due_on"], condition=models.Q(is_none=False, done_at=None), name="open_learning_by_day"),
            # What somebody who may be gone has still to do.
            models.Index(fields=["owner"], condition=models.Q(is_none=False, done_at=None, owner__isnull=False), name="open_learning_by_owner"),
        ]

    def __str__(self) -> str:
        return "No general issue" if self.is_none else "Learning point"
