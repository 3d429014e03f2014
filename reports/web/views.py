"""The reports' pages: years to choose from, a year's figures, the data file, and the PDF that is made in the background."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput, NotAllowed, WrongState
from agencies.models import Agency, Partnership
from agencies.roles import Role
from agencies.web.access import person_for, refused, user_of
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from agencies.words import figure
from reports import charts, own, policy, publishing, selectors, services, tasks
from reports.exports import FORMATS
from reports.figures import Document, Edition
from reports.issuing import why_not_yet
from reports.models import Report, ScorecardCheck
from reports.pdf import TooHeavy
from reports.periods import POOLED, Pool, Standing, Year, read_year, read_years
from reports.readers import WHOLE, counted_for, reads_whole, require_whole
from reports.rendering import context_of
from reports.texts import still_stand
from reports.web import just_counted
from reports.web.chapters import COUNTED, on_pages
from reports.written import DRAFT

logger = logging.getLogger(__name__)
# Of so many agencies the year's page says what they say of their own figures, those first that say that one is wrong.
MOST_CHECKED = 25


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The years with anything to report, and the reports made so far."""
    partnership, now = partnership_for(request), wall_clock.now()
    context = {
        "years": [(year, year.standing(now)) for year in selectors.years(partnership, now, counted_for(person_for(request)))],
        "made": listed(selectors.made(partnership), now, with_year=True),
        "partnership_slug": partnership.slug,
    }
    return render(request, "reports/reports.html", context | _whole(request, partnership))


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """A year's figures as they are now, in the edition that the address names."""
    partnership, now, chosen = partnership_for(request), wall_clock.now(), years_in(year, request.GET)
    edition = _edition(request.GET.get("edition", ""))
    try:
        document, counted = _counted(request, partnership, chosen, edition, now)
    except InvalidInput as error:
        return without_figures(request, partnership, chosen, error, now)
    said = own.checked_by_agencies(partnership, chosen) if isinstance(chosen, Year) else []
    context = context_of(document, charts.NARROW) | {
        "draft": publishing.as_draft(partnership, chosen, document) if edition is Edition.PUBLIC else None,
        "draft_words": _(DRAFT),
        "about_language": publishing.about_language(),
        "editions": editions(chosen, edition, now),
        "why_not_public": why_not_yet(chosen, now),
        "years": POOLED if isinstance(chosen, Pool) else 1,
        "edition": edition,
        "made": listed(selectors.made(partnership, Year(chosen.number)), now),
        "partnership_slug": partnership.slug,
        "formats": FORMATS.values(),
        "checked": said[:MOST_CHECKED],
        "more_checked": _unlisted(said),
    }
    context |= _whole(request, partnership)
    return render(request, "reports/annual.html", context | on_pages(request, document, context, counted))


def _whole(request: HttpRequest, partnership: Partnership) -> dict[str, str]:
    """Why this person is given nothing that is made of the internal edition, in a sentence or two; empty for who is."""
    return {"why_not_whole": "" if reads_whole(person_for(request), partnership.pk) else _(WHOLE)}


def _counted(request: HttpRequest, partnership: Partnership, chosen: Year | Pool, edition: Edition, now: datetime) -> tuple[Document, str]:
    """The figures as they are now, and by which moment its chapters have the same; on a chapter's page those of the page that led there."""
    reader = person_for(request)
    asked = just_counted.Asked(reader.id, reader.agency_ids, partnership.pk, chosen, edition)

    def make() -> Document:
        return services.figures(partnership, chosen, edition, now, reader=reader)

    if "chapter" not in request.GET:
        return just_counted.counted_anew(asked, make)
    stands = partial(still_stand, partnership=partnership, period=chosen, now=now, reader=reader)
    return just_counted.counted_at(asked, request.GET.get(COUNTED, ""), now, make, stands)


def without_figures(
    request: HttpRequest, partnership: Partnership, chosen: Year | Pool, error: InvalidInput, now: datetime, *, is_to_issue: bool = False
) -> HttpResponse:
    """The page that says why there are no figures to show, with the files of the public edition that was issued, where one was."""
    context = {
        "year": chosen,
        "why": error.message,
        "is_to_issue": is_to_issue,
        "is_ahead": chosen.standing(now) is Standing.FUTURE,
        "last": publishing.last_issued(partnership, chosen),
        "about_language": publishing.about_language(),
        "years": POOLED if isinstance(chosen, Pool) else 1,
        "edition": Edition.PUBLIC,
        "partnership_slug": partnership.slug,
        "formats": FORMATS.values(),
    }
    return render(request, "reports/not_begun.html", context)


