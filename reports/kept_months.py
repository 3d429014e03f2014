"""The kept counts of months that are over."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, Partnership


class Count(models.TextChoices):
    """What is counted of a month, by the moment that puts it there."""

    RAISED = "raised", "Raised, by the agency that raised it"
    ASKED = "asked", "Raised, by each agency that was asked"
    AREA = "area", "Raised, by area"
    CLOSED = "closed", "Closed, by stage"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFERRED = "referred", "Referred to the partnership"
    IN_TIME = "in_time", "Responses due and in time, by who owed them"
    LATE = "late", "Responses due and late, by who owed them"
    MISSING = "missing", "Responses due and not given, by who owed them"


class KeptMonth(models.Model):
    """A month that is over and was counted."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="The month's first day, in London.")
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "month"], name="month_kept_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthCount(models.Model):
    """One count of a kept month. `place` is a stage, an area, or whether it is of what an agency raised and is kept from its own leads."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    month = models.ForeignKey(KeptMonth, on_delete=models.CASCADE, related_name="counts", db_index=False)
    kind = models.CharField(max_length=12, choices=Count)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=24, blank=True)
    number = models.PositiveIntegerField()

    class Meta:
        # One kind of count over many months.
        indexes: ClassVar = [models.Index(fields=["month", "kind"], name="month_count_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.number}"
