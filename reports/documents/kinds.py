"""The documents that can be printed, by name. A procedure names its forms by these words (`forms` of a stage)."""

from django.db import models


class DocumentKind(models.TextChoices):
    """One document; its label is its title."""

    MONITORING = "monitoring", "Monitoring form"
    CASE_RESOLUTION = "case_resolution", "Case resolution form"
    ESCALATION_RECORD = "record_of_escalation", "Record of escalation, challenge and conflict resolution"
    NAMED_OFFICERS = "named_officers", "Named officers"
    EXECUTIVE_SUMMARY = "executive_summary", "Executive summary"
    OUTCOME_LETTER = "outcome_letter", "Outcome letter"
    PANEL_PACK = "panel_pack", "Panel pack"
    SUMMARY_REPORT = "summary_report", "Summary report for the child’s record"

    @property
    def slug(self) -> str:
        """As it stands in an address and in the name of a file."""
        return str(self.value).replace("_", "-")


BY_SLUG = {kind.slug: kind for kind in DocumentKind}
# Whether the initials and the date of birth may stand on it: never on what goes to people who may not know them.
NAMES_THE_CHILD = frozenset(DocumentKind) - {DocumentKind.NAMED_OFFICERS, DocumentKind.PANEL_PACK}
