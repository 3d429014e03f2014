"""The documents that can be printed, by name. A procedure names its forms by these words (`forms` of a stage)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """One document; its label is its title."""

    MONITORING = "monitoring", _("Monitoring form")
    CASE_RESOLUTION = "case_resolution", _("Case resolution form")
    ESCALATION_RECORD = "record_of_escalation", _("Record of escalation, challenge and conflict resolution")
    NAMED_OFFICERS = "named_officers", _("Named officers")
    EXECUTIVE_SUMMARY = "executive_summary", _("Executive summary")
    OUTCOME_LETTER = "outcome_letter", _("Outcome letter")
    PANEL_PACK = "panel_pack", _("Panel pack")
    SUMMARY_REPORT = "summary_report", _("Summary report for the child’s record")

    @property
    def slug(self) -> str:
        """As it stands in an address and in the name of a file."""
        return str(self.value).replace("_", "-")


BY_SLUG = {kind.slug: kind for kind in DocumentKind}
# Whether the initials and the date of birth may stand on it: never on what goes to people who may not know them.
NAMES_THE_CHILD = frozenset(DocumentKind) - {DocumentKind.NAMED_OFFICERS, DocumentKind.PANEL_PACK}
