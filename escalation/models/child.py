"""The child or children that a disagreement is about, in as little as identifies them between the parties."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, Partnership, User
from escalation.querysets import BARE_REFERENCE, FOLDED_REFERENCE, ChildReferenceQuerySet

from .dispute import Dispute


class WhoItIs(models.Model):
    """Initials and date of birth (or unborn): the guarded block. A full name only where the partnership takes names."""

    initials = models.CharField(max_length=8)
    born_on = models.DateField(null=True, blank=True)
    is_unborn = models.BooleanField(default=False)
    name = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        abstract = True


class Child(WhoItIs):
    """A child of a disagreement, known to all its parties by the guarded block as it stands."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="children", db_index=False)
    ordinal = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispute", "ordinal"], name="child_ordinal_once"),
            models.CheckConstraint(condition=models.Q(is_unborn=False) | models.Q(born_on=None), name="unborn_has_no_birthday"),
        ]
        # Other disagreements about the same child.
        indexes: ClassVar = [models.Index(fields=["born_on", "initials"], name="child_by_birth")]

    def __str__(self) -> str:
        return f"Child {self.ordinal}"


class EarlierChild(WhoItIs):
    """The guarded block as it stood until it was put right. Who did that, and which parts, is a line of the record."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="earlier")
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-until", "-pk"]

    def __str__(self) -> str:
        return "Earlier version of a child"


class ChildNaming(models.Model):
    """Whether a partnership takes children's full names, and since when. Without a row it does not, and none is kept."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.OneToOneField(Partnership, on_delete=models.CASCADE, related_name="child_naming")
    is_on = models.BooleanField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return "On" if self.is_on else "Off"


class ChildReference(models.Model):
    """One agency's own local reference of the child: that agency's to see."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="references", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40)

    objects = ChildReferenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["child", "agency"], name="child_reference_once")]
        indexes: ClassVar = [
            models.Index("agency", FOLDED_REFERENCE, name="child_by_folded_reference"),
            models.Index("agency", BARE_REFERENCE, name="child_by_bare_reference"),
        ]

    def __str__(self) -> str:
        return "Local reference"


class EarlierReference(models.Model):
    """An agency's own reference of the child as it stood until another took its place. Who did that is a line of the record."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="earlier_references")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40)
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-until", "-pk"]

    def __str__(self) -> str:
        return "Earlier local reference"


class FileConfirmation(models.Model):
    """An agency's word that the record is in this child's case file (BRI-15)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="file_confirmations", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["child", "agency"], name="file_confirmed_once")]

    def __str__(self) -> str:
        return "Case file confirmed"
