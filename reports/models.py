"""Reports that were made: frozen with their figures, so that the same document can be shown again whatever the record has become."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.keys import new_key
from agencies.ledger import LedgerRow
from agencies.models import Agency, Partnership, User
from escalation.models import Dispute, Event
from reports.figures import Edition
from reports.kept_months import KeptMonth, MonthCount
from reports.periods import POOLED, Period, Pool, Year
from reports.report_cover import ReportCover
from reports.saved_filter import SavedFilter

__all__ = [
    "AuditAnswer", "AuditQuestion", "AuditSample", "AuditedRecord", "EarlyReturn", "IssuedEdition", "KeptMonth", "MonthCount", "Passage",
    "PreparedDocument", "Progress", "Report", "ReportCover", "ReportEvent", "SavedFilter", "ScorecardCheck", "UNFINISHED",
]  # fmt: skip
PATIENCE = timedelta(minutes=15)  # A report that is not finished by then was lost with its worker.


class Progress(models.TextChoices):
    """How far the making of a report has come."""

    WAITING = "waiting", _("Waiting to be made")
    COUNTING = "counting", _("Counting")
    PRINTING = "printing", _("Laying out the pages")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Not made")


class AuditQuestion(models.TextChoices):
    """What an audit asks of each record: was the procedure used properly, and did it work (BRO-10)."""

    PROMPT = "prompt", _("Was it raised without delay?")
    LEVEL = "level", _("Did each stage have the right people?")
    RECORD = "record", _("Does the record hold the concern, what was said, who was involved, what was decided and by when?")
    PACE = "pace", _("Was it settled or moved up in time?")
    FEEDBACK = "feedback", _("Was the person who raised it told what came of it?")
    FILE = "file", _("Is it in the child's file?")
    EFFECT = "effect", _("Did it lead to something for the child?")


class AuditAnswer(models.TextChoices):
    """The answer to one question about one record."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


EDITIONS = [(Edition.INTERNAL.value, _("Internal edition")), (Edition.PUBLIC.value, _("Public edition"))]
UNFINISHED = (Progress.WAITING, Progress.COUNTING, Progress.PRINTING)


class Report(models.Model):
    """An annual or a standing report: asked for, made in the background, then kept with its figures and the checksums of figures and file."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="reports", db_index=False)
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins; 0 for a standing report.")
    years = models.PositiveSmallIntegerField(default=1, help_text="Three where it is made of the reporting years up to that one together.")
    first_day = models.DateField(null=True, blank=True, help_text="Of a standing report, whose period begins then.")
    last_day = models.DateField(null=True, blank=True, help_text="Of a standing report; the day belongs to the period.")
    subgroup = models.CharField(max_length=200, blank=True, help_text="Of a standing report: whose disagreements alone it counts; empty for all.")
    edition = models.CharField(max_length=12, choices=EDITIONS)
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
    differs_at = models.DateTimeField(
        null=True, blank=True, help_text="When its file was found lost or altered, and what is made in its place today found to be another."
    )

    class Meta:
        ordering: ClassVar = ["-requested_at"]
        constraints: ClassVar = [
            # Two clicks on the button are one report.
            models.UniqueConstraint(
                fields=["partnership", "year", "years", "edition"],
                condition=models.Q(progress__in=sorted(UNFINISHED)) & ~models.Q(year=0),
                name="one_report_in_the_making",
            ),
            models.UniqueConstraint(
                fields=["partnership", "first_day", "last_day", "subgroup"],
                condition=models.Q(progress__in=sorted(UNFINISHED), year=0),
                name="one_standing_report_in_the_making",
            ),
            models.CheckConstraint(
                condition=models.Q(year=0, first_day__isnull=False, last_day__gte=models.F("first_day"), edition=Edition.INTERNAL.value)
                | (~models.Q(year=0) & models.Q(first_day__isnull=True, last_day__isnull=True)),
                name="report_of_a_year_or_of_days",
            ),
            # Never published: beside the whole edition its figures could tell what that one hides.
            models.CheckConstraint(condition=models.Q(subgroup="") | models.Q(year=0), name="report_of_a_subgroup_is_a_standing_one"),
            models.CheckConstraint(
                condition=models.Q(years=1) | (models.Q(years=POOLED, edition=Edition.PUBLIC.value) & ~models.Q(year=0)),
                name="report_of_three_years_is_public",
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
        if not self.is_standing:
            return f"{self.get_edition_display()} {self.period.label}"
        words = gettext("Standing report {period}, {subgroup}") if self.subgroup else gettext("Standing report {period}")
        return words.format(period=self.period.label, subgroup=self.subgroup)

    @property
    def period(self) -> Year | Pool | Period:
        """The reporting year, the three that end with it, or the days of a standing report."""
        if self.first_day and self.last_day:
            return Period(self.first_day, self.last_day)
        return Pool(self.year) if self.years == POOLED else Year(self.year)

    @property
    def is_standing(self) -> bool:
        """It looks back on some days for a meeting, and not on a reporting year."""
        return not self.year

    @property
    def counts_all(self) -> bool:
        """It counts what an agency's people may not know of too, as no other that is made does."""
        return self.edition == Edition.INTERNAL and not self.is_standing

    @property
    def is_done(self) -> bool:
        """It can be downloaded."""
        return self.progress == Progress.DONE

    def is_underway(self, now: datetime) -> bool:
        """It is waiting or being made, and not for so long that it must have been lost."""
        return self.progress in UNFINISHED and now < self.requested_at + PATIENCE


