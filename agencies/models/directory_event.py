"""The directory's own record: who changed an agency, a role, a post or cover, and when."""

from typing import ClassVar

from django.db import models

from agencies.ledger import LedgerRow

from .agency import Agency
from .partnership import Partnership
from .user import User


class DirectoryEvent(LedgerRow):
    """One change of the directory. Nothing on it may be changed or removed: the database refuses both."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="directory_events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="directory_events")
    words = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["-recorded_at"]

    def __str__(self) -> str:
        return self.words
