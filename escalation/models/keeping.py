"""How long things are kept: a partnership's own periods, and legal holds, under which nothing is erased."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Partnership, User
from escalation.states import HoldOn, RecordClass

from .dispute import Dispute


class KeepingPeriod(models.Model):
    """How long a partnership keeps one sort of record, where it is another time than the product's default. Years or days, as the sort says."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="keeping_periods", db_index=False)
    record_class = models.CharField(max_length=12, choices=RecordClass)
    length = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "record_class"], name="one_period_a_class"),
            models.CheckConstraint(condition=models.Q(length__gt=0), name="a_period_is_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_record_class_display()}: {self.length}"


class LegalHold(models.Model):
    """Why nothing may be erased, by whom and since when: of one disagreement, or of all that one child or person is in, later ones too.

    A child is known here by keyed digests alone (`marks`), a person by their account. Its reason is erased some time after it was lifted.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="legal_holds")
    on = models.CharField(max_length=8, choices=HoldOn)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, null=True, blank=True, related_name="legal_holds")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    marks = models.JSONField(default=list, help_text="Keyed digests of who the child is: initials with birth, and each agency's reference.")
    reason = models.CharField(max_length=300, blank=True)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-placed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(on=HoldOn.DISPUTE, dispute__isnull=False, person=None)
                | models.Q(on=HoldOn.PERSON, dispute=None, person__isnull=False)
                | models.Q(on=HoldOn.CHILD, dispute=None, person=None),
                name="hold_is_on_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by=None, lifted_at=None) | models.Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="lifted_by_somebody",
            ),
            models.UniqueConstraint(fields=["dispute"], condition=models.Q(dispute__isnull=False, lifted_at=None), name="one_hold_a_disagreement"),
        ]
        indexes: ClassVar = [
            # The few that are in force: asked before anything is erased, and by the disagreement's page.
            models.Index(fields=["partnership"], condition=models.Q(lifted_at=None), name="hold_in_force"),
        ]

    def __str__(self) -> str:
        return f"Legal hold: {self.get_on_display().lower()}"


class AccessRequest(models.Model):
    """Somebody asked what is kept about them or their child: the business unit's answer, read through before it is given.

    The answer is a file in `CONCORD_VAR`, kept for the partnership's period. `disputes` are the keys of what was opened for it, `children` of
    the rows of the child who is meant in them; a child is named nowhere else. `choices` are the pieces that were left out or lost their names.
    The rest of a request is what its asker may not know of: it waits until somebody else of the unit opens it. `closed_to` are the keys of those of
    the unit who might not know of it when it ended.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="access_requests", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: a child's.")
    disputes = models.JSONField(default=list)
    children = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    identity = models.CharField(max_length=300, help_text="How it was made sure that it is them, or who may ask for the child.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    is_rest = models.BooleanField(default=False)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Who opened the rest.")
    closed_to = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file.")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["partnership", "-asked_at"], name="access_request_by_place")]

    def __str__(self) -> str:
        return "Request for access"

    @property
    def waits(self) -> bool:
        """Is it a rest that nobody opened yet?"""
        return self.is_rest and self.opened_by_id is None
