"""The directory's own record: who changed an agency, a role, a post or cover, and when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from agencies.ledger import LedgerRow
from agencies.roles import DirectoryDoor
from agencies.said import recalled, shown

from .agency import Agency
from .partnership import Partnership
from .user import User


class DirectoryEvent(LedgerRow):
    """One change of the directory. Nothing on it may be changed or removed: the database refuses both.

    `whom`, `gives` and `door` are empty on lines from before they were kept, and the first two where nobody's place is changed or nothing given.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="directory_events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="directory_events")
    words = models.CharField(max_length=300)
    # The sentence and what stands in its places; empty where the words are the whole sentence, and on lines from before it was kept.
    form = models.JSONField(null=True, blank=True, editable=False)
    whom = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Whose place it changed.")
    gives = models.BooleanField(null=True, blank=True, help_text="Whether they were given a role or post.")
    # Empty is null, in all three: SQLite adds no other column without building the table anew, and its guards with it.
    door = models.CharField(max_length=16, choices=DirectoryDoor, null=True, blank=True)  # noqa: DJ001

    class Meta:
        ordering: ClassVar = ["-recorded_at"]

    def __str__(self) -> str:
        return self.words

    @property
    def said(self) -> str:
        """The words in the language in force."""
        return shown(recalled(self.form)) if self.form else gettext(self.words)


class UntoldGiving(models.Model):
    """A line of the directory's record of which the agency's leads and the business unit are still to be told. Gone once they are."""

    event = models.OneToOneField(DirectoryEvent, on_delete=models.PROTECT, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.event_id)
