"""Making, keeping and giving out reports. Nothing here changes a disagreement.

A report that was made is frozen as it was printed: its figures, its words, and the language of these, which is the installation's own (English: the
document's own, whose checksum is that of `Document.as_json`). An issued public edition is kept in English, for later ones are held against it by its
words; printed from these, it is English from its cover to its last sign.
"""

import logging
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput, WrongState
from agencies.models import Partnership, User
from agencies.person import Person, person_of
from agencies.words import in_english
from agencies.working_days import LONDON, london
from reports import charts, pdf
from reports.checksums import checksum_of
from reports.covers import with_cover
from reports.document import build
from reports.figures import Document, Edition
from reports.files import write_whole
from reports.issuing import public_document, require_over
from reports.language import in_its_language
from reports.measures import Scope
from reports.models import UNFINISHED, Progress, Report, ReportEvent
from reports.periods import POOLED, Period, Pool, Year, begun, period_of
from reports.publishing import given_out, last_issued, not_issued, require_issued
from reports.readers import counted_for, require_whole
from reports.rendering import context_of
from reports.said import long_day, shown, worded
from reports.standing import standing_report
from reports.subgroups import Subgroup, chosen
from reports.taken import keep_taken
from reports.texts import texts_of

logger = logging.getLogger(__name__)

NOTHING = gettext_noop("Nothing is on record for that period, so there is no standing report to make.")
ONLY_PUBLIC = gettext_noop("Three years together are a public edition. The internal edition shows each year as it is.")
LOST = gettext_noop("The report was not finished: the background worker stopped. Make it again.")
BROKEN = gettext_noop("The report could not be made. The operator's log says why. Make it again, and tell the operator if it fails twice.")
NO_WORKER = gettext_noop("The background worker cannot be reached. Try again in a few minutes, and tell the operator if it lasts.")


def figures(partnership: Partnership, year: Year | Pool, edition: Edition, now: datetime, *, reader: Person | None = None) -> Document:
    """The year's document, or that of three together, counted now from the record (an aware instant); of the public edition what would be issued.

    The internal one counts what its reader may know of; without one (a command, or what is made) all. Raises InvalidInput for a year that has not
    begun, and for what cannot be published.
    """
    if edition is Edition.PUBLIC:
        return public_document(partnership, year, now)
    if isinstance(year, Pool):
        raise InvalidInput(_(ONLY_PUBLIC), field="edition")
    return build(Scope(partnership, year, now, edition, within=counted_for(reader)), texts=texts_of(partnership, year, edition))


def figures_to_give(partnership: Partnership, year: Year | Pool, edition: Edition, now: datetime, *, reader: Person | None = None) -> Document:
    """What may leave the product as this edition: the internal one as it is counted now for its reader, the public one as it was issued.

    Raises InvalidInput as `figures` does, and WrongState where no public edition is issued.
    """
    return given_out(partnership, year, now) if edition is Edition.PUBLIC else figures(partnership, year, edition, now, reader=reader)


def standing_figures(
    partnership: Partnership, period: Period, now: datetime, subgroup: Subgroup | None = None, *, reader: Person | None = None
) -> Document:
    """The standing report of a period, counted now (an aware instant); of the disagreements that came to the subgroup where one is named.

    It lists what its reader may know of; without one it is for many. Raises InvalidInput for a period that has not begun.
    """
    return standing_report(Scope(partnership, period, now, Edition.INTERNAL, subgroup=subgroup), reader)


def note_taken(partnership: Partnership, actor_id: UUID, document: Document, form: str, now: datetime) -> None:
    """Keeps on record that somebody took the document's figures out of the product: who, which, in what form, at this instant.

    Raises WrongState for a public edition that was not issued; then nothing is kept, and nothing may be given out.
    """
    require_issued(partnership, document)
    note_taken_again(partnership, actor_id, document, form, now)


def note_taken_again(partnership: Partnership, actor_id: UUID, document: Document, form: str, now: datetime) -> None:
    """The same of a report that was made: its public edition was issued before that."""
    # Its name may have been typed: what nobody can erase says only that it was one.
    whose = " for a subgroup" if document.subgroup else ""
    words = f"Took the figures of {period_of(document.year, document.days).short}{whose}, {document.edition.said.lower()}, as {form}."
    keep_taken(partnership, actor_id, words, now)


def print_document(document: Document, remark: str = "", *, is_draft: bool = False) -> pdf.Printed:
    """The document as a PDF, with a remark on its cover; a draft says so on every page. The same gives the same bytes.

    Raises TooHeavy, with words, for one past all bounds.
    """
    with in_its_language(document):
        context = context_of(document, charts.WIDE) | {"remark": remark, "is_draft": is_draft}
        html = render_to_string("reports/annual_pdf.html", context)
    return pdf.print_html(html, seconds=pdf.IN_A_JOB)


