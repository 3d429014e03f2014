"""The year's findings of panels and other decisions, to read and to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from reports import charts, policy, selectors
from reports.findings import findings_report
from reports.periods import read_year, year_of
from reports.rendering import context_of
from reports.web.views import partnership_for


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """The year that the address names, by default the one that runs. Raises Http404 for no year or one that has not begun."""
    partnership, now = partnership_for(request, policy.FINDERS), wall_clock.now()
    try:
        year = read_year(request.GET["year"]) if request.GET.get("year") else year_of(now)
        document = findings_report(partnership, year, now)
    except InvalidInput as error:
        raise Http404(error.message) from error
    context = context_of(document, charts.NARROW) | {"years": selectors.years(partnership, now), "partnership_slug": partnership.slug}
    return render(request, "reports/findings.html", context)
