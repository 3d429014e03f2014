"""The year's findings of panels and other decisions, to read, to print and as data."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import Partnership
from agencies.web.access import person_for, user_of
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from reports import charts, policy, selectors, services
from reports.exports import FORMATS
from reports.figures import Document
from reports.findings import findings_report
from reports.periods import read_year, year_of
from reports.readers import counted_for
from reports.rendering import context_of
from reports.web.views import data_file, one_page, partnership_for


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """The year that the address names, by default the one that runs."""
    partnership, now = partnership_for(request, policy.FINDERS), wall_clock.now()
    context = context_of(_document(request, partnership, now), charts.NARROW) | {
        "years": selectors.years(partnership, now, counted_for(person_for(request))),
        "partnership_slug": partnership.slug,
        "formats": FORMATS.values(),
    }
    return render(request, "reports/findings.html", context)


@heavy
@confirm_first
@require_safe
def findings_data(request: HttpRequest, form: str) -> HttpResponse:
    """The same year as PDF or as a data file, kept on record as taken."""
    partnership, now = partnership_for(request, policy.FINDERS), wall_clock.now()
    document = _document(request, partnership, now)
    if form == "pdf":
        services.note_taken(partnership, user_of(request).pk, document, "the findings (PDF)", now)
        return one_page(request, document, f"{partnership.slug}-findings-{document.year}")
    return data_file(request, partnership, document, form, f"findings-{document.year}")


def _document(request: HttpRequest, partnership: Partnership, now: datetime) -> Document:
    """Raises Http404 for no year or one that has not begun."""
    try:
        year = read_year(request.GET["year"]) if request.GET.get("year") else year_of(now)
        return findings_report(partnership, year, now, person_for(request))
    except InvalidInput as error:
        raise Http404(error.message) from error
