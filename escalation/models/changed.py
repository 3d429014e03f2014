"""Which months that are over have figures that may have changed since."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Partnership


class ChangedMonth(models.Model):
    """Something was done to a disagreement that may change what a month that is over counts.

    Whoever keeps figures counts it anew and takes the row away.

    A row is only ever added here, never looked for: two changes at once do not wait for each other.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="The month's first day, in London.")

    class Meta:
        # Which of a partnership's months must be counted anew.
        indexes: ClassVar = [models.Index(fields=["partnership", "month"], name="changed_month_by_place")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
