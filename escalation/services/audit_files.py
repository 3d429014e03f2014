"""Attached files against the record: the digest in the line, the row's, and that of what lies in the files' folder."""

from collections.abc import Iterator
from uuid import UUID

from agencies.models import Partnership
from escalation.engine import file_store
from escalation.models import Attachment
from escalation.services.audit_report import AuditReport, Finding

BATCH = 200


def check_files(partnership: Partnership, report: AuditReport, *, dispute: UUID | None = None) -> None:
    """Check every file of the partnership, or of one disagreement, that has not left the record. Reads each one whole."""
    rows = Attachment.objects.filter(dispute__partnership=partnership, ended_at=None).select_related("event", "dispute").order_by("pk")
    if dispute is not None:
        rows = rows.filter(dispute=dispute)
    for row in rows.iterator(chunk_size=BATCH):
        report.files += 1
        report.add(_faults(row))


def _faults(row: Attachment) -> Iterator[Finding]:
    where = f"{row.dispute.reference} file of line {row.event.number}"
    if row.event.facts.get("sha256") != row.sha256:
        yield Finding(where, "is not the one that its line names")
    try:
        with file_store.opened(row.stored) as content:
            is_whole = file_store.matches(content, row.sha256)
    except OSError:
        # Withdrawn since it was read here, or gone.
        if Attachment.objects.filter(pk=row.pk, ended_at=None).exists():
            yield Finding(where, "is not in the files’ folder")
        return
    if not is_whole:
        yield Finding(where, "was altered in the files’ folder")
