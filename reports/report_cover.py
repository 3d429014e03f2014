"""How the partnership's reports look on their cover: its colour and its mark, as they were chosen and confirmed."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Partnership, User

LONGEST_ALTERNATIVE = 150


class ReportCover(models.Model):
    """A choice of colour and mark. The one confirmed last is in force; one that waits to be confirmed is nobody's yet."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="+", db_index=False)
    colour = models.CharField(max_length=7, blank=True, help_text="Such as #0d5257; empty for our own.")
    picture = models.TextField(blank=True, help_text="The mark, written anew, as a data address; empty for none.")
    alternative = models.CharField(max_length=LONGEST_ALTERNATIVE, blank=True, help_text="The words in the mark's place.")
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-confirmed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership"], condition=models.Q(confirmed_at__isnull=True), name="one_cover_waits"),
            models.CheckConstraint(
                condition=models.Q(picture="", alternative="") | (~models.Q(picture="") & ~models.Q(alternative="")), name="mark_has_its_words"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="confirmed_cover_has_its_moment",
            ),
        ]
        # The one in force.
        indexes: ClassVar = [models.Index(fields=["partnership", "-confirmed_at"], name="cover_by_partnership")]

    def __str__(self) -> str:
        return self.colour or "Own design"