def _unlisted(said: Sequence[tuple[Agency, ScorecardCheck | None]]) -> str:
    """What those agencies say of their figures that are too many to be listed, in a sentence; empty where all are listed."""
    rest = [check for _agency, check in said[MOST_CHECKED:]]
    if not rest:
        return ""
    wrong, silent = sum(check is not None and not check.is_right for check in rest), rest.count(None)
    words = _("And {n} more agencies: {wrong} say that a figure is wrong, {right} that all are right, {silent} have not checked yet.")
    return words.format(n=figure(len(rest)), wrong=figure(wrong), right=figure(len(rest) - wrong - silent), silent=figure(silent))


@heavy
@require_POST
def make(request: HttpRequest, year: int) -> HttpResponse:
    """Starts the making of a PDF; a second click while it is being made changes nothing."""
    partnership, now, chosen = partnership_for(request), wall_clock.now(), years_in(year, request.POST)
    edition = _edition(request.POST.get("edition", ""))
    try:
        report, is_new = services.ask_for_report(partnership=partnership, year=chosen, edition=edition, asked_by=user_of(request), now=now)
    except InvalidInput as error:
        messages.warning(request, error.message)
        return redirect("reports")
    except WrongState as error:
        return _to_be_issued(request, partnership, chosen, error)
    except NotAllowed as error:
        raise refused(error) from error
    if not is_new:
        messages.info(request, _("The {edition} of {year} is being made already.").format(edition=edition.words.lower(), year=chosen.label))
    elif started(report):
        told = _("The {edition} of {year} is being made. Reload this page in half a minute to see it.")
        messages.success(request, told.format(edition=edition.words.lower(), year=chosen.label))
    else:
        messages.warning(request, _(services.NO_WORKER))
    return redirect(f"{year_address(chosen, edition, partnership)}#files")


@heavy
@confirm_first
@require_safe
def figures_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """A year's figures as a data file of the form that the address ends with."""
    partnership, chosen, edition = partnership_for(request), years_in(year, request.GET), _edition(request.GET.get("edition", ""))
    try:
        document = services.figures_to_give(partnership, chosen, edition, wall_clock.now(), reader=person_for(request))
    except InvalidInput as error:
        raise Http404(error.message) from error
    except WrongState as error:
        return _to_be_issued(request, partnership, chosen, error)
    years = "three-years-to-" if isinstance(chosen, Pool) else ""
    return data_file(request, partnership, document, form, f"figures-{years}{chosen.number}-{edition.value}")


def _to_be_issued(request: HttpRequest, partnership: Partnership, chosen: Year | Pool, error: WrongState) -> HttpResponse:
    """To the draft, with the sentence that says how it is issued."""
    messages.warning(request, error.message)
    return redirect(year_address(chosen, Edition.PUBLIC, partnership))


