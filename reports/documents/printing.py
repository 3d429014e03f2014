"""A document's page and its PDF: the same blocks in two frames, stamped with who printed it and when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from agencies.person import Person
from agencies.words import LONDON, moment
from escalation import policy
from escalation.engine.case import Case
from reports import pdf
from reports.documents.endings import executive_summary, outcome_letter, summary_report
from reports.documents.forms import case_resolution, escalation_record, monitoring
from reports.documents.kinds import NAMES_THE_CHILD, DocumentKind
from reports.documents.matter import Matter, matter_of
from reports.documents.officers import officers
from reports.documents.pack import panel_pack
from reports.documents.shapes import Paper

BUILDERS: dict[DocumentKind, Callable[[Matter], Paper]] = {
    DocumentKind.MONITORING: monitoring,
    DocumentKind.CASE_RESOLUTION: case_resolution,
    DocumentKind.ESCALATION_RECORD: escalation_record,
    DocumentKind.NAMED_OFFICERS: officers,
    DocumentKind.EXECUTIVE_SUMMARY: executive_summary,
    DocumentKind.OUTCOME_LETTER: outcome_letter,
    DocumentKind.PANEL_PACK: panel_pack,
    DocumentKind.SUMMARY_REPORT: summary_report,
}

# Characters of the markup, some twenty pages: a second and a half.
LONGEST_AT_ONCE = 80_000


def may_name_child(kind: DocumentKind, person: Person, case: Case) -> bool:
    """Whether this person may have the child's initials and date of birth on this document."""
    return kind in NAMES_THE_CHILD and policy.sees_child(person, case)


def document_of(kind: DocumentKind, case: Case, person: Person, now: datetime, *, with_child: bool = False) -> dict[str, Any]:
    """What both templates read. The caller has asked whether the person may have it, and `may_name_child` where `with_child` is set."""
    matter = matter_of(case, person, now, with_child=with_child)
    return {
        "paper": BUILDERS[kind](matter),
        "reference": case.dispute.reference,
        "partnership_name": matter.names.partnership,
        "procedure": case.procedure.name,
        "is_invented": case.dispute.partnership.is_invented,
        "printed_by": person.name,
        "printed_at": moment(now, today=now.astimezone(LONDON).date(), year=True),
        "created": now.isoformat(timespec="seconds"),
    }


def markup(document: dict[str, Any]) -> str:
    """The document as the PDF is made from it."""
    return render_to_string("reports/documents/document_pdf.html", document)


def is_long(html: str) -> bool:
    """Whether making the PDF would keep a web request waiting: it takes up to a tenth of a second a page."""
    return len(html) > LONGEST_AT_ONCE


def as_pdf(document: dict[str, Any], *, seconds: float = pdf.AT_ONCE) -> pdf.Printed:
    """The document as a tagged PDF. The same document gives the same bytes. Raises TooHeavy, with words, for what is too much."""
    return pdf.print_html(markup(document), seconds=seconds)


def file_name(kind: DocumentKind, reference: str) -> str:
    """What the file is called when it is kept."""
    return f"{reference}-{kind.slug}.pdf"
