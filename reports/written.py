"""Reports that a command writes to a file."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Partnership
from reports import services
from reports.covers import with_cover
from reports.figures import Document, Edition
from reports.files import check_writable, write_whole
from reports.issuing import public_document
from reports.periods import Period, Pool, Year, begun
from reports.publishing import issue_on_record, last_issued
from reports.subgroups import Subgroup

DRAFT = gettext_noop("Draft: this edition is not issued. Do not pass it on.")


@dataclass(frozen=True, slots=True)
class Written:
    """What a command wrote: the document, its number of pages, and of a public edition whether it is a draft."""

    document: Document
    pages: int
    is_draft: bool


def write_annual_report(
    partnership: Partnership, year: Year | Pool, edition: Edition, path: Path, now: datetime, *, is_to_be_issued: bool = False
) -> Written:
    """Writes the year's report to the path. A public edition is issued only where that is asked for (`is_to_be_issued`); else it is written as it
    was issued, or before that as a draft that is marked as one.

    Raises InvalidInput where the year has not begun, the edition may not be issued or the file cannot be written; then nothing is left behind.
    """
    begun(year, now)
    check_writable(path)
    is_public = edition is Edition.PUBLIC
    if is_public and is_to_be_issued:
        return _issued_and_written(partnership, year, path, now)
    is_draft = is_public and last_issued(partnership, year) is None
    document = services.figures(partnership, year, edition, now) if is_draft else services.figures_to_give(partnership, year, edition, now)
    document = with_cover(document, partnership)
    printed = services.print_document(document, _(DRAFT) if is_draft else "", is_draft=is_draft)
    write_whole(path, printed.content)
    return Written(document, printed.pages, is_draft)


def _issued_and_written(partnership: Partnership, year: Year | Pool, path: Path, now: datetime) -> Written:
    document = with_cover(public_document(partnership, year, now), partnership)
    printed = services.print_document(document)
    with transaction.atomic():  # Refused, it leaves no file; not written, it was not issued.
        issue_on_record(partnership, document, by=None, now=now)
        write_whole(path, printed.content)
    return Written(document, printed.pages, is_draft=False)


def write_standing_report(
    partnership: Partnership, period: Period, path: Path, now: datetime, subgroup: Subgroup | None = None
) -> tuple[Document, int]:
    """Writes the period's standing report, or a subgroup's, to the path; returns and raises as `write_annual_report` does, and where nothing is on
    record."""
    check_writable(path)
    document = with_cover(services.not_empty(services.standing_figures(partnership, period, now, subgroup)), partnership)
    printed = services.print_document(document)
    write_whole(path, printed.content)
    return document, printed.pages