class IssuedEdition(models.Model):
    """The tables of a public edition that left the product, as a document, a data file or by the interface: what later editions must not undo."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="issued_editions", db_index=False)
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")
    years = models.PositiveSmallIntegerField(default=1, help_text="Three where it is made of the reporting years up to that one together.")
    issued_at = models.DateTimeField()
    document = models.JSONField(help_text="The whole document.")
    checksum = models.CharField(max_length=64, help_text="SHA-256 of its chapters.")

    class Meta:
        ordering: ClassVar = ["issued_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "year", "years", "checksum"], name="edition_issued_once")]

    def __str__(self) -> str:
        return f"Public edition {self.period.label}"

    @property
    def period(self) -> Year | Pool:
        """The reporting year, or the three that end with it."""
        return Pool(self.year) if self.years == POOLED else Year(self.year)


class Passage(models.Model):
    """What the business unit writes for a year's report: a chapter's comment, or a decision's finding in its published words.

    A public edition carries it only once a named person signed it; changed words are unsigned.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="passages")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")
    chapter = models.CharField(max_length=24, help_text="The chapter that it stands in.")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="The decision whose finding it is.")
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["year", "chapter", "written_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "year", "chapter"], condition=models.Q(event__isnull=True), name="one_comment_a_chapter"),
            models.UniqueConstraint(fields=["event"], condition=models.Q(event__isnull=False), name="one_wording_a_finding"),
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True, signed_at__isnull=True) | models.Q(signed_by__isnull=False, signed_at__isnull=False),
                name="signature_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chapter} {Year(self.year).label}"


class EarlyReturn(models.Model):
    """How many early-stage matters an agency settled outside the system in a quarter, as it returned it; 0 is a nil return, no row is none."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="early_returns", db_index=False)
    quarter = models.DateField(help_text="The quarter's first day.")
    matters = models.PositiveSmallIntegerField()
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-quarter", "agency__name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "quarter"], name="one_return_a_quarter")]

    def __str__(self) -> str:
        return f"{self.matters} in the quarter from {self.quarter:%Y-%m-%d}"


class ScorecardCheck(models.Model):
    """What an agency says of its own figures of a year before anything is published."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="scorecard_checks", db_index=False)
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")
    is_right = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    figures_checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the figures then, restricted ones apart.")
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["agency__name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "year"], name="one_check_a_year")]

    def __str__(self) -> str:
        return f"{'Right' if self.is_right else 'Wrong'}, {Year(self.year).label}"


class ReportEvent(LedgerRow):
    """One line of the reports' own record: who took figures out, and what was signed or checked. Never changed, never removed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="report_events", db_index=False)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        # A partnership's newest lines.
        indexes: ClassVar = [models.Index(fields=["partnership", "-recorded_at"], name="report_event_by_partnership")]

    def __str__(self) -> str:
        return self.words


class AuditSample(models.Model):
    """Records drawn by chance from those raised in a period. The seed and the number there were to draw from make the draw repeatable."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="audit_samples", db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()
    seed = models.PositiveIntegerField()
    drawn_from = models.PositiveIntegerField(help_text="How many records there were to draw from.")
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-drawn_at"]
        indexes: ClassVar = [models.Index(fields=["partnership", "-drawn_at"], name="audit_by_partnership")]

    def __str__(self) -> str:
        return f"Audit of {self.first_day:%Y-%m-%d} to {self.last_day:%Y-%m-%d}"


class AuditedRecord(models.Model):
    """One disagreement of a sample, with its answers once it was looked through: question to answer."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    sample = models.ForeignKey(AuditSample, on_delete=models.CASCADE, related_name="records", db_index=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["sample", "dispute"], name="audited_once_a_sample")]

    def __str__(self) -> str:
        return f"Record {self.position}"


class PreparedDocument(models.Model):
    """A long document of one disagreement, made in the background for the one person who asked, and kept for an hour."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, help_text="One of the documents' names.")
    with_child = models.BooleanField(default=False)
    requested_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField()
    progress = models.CharField(max_length=12, choices=Progress, default=Progress.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            # Two clicks are one document.
            models.UniqueConstraint(
                fields=["dispute", "kind", "with_child", "requested_by"],
                condition=models.Q(progress__in=sorted(UNFINISHED)),
                name="one_document_in_the_making",
            ),
        ]
        # What is no longer kept, oldest first.
        indexes: ClassVar = [models.Index(fields=["requested_at"], name="prepared_by_age")]

    def __str__(self) -> str:
        return self.kind

    @property
    def is_done(self) -> bool:
        """It can be opened."""
        return self.progress == Progress.DONE

    def is_underway(self, now: datetime) -> bool:
        """It is waiting or being made, and not for so long that it must have been lost."""
        return self.progress in UNFINISHED and now < self.requested_at + PATIENCE