@heavy
@confirm_first
@require_safe
def download(request: HttpRequest, report_id: UUID, form: str = "pdf") -> HttpResponse:
    """A report that was made, as it was frozen: the PDF, or the same as one HTML file. Kept on record as taken.

    `anew=yes` asks for the PDF as it is printed today, where the file that was made cannot be had any more.
    """
    report, now = get_object_or_404(Report.objects.select_related("partnership"), pk=report_id), wall_clock.now()
    try:
        person = person_for(request)
        policy.require(person, report.partnership_id, policy.readers_of(is_standing=report.is_standing))
        if report.counts_all:
            require_whole(person, report.partnership_id)
        content, ending, words = _taken(report, form, now, is_anew=request.GET.get("anew") == "yes")
        document = services.stored_document(report)
    except WrongState as error:
        messages.warning(request, error.message)
        return redirect("report-standing") if report.is_standing else redirect("report-year", report.year)
    except DomainError as error:
        raise refused(error) from error
    services.note_taken_again(report.partnership, user_of(request).pk, document, f"a made report ({words})", now)
    response = HttpResponse(content, content_type="text/html; charset=utf-8" if form == "html" else "application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{services.file_name(report, ending)}"'
    return response


def _taken(report: Report, form: str, now: datetime, *, is_anew: bool) -> tuple[bytes | str, str, str]:
    """What is given out, what its name ends with, and what the record calls it."""
    if form == "html":
        return services.html_of(report), "html", "HTML"
    if is_anew and report.differs_at:
        return services.made_anew(report, now), "printed-again.pdf", "PDF, printed again, not the file that was made"
    return services.file_of(report, now), "pdf", "PDF"


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Who took figures out, and what was signed and checked."""
    partnership = partnership_for(request)
    return render(request, "reports/record.html", {"record": selectors.record(partnership), "partnership_slug": partnership.slug})


def data_file(request: HttpRequest, partnership: Partnership, document: Document, form: str, name: str) -> HttpResponse:
    """The document's figures as a data file, kept on record as taken by whoever asks. Raises Http404 for a form that there is not."""
    if form not in FORMATS:
        raise Http404
    made = FORMATS[form]
    content = made.make(document)
    services.note_taken(partnership, user_of(request).pk, document, f"a data file ({made.name})", wall_clock.now())
    response = HttpResponse(content, content_type=made.media_type)
    response["Content-Disposition"] = f'attachment; filename="{partnership.slug}-{name}.{form}"'
    return response


def one_page(request: HttpRequest, document: Document, name: str) -> HttpResponse:
    """The document as one printed page; a page that says so where it is too much for one print."""
    try:
        content = services.print_page(document).content
    except TooHeavy as error:
        raise PermissionDenied(error.message) from error
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def partnership_for(request: HttpRequest, roles: Collection[Role] = policy.REPORTERS) -> Partnership:
    """The partnership that the address names, or the first in which the person holds one of the roles; the business unit's unless others are given.

    Raises Http404 for one of which the person is no part, PermissionDenied for somebody without such a role.
    """
    slug = request.POST.get("partnership") or request.GET.get("partnership", "")
    try:
        return policy.partnership_of(person_for(request), slug, roles)
    except DomainError as error:
        raise refused(error) from error


def year_in(number: int) -> Year:
    """The year that an address names. Raises Http404 for no year."""
    try:
        return read_year(str(number))
    except InvalidInput as error:
        raise Http404(error.message) from error


def years_in(number: int, asked: QueryDict) -> Year | Pool:
    """The year that an address names, or with `years=3` the three that end with it. Raises Http404 for no year, and for another number of years."""
    if asked.get("years", "1") not in {"1", str(POOLED)}:
        raise Http404
    try:
        return read_years(str(number), int(asked.get("years", "1")))
    except InvalidInput as error:
        raise Http404(error.message) from error


def editions(chosen: Year | Pool, edition: Edition, now: datetime) -> list[tuple[str, str, bool]]:
    """Each edition that there is of a year: its words, what its address asks, and whether it is this one. Public ones only once all is over."""
    pooled = isinstance(chosen, Pool)
    offered = [Edition.INTERNAL] if why_not_yet(chosen, now) else list(Edition)
    found = [(each.words, f"edition={each.value}", each is edition and not pooled) for each in offered]
    if Pool(chosen.number).standing(now) is not Standing.PAST:
        return found
    return [*found, (_("Public edition, three years together"), f"edition={Edition.PUBLIC.value}&years={POOLED}", pooled)]


def year_address(chosen: Year | Pool, edition: Edition, partnership: Partnership) -> str:
    """Of the page that shows the edition."""
    years = f"&years={POOLED}" if isinstance(chosen, Pool) else ""
    return f"{reverse('report-year', args=[chosen.number])}?edition={edition.value}{years}&partnership={partnership.slug}"


def _edition(text: str) -> Edition:
    """The edition named, the internal one where none is. Raises Http404 for another word."""
    try:
        return Edition(text or Edition.INTERNAL.value)
    except ValueError as error:
        raise Http404 from error


def started(report: Report) -> bool:
    """Hands the report to the background worker; recorded as failed where that cannot be reached."""
    try:
        tasks.make.delay(str(report.pk))
    except (OperationalError, OSError):
        logger.exception("Report %s could not be handed to the worker", report.pk)
        services.fail(report.pk, services.NO_WORKER, wall_clock.now())
        return False
    return True


def listed(rows: list[Report], now: datetime, *, with_year: bool = False) -> list[dict[str, object]]:
    """Each report with what can be said of it now; its name with its year or days where several of them stand together."""
    return [
        {
            "report": row,
            "name": str(row) if with_year or row.years != 1 else row.get_edition_display(),
            "is_underway": row.is_underway(now),
            "problem": _(row.problem or ("" if row.is_done else services.LOST)),
        }
        for row in rows
    ]
