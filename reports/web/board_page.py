"""The board's quarterly page, on screen, as one printed page and as a data file."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import Partnership
from agencies.web.access import user_of
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from reports import charts, policy, quarterly, services
from reports.exports import FORMATS
from reports.figures import Document
from reports.rendering import context_of
from reports.said import shown
from reports.web.views import data_file, one_page, partnership_for


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """The quarter that the address names, by default the last one that is over."""
    partnership = partnership_for(request, policy.BOARD)
    context = context_of(document := _document(request, partnership), charts.NARROW) | {
        "quarters": [
            (quarterly.first_day(each).isoformat(), shown(quarterly.name_of(each))) for each in reversed(quarterly.last_quarters(wall_clock.now()))
        ],
        "chosen": document.days[0],
        "partnership_slug": partnership.slug,
        "formats": FORMATS.values(),
    }
    return render(request, "reports/board_page.html", context)


@heavy
@confirm_first
@require_safe
def board_data(request: HttpRequest, form: str) -> HttpResponse:
    """The same quarter as one page of PDF or as a data file, kept on record as taken."""
    partnership = partnership_for(request, policy.BOARD)
    document = _document(request, partnership)
    if form == "pdf":
        services.note_taken(partnership, user_of(request).pk, document, "the board’s page (PDF)", wall_clock.now())
        return one_page(request, document, f"{partnership.slug}-board-{document.days[0]}")
    return data_file(request, partnership, document, form, f"board-{document.days[0]}")


def _document(request: HttpRequest, partnership: Partnership) -> Document:
    now, wanted = wall_clock.now(), request.GET.get("quarter", "")
    try:
        return quarterly.board_page(partnership, quarterly.last_quarters(now, date.fromisoformat(wanted) if wanted else None), now)
    except (ValueError, InvalidInput) as error:
        raise Http404 from error