def print_page(document: Document) -> pdf.Printed:
    """A short document, as a scorecard or the board's page, as PDF, its charts beside their tables: one page, or more of long lists."""
    form = "reports/scorecard_pdf.html" if document.agency else "reports/one_page_pdf.html"
    return pdf.print_html(render_to_string(form, context_of(document, charts.HALF)))


def not_empty(document: Document) -> Document:
    """The same standing report. Raises InvalidInput where nothing is on record: a meeting is given no paper about nothing."""
    if document.is_empty:
        raise InvalidInput(_(NOTHING), field="first_day")
    return document


def ask_for_report(*, partnership: Partnership, year: Year | Pool, edition: Edition, asked_by: User, now: datetime) -> tuple[Report, bool]:
    """The report to be made in the background, and whether it is new: while one of the same kind is being made, that one is returned.

    Raises InvalidInput for a year that has not begun, and for a public edition before it is over; WrongState for one that is not issued; NotAllowed
    for an internal one, which counts everything, asked for by somebody with a role in an agency. The caller starts the making once the transaction
    is over.
    """
    begun(year, now)
    if edition is Edition.INTERNAL:
        require_whole(person_of(asked_by, london(now).date()), partnership.pk)
    if edition is Edition.PUBLIC:
        require_over(year, now)
        if last_issued(partnership, year) is None:
            raise WrongState(not_issued(year))
    years = POOLED if isinstance(year, Pool) else 1
    if years != 1 and edition is not Edition.PUBLIC:
        raise InvalidInput(_(ONLY_PUBLIC), field="edition")
    return _asked_for(
        Report(partnership=partnership, year=year.number, years=years, edition=edition.value, requested_by=asked_by, requested_at=now)
    )  # fmt: skip


def ask_for_standing_report(
    *, partnership: Partnership, period: Period, asked_by: User, now: datetime, subgroup: Subgroup | None = None
) -> tuple[Report, bool]:
    """The period's standing report, or a subgroup's, to be made in the background; returns and raises as `ask_for_report` does.

    That nothing is on record is found when it is counted: then it ends as not made, and says so.
    """
    begun(period, now)
    what = {"first_day": period.first_day, "last_day": period.last_day, "subgroup": subgroup.name if subgroup else ""}
    return _asked_for(Report(partnership=partnership, year=0, edition=Edition.INTERNAL.value, requested_by=asked_by, requested_at=now, **what))


def _asked_for(report: Report) -> tuple[Report, bool]:
    same = {name: getattr(report, name) for name in ("partnership", "year", "years", "edition", "first_day", "last_day", "subgroup")}
    with transaction.atomic():
        # Locking the partnership's row lets two clicks follow each other.
        Partnership.objects.select_for_update().get(pk=report.partnership_id)
        unfinished = Report.objects.filter(**same, progress__in=UNFINISHED).first()
        if unfinished and unfinished.is_underway(report.requested_at):
            return unfinished, False
        if unfinished:
            fail(unfinished.pk, LOST, report.requested_at)
        report.save(force_insert=True)
        return report, True


def fail(report_id: UUID, problem: str, now: datetime) -> None:
    """Records that an unfinished report was not made, and why, in a sentence for the business unit."""
    Report.objects.filter(pk=report_id, progress__in=UNFINISHED).update(progress=Progress.FAILED, problem=problem, finished_at=now)


def make_report(report_id: UUID) -> bool:
    """Counts, prints and keeps a report that was asked for. Returns whether it did: one that is done, failed or in hand is left alone."""
    if not _step(report_id, Progress.WAITING, Progress.COUNTING):
        return False
    report = Report.objects.select_related("partnership").get(pk=report_id)
    try:
        # Why it cannot be made is stored in English, and said in the reader's language.
        with in_english():
            document = with_cover(_counted(report, wall_clock.now()), report.partnership)
            _step(report_id, Progress.COUNTING, Progress.PRINTING)
            with _kept_language(document):
                frozen = replace(worded(document), language=document.language or settings.LANGUAGE_CODE)
                printed = print_document(frozen)
            write_whole(path_of(report), printed.content)
    except DomainError as error:
        fail(report_id, error.message, wall_clock.now())
        return False
    except Exception:
        fail(report_id, BROKEN, wall_clock.now())
        logger.exception("Report %s was not made", report_id)
        raise
    stored = frozen.as_json()
    kept = Report.objects.filter(pk=report_id, progress=Progress.PRINTING).update(
        progress=Progress.DONE,
        finished_at=wall_clock.now(),
        figures=stored,
        figures_checksum=checksum_of(stored),
        file_checksum=sha256(printed.content).hexdigest(),
        size=len(printed.content),
        pages=printed.pages,
    )
    return bool(kept)


def _counted(report: Report, now: datetime) -> Document:
    """The report's document, counted now. Raises InvalidInput where there is nothing to make."""
    if not isinstance(report.period, Period):
        return figures_to_give(report.partnership, report.period, Edition(report.edition), now)
    return not_empty(standing_figures(report.partnership, report.period, now, chosen(report.partnership, report.subgroup)))


