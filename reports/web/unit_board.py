"""The business unit's board: what stands now, each figure with its list, and how the quarters went. The address says list, agency and stage."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.models import Agency, Partnership
from agencies.templatetags.ui import moment
from agencies.web.access import own_partnership, person_for
from escalation import general_policy
from escalation.selectors import board as selectors
from escalation.selectors.learning import Show
from escalation.services.files.scanning import away_since
from escalation.services.unit_lists import BoardList
from escalation.web.access import case_url
from reports import charts, quarterly
from reports.rendering import shown as rendered

COLUMNS = [{"label": label} for label in ("Disagreement", "Raised by", "With", "Where", "Next due", "Whose turn")]


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Figures, each a link to its list; the list that the address names, by agency where it names one."""
    person = person_for(request)
    if not general_policy.may_see_board(person):
        raise PermissionDenied("The board is the business unit's.")
    now = wall_clock.now()
    partnership = own_partnership(request)
    if partnership is None:
        raise Http404
    shown = request.GET.get("list", "overdue")
    if shown not in selectors.BY_KEY:
        raise Http404
    agency = _agency(request, partnership)
    stage = _stage(request)
    rows, more = selectors.rows_of(shown, partnership, now, reader=person, agency=agency.pk if agency else None, stage=stage)
    counts = selectors.counts(partnership, now, reader=person)
    prefetch_related_objects([partnership], "agencies")
    divided = selectors.divided(partnership, now, reader=person)
    if agency is None:
        trend = quarterly.unit_trend(partnership, now)
    else:
        trend = quarterly.own_trend(agency, quarterly.running_quarters(now), now, with_restricted=True)
    context = {
        "figures": _figures(counts),
        "keeping": counts[selectors.KEEPING],
        "shown": selectors.BY_KEY[shown],
        "columns": COLUMNS,
        "rows": [_row(row) for row in rows],
        "more": more,
        "agency": agency,
        "stage": stage,
        "agencies": [each for each in partnership.agencies.all() if each.is_active],
        "stages": divided.by_stage,
        "by_agency": [{"header": {"text": name}, "cells": [{"text": n, "numeric": True} for n in numbers]} for name, *numbers in divided.by_agency],
        "agency_columns": [{"label": "Agency"}, *({"label": label, "numeric": True} for label in ("Raised, open", "Received, awaiting", "Overdue"))],
        "trend": rendered(trend, charts.NARROW),
        "trend_words": quarterly.trend_words(trend),
        "scanner_away": away_since(),
        "now": now,
    }
    return render(request, "reports/board.html", context)


def _agency(request: HttpRequest, partnership: Partnership) -> Agency | None:
    """The agency that the filter names; 404 for one of another partnership."""
    key = request.GET.get("agency", "")
    if not key:
        return None
    try:
        return get_object_or_404(Agency, pk=UUID(key), partnership=partnership)
    except ValueError as error:
        raise Http404 from error


def _stage(request: HttpRequest) -> int | None:
    """The stage that the filter names; 404 for no stage."""
    text = request.GET.get("stage", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == 1):
        raise Http404
    return int(text) if text else None


def _figures(counts: dict[str, int]) -> list[dict[str, object]]:
    """One for each list; the learning actions' list is on its own page."""
    *figures, every = [_figure(item, counts[item.key]) for item in selectors.LISTS]
    late = counts[selectors.LEARNING]
    words = "learning action overdue" if late == 1 else "learning actions overdue"
    learning = {"number": late, "words": words, "url": f"{reverse('learning')}?show={Show.OVERDUE}", "tone": "overdue" if late else ""}
    return [*figures, learning, every]


def _figure(item: BoardList, number: int) -> dict[str, object]:
    return {"number": number, "words": item.words, "url": f"{reverse('board')}?list={item.key}#list", "tone": item.tone if number else ""}


def _row(row: selectors.BoardRow) -> dict[str, object]:
    cells = [row.raising, row.receiving, row.stage if row.state == "Open" else row.state, moment(row.due), row.holder or "Nobody"]
    return {"header": {"text": row.reference, "url": case_url(row.reference)}, "cells": [{"text": text} for text in cells]}
