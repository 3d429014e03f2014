"""The days on which a partnership does not work besides the shipped bank holidays."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key

from .partnership import Partnership


class ClosureDay(models.Model):
    """A day on which the partnership's own offices are closed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="closure_days", db_index=False)
    day = models.DateField()
    words = models.CharField(max_length=120)
    source = models.CharField(max_length=120, blank=True, help_text="Who ordered it.")

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "day"], name="closure_day_once")]

    def __str__(self) -> str:
        return f"{self.words} ({self.day:%d %B %Y})"


class HolidayChange(models.Model):
    """A bank holiday that a proclamation added or moved after this release was made: entered by an administrator, for one nation's partnerships."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="holiday_changes", db_index=False)
    day = models.DateField()
    words = models.CharField(max_length=120)
    source = models.CharField(max_length=120, blank=True, help_text="Who ordered it.")
    works = models.BooleanField(default=False, help_text="The day is a working day after all.")

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "day"], name="holiday_change_once")]

    def __str__(self) -> str:
        return f"{self.words} ({self.day:%d %B %Y})"
