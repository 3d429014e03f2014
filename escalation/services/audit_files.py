"""Attached files against the record: the digest in the line, the row's, and that of what lies in the files' folder."""

from collections.abc import Iterator
from uuid import UUID

from agencies.models import Partnership
from escalation.engine import file_store
from escalation.models import Attachment, Event, EventBody
from escalation.record_policy import BRINGS_FILE
from escalation.services.audit_report import AuditReport, Finding

BATCH = 200


def check_files(partnership: Partnership, report: AuditReport, *, dispute: UUID | None = None) -> None:
    """Check every file of the partnership, or of one disagreement, that has not left the record, and that what left it did so on record. Reads each
    one whole."""
    report.add(_unlike_their_lines(partnership, dispute))
    rows = Attachment.objects.filter(dispute__partnership=partnership, ended_at=None).select_related("event", "dispute").order_by("pk")
    if dispute is not None:
        rows = rows.filter(dispute=dispute)
    for row in rows.iterator(chunk_size=BATCH):
        report.files += 1
        report.add(_faults(row))


def _unlike_their_lines(partnership: Partnership, dispute: UUID | None) -> Iterator[Finding]:
    """Each line that brought a file, with the file's row in the same query: whoever attaches or withdraws one meanwhile writes both at once."""
    lines = Event.objects.filter(dispute__partnership=partnership, kind__in=BRINGS_FILE, dispute__anonymised_at=None)
    if dispute is not None:
        lines = lines.filter(dispute=dispute)
    for line in lines.select_related("attachment", "body", "dispute").order_by("pk").iterator(chunk_size=BATCH):
        where = f"{line.dispute.reference} file of line {line.number}"
        yield from (Finding(where, what) for what in _unlike(line, getattr(line, "attachment", None)))


def _unlike(line: Event, row: Attachment | None) -> Iterator[str]:
    """What of a file's row is not as its line says. Whether a line lost its words on record is asked of the line itself."""
    if row is None:
        yield "was removed from the database"
        return
    body: EventBody | None = getattr(line, "body", None)
    has_left = body is not None and body.erased_at is not None
    if row.ended_at is not None and not has_left:
        yield "was taken out, and no line of the record says so"
    if row.ended_at is None and has_left:
        yield "is there again, though the record says that it was taken out"
    # Whoever attached it sees it without reading the rest, and may take it out.
    seen_by = row.audience, row.agency_id, row.dispute_id, row.added_by_id
    if seen_by != (line.facts.get("audience"), line.agency_id, line.dispute_id, line.actor_id):
        yield "is seen by others than its line says"


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
