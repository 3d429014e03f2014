"""Reports that were made: frozen with their figures, so that the same document can be shown again whatever the record has become."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Partnership, User
from reports.figures import Edition
from reports.periods import Year

PATIENCE = timedelta(minutes=15)  # A report that is not finished by then was lost with its worker.


class Progress(models.TextChoices):
    """How far the making of a report has come."""

    WAITING = "waiting", "Waiting to be made"
    COUNTING = "counting", "Counting"
    PRINTING = "printing", "Laying out the pages"
    DONE = "done", "Ready"
    FAILED = "failed", "Not made"


UNFINISHED = (Progress.WAITING, Progress.COUNTING, Progress.PRINTING)


class Report(models.Model):
    """An annual report: asked for, made in the background, then kept with its figures and the checksums of figures and file."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")
    edition = models.CharField(max_length=12, choices=[(edition.value, edition.words) for edition in Edition])
    progress = models.CharField(max_length=12, choices=Progress, default=Progress.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict, help_text="The whole document, from which the file can be made again.")
    figures_checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the figures.")
    file_checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the PDF.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes of the PDF.")
    pages = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-requested_at"]
        constraints: ClassVar = [
            # Two clicks on the button are one report.
            models.UniqueConstraint(
                fields=["partnership", "year", "edition"], condition=models.Q(progress__in=sorted(UNFINISHED)), name="one_report_in_the_making"
            ),
            models.CheckConstraint(
                condition=~models.Q(progress=Progress.DONE)
                | (models.Q(finished_at__isnull=False) & ~models.Q(file_checksum="") & ~models.Q(figures_checksum="")),
                name="report_done_has_its_checksums",
            ),
        ]
        # The list of a partnership's reports, newest first.
        indexes: ClassVar = [models.Index(fields=["partnership", "-requested_at"], name="report_by_partnership")]

    def __str__(self) -> str:
        return f"{self.get_edition_display()} {self.period.label}"

    @property
    def period(self) -> Year:
        """The reporting year."""
        return Year(self.year)

    @property
    def is_done(self) -> bool:
        """It can be downloaded."""
        return self.progress == Progress.DONE

    def is_underway(self, now: datetime) -> bool:
        """It is waiting or being made, and not for so long that it must have been lost."""
        return self.progress in UNFINISHED and now < self.requested_at + PATIENCE
