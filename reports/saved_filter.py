"""The filter of the board that somebody saved under a name of their own."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, Partnership, User

LONGEST_NAME = 60


class SavedFilter(models.Model):
    """What one person of the business unit looks at often, and nobody else sees: a list of the board, an agency, a stage."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    shown = models.CharField(max_length=24, help_text="The key of the board's list.")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    stage = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        # A person's own are read by this too.
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "partnership", "name"], name="one_filter_a_name")]

    def __str__(self) -> str:
        return self.name