def file_of(report: Report, now: datetime) -> bytes:
    """The kept PDF; made again from its stored figures where the file is lost or was altered: the same to the byte as long as the product's own
    layout and language are the same.

    Raises WrongState before it is ready, and where what is made again is not the file that was made: then that is kept on record at this instant,
    told to the operator and marked in the list, and it can be had as `made_anew`.
    """
    if not report.is_done:
        raise WrongState(_("The report is not ready yet."))
    path = path_of(report)
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != report.file_checksum:
        content = remade(report)
        if sha256(content).hexdigest() != report.file_checksum:
            _note_difference(report, now)
            raise WrongState(
                _(
                    "The file that was made of this report is lost or was altered, and made again today it is not the same: the product’s pages have "
                    "changed since. Its figures are those that it was made with. It is marked in the list of reports; there you can take it as it is "
                    "made today, which then says so on its cover."
                )
            )
        write_whole(path, content)
    if report.differs_at:  # The file that was made is back.
        Report.objects.filter(pk=report.pk).update(differs_at=None)
    return content


def _note_difference(report: Report, now: datetime) -> None:
    """Keeps on record, once, that the report's file cannot be had any more as it was made; the operator is told in the log."""
    logger.error("The file of report %s is lost or altered, and made again it is another. Put it back from a backup.", report.pk)
    with transaction.atomic():
        if Report.objects.filter(pk=report.pk, differs_at=None).update(differs_at=now):
            whose = " for a subgroup" if report.subgroup else ""
            which = f"{report.period.short}{whose}, {Edition(report.edition).said.lower()}"
            words = f"Found the file of {which}, lost or altered, and another when it was made again."
            ReportEvent.objects.create(partnership=report.partnership, actor=None, words=words, recorded_at=now)


def made_anew(report: Report, now: datetime) -> bytes:
    """The report printed from its stored figures as the product prints today; its cover says when, and that it is not the file that was made. Raises
    as `remade`, and WrongState before it is ready."""
    if not report.is_done:
        raise WrongState(_("The report is not ready yet."))
    document = stored_document(report)
    with _kept_language(document):
        words = _(
            "Printed again on {today} from the figures as they were kept. It is not the file that was made on {day}: that one is lost or altered."
        )
        days = {name: shown(long_day(timezone.localdate(moment, LONDON))) for name, moment in (("today", now), ("day", report.finished_at))}
        return print_document(document, remark=words.format(**days)).content


def remade(report: Report) -> bytes:
    """The PDF made again from the stored figures. Raises WrongState where these are not what was stored."""
    document = stored_document(report)
    with _kept_language(document):
        return print_document(document).content


def stored_document(report: Report) -> Document:
    """The document as it was frozen. Raises WrongState where the stored figures do not have the checksum they were stored with."""
    if checksum_of(report.figures) != report.figures_checksum:
        raise WrongState(_("The figures of this report are not those that it was made with. Tell the operator."))
    return Document.of(report.figures)


def html_of(report: Report) -> str:
    """The report as one HTML file that loads nothing: the same chapters from the same frozen figures as the PDF. Raises as `file_of` does."""
    if not report.is_done:
        raise WrongState(_("The report is not ready yet."))
    style = mark_safe((Path(settings.ROOT) / "static/css/edition.css").read_text())  # noqa: S308 - our own file # nosec B703, B308
    document = stored_document(report)
    with _kept_language(document):
        return render_to_string("reports/annual_html.html", context_of(document, charts.NARROW) | {"is_html": True, "style": style})


def _kept_language(document: Document) -> AbstractContextManager[object]:
    """The language in which the document is kept, or will be: its own; the installation's of one that has none yet, or was kept before it had one."""
    return in_its_language(document, settings.LANGUAGE_CODE)


def path_of(report: Report) -> Path:
    """Where the report's file is kept."""
    return Path(settings.VAR) / "reports" / f"{report.pk}.pdf"


def file_name(report: Report, ending: str = "pdf") -> str:
    """What the file is called when it is downloaded."""
    years = f"{report.year - POOLED + 1}-to-{report.year}" if report.years == POOLED else report.year
    name = f"annual-report-{years}-{report.edition}"
    if report.is_standing:
        name = standing_name(report.period, report.subgroup)
    return f"{report.partnership.slug}-{name}.{ending}"


def standing_name(period: Year | Pool | Period, subgroup: str) -> str:
    """What a standing report's files are called, without their ending: its days, and its subgroup in letters that every file system takes."""
    words = f"standing-report-{period.first_day}-to-{period.last_day}"
    return f"{words}-{slugify(subgroup)[:60] or 'subgroup'}" if subgroup else words


def _step(report_id: UUID, old: Progress, new: Progress) -> bool:
    """Moves the report on, if nobody else did."""
    return bool(Report.objects.filter(pk=report_id, progress=old).update(progress=new))
