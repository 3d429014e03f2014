"""Published procedures. A published version never changes: a disagreement keeps the version it began under."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Partnership


class Procedure(models.Model):
    """A partnership's procedure through all its versions."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="procedures", db_index=False)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    is_default = models.BooleanField(default=False, help_text="Offered first to whoever logs a disagreement.")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "key"], name="procedure_key_once"),
            models.UniqueConstraint(fields=["partnership"], condition=models.Q(is_default=True), name="one_default_procedure"),
        ]

    def __str__(self) -> str:
        return self.name


class ProcedureVersion(models.Model):
    """One published text. `definition` is the validated whole as JSON; `checksum` its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    checksum = models.CharField(max_length=64)
    owner = models.CharField(max_length=200, blank=True)
    in_force_from = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["procedure", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.procedure}, version {self.number}"


class StageDefinition(models.Model):
    """A stage of a version as a row, for readers in SQL; the engine reads the version's definition."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="stages", db_index=False)
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    number = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    sides = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "position"], name="stage_position_once")]

    def __str__(self) -> str:
        return self.name
