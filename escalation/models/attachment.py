"""Files that people attached to a disagreement. What they called them lies in the line's typed text; the content lies in the files' folder."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from agencies.keys import new_key
from agencies.models import Agency, User
from escalation.choices import Audience, FileEnd
from escalation.files.kinds import FileKind
from escalation.querysets import AttachmentQuerySet

from .dispute import Dispute
from .record import Event


class Attachment(models.Model):
    """One file, as it is kept: cleaned, under a name of the product's own. The line that attached it holds its digests too."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="attachments")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="attachment", help_text="The line that attached it.")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="On whose behalf.")
    audience = models.CharField(max_length=12, choices=Audience)
    kind = models.CharField(max_length=4, choices=[(kind.value, kind.words) for kind in FileKind])
    size = models.PositiveIntegerField(help_text="Bytes, as it is kept.")
    sha256 = models.CharField(max_length=64, help_text="Of what is kept.")
    stored = models.CharField(max_length=32, blank=True, help_text="Its name in the files' folder; empty once it is erased.")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_how = models.CharField(max_length=12, choices=FileEnd, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["added_at"]
        constraints: ClassVar = [
            # What has left the record is erased, and what is in it has its content.
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_how="") & ~models.Q(stored="")
                | models.Q(ended_at__isnull=False, stored="") & ~models.Q(ended_how=""),
                name="file_is_there_or_ended",
            ),
            models.UniqueConstraint(fields=["stored"], condition=~models.Q(stored=""), name="file_stored_once"),
        ]

    def __str__(self) -> str:
        return gettext("{kind}, {n} bytes").format(kind=gettext(FileKind(self.kind).words), n=self.size)
