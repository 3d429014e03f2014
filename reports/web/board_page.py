"""The board's quarterly page, on screen and as one printed page."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.web.access import user_of
from reports import charts, policy, quarterly, services
from reports.exports import FORMATS
from reports.rendering import context_of
from reports.web.views import data_file, one_page, partnership_for


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """The quarter that the address names, by default the last one that is over; with `as` as a PDF or data file."""
    partnership = partnership_for(request, policy.BOARD)
    now, wanted, form = wall_clock.now(), request.GET.get("quarter", ""), request.GET.get("as", "")
    try:
        quarters = quarterly.last_quarters(now, date.fromisoformat(wanted) if wanted else None)
    except (ValueError, InvalidInput) as error:
        raise Http404 from error
    document, chosen = quarterly.board_page(partnership, quarters, now), quarterly.first_day(quarters[-1]).isoformat()
    if form == "pdf":
        services.note_taken(partnership, user_of(request).pk, document, "the board’s page (PDF)", now)
        return one_page(document, f"{partnership.slug}-board-{chosen}")
    if form:
        return data_file(request, partnership, document, form, f"board-{chosen}")
    context = context_of(document, charts.NARROW) | {
        "quarters": [(quarterly.first_day(each).isoformat(), quarterly.name_of(each)) for each in reversed(quarterly.last_quarters(now))],
        "chosen": chosen,
        "partnership_slug": partnership.slug,
        "formats": FORMATS.values(),
    }
    return render(request, "reports/board_page.html", context)
