"""The business unit's board: what stands now, each figure with its list, and how the quarters went. The address says list, agency and stage."""

from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.models import Partnership
from agencies.web.access import edition_for, person_for
from escalation.models import StageDefinition
from escalation.selectors import board as selectors
from escalation.selectors.learning import Show
from escalation.selectors.words import due_words, words_of
from escalation.services.files.scanning import away_since
from escalation.services.unit_lists import BoardList
from escalation.states import State
from escalation.web.access import case_url
from escalation.web.lists import remember_list
from reports import charts, quarterly
from reports.board_filters import filters_of
from reports.rendering import key_of
from reports.rendering import shown as rendered
from reports.web.board_view import PARTS, address_of, boards_partnership, is_of, looked_at

COLUMNS = [{"label": label} for label in (_("Disagreement"), _("Next due, or ended"), _("Whose turn"), _("Where"), _("Raised by"), _("With"))]
AGENCY_FIGURES = (_("Raised, open"), _("Responses awaited"), _("Responses overdue"))


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Figures, each a link to its list; the list that the address names, by agency where it names one."""
    person = person_for(request)
    partnership = boards_partnership(request)
    now = wall_clock.now()
    view = looked_at(request.GET, partnership)
    agency, stage = view.agency, view.stage
    rows, more = selectors.rows_of(
        view.shown.key,
        partnership,
        now,
        reader=person,
        agency=agency.pk if agency else None,
        part=view.part,
        stage=stage,
        edition=edition_for(request),
    )
    counts = selectors.counts(partnership, now, reader=person)
    divided = selectors.divided(partnership, now, reader=person)
    agencies = [each for each in partnership.agencies.all() if each.is_active]
    if agency is None:
        trend = quarterly.unit_trend(partnership, now)
    else:
        # Not to who belongs to the agency too: it is kept from them.
        trend = quarterly.own_trend(agency, quarterly.running_quarters(now), now, with_restricted=agency.pk not in person.agency_ids)
    context = {
        "figures": _figures(counts),
        "keeping": counts[selectors.KEEPING],
        "shown": view.shown,
        "view": view,
        "saved": [(each, address_of(each), is_of(each, view)) for each in filters_of(person.id, partnership)],
        "columns": COLUMNS,
        "rows": [_row(row) for row in rows],
        "more": more,
        "agency": agency,
        "stage": stage,
        "agencies": agencies,
        "stage_choices": [(number, selectors.where(number)) for number in _stages(partnership, divided)],
        "stages": [(number, selectors.where(number), many, _open_at(stage=number)) for number, many in divided.by_stage],
        "by_agency": [_of_agency(name, numbers, {each.name: each.pk for each in agencies}) for name, *numbers in divided.by_agency],
        "agency_columns": [{"label": gettext("Agency")}, *({"label": label, "numeric": True} for label in AGENCY_FIGURES)],
        "trend": rendered(trend, charts.NARROW),
        "trend_key": key_of([trend]),
        "trend_words": quarterly.trend_words(trend),
        "scanner_away": away_since(),
        "now": now,
    }
    remember_list(request)
    return render(request, "reports/board.html", context)


def _stages(partnership: Partnership, divided: selectors.Divided) -> range:
    """The stages that the list can be narrowed to: the own agency's stop, those of its procedures, and any in which something is open."""
    last = StageDefinition.objects.filter(version__procedure__partnership=partnership).aggregate(last=Max("position"))["last"]
    return range(1 + max([last or 0, *(number for number, _ in divided.by_stage)]))


def _figures(counts: dict[str, int]) -> list[dict[str, object]]:
    """One for each list; the learning actions' list is on its own page."""
    *figures, every = [_figure(item, counts[item.key]) for item in selectors.LISTS]
    late = counts[selectors.LEARNING]
    words = ngettext("learning action overdue", "learning actions overdue", late)
    learning = {"number": late, "words": words, "url": f"{reverse('learning')}?show={Show.OVERDUE}", "tone": "overdue" if late else ""}
    return [*figures, learning, every]


def _figure(item: BoardList, number: int) -> dict[str, object]:
    return {"number": number, "words": item.words, "url": f"{reverse('board')}?list={item.key}#list", "tone": item.tone if number else ""}


def _open_at(**wanted: object) -> str:
    """Where all that is open is listed of a stage, or of an agency."""
    return f"{reverse('board')}?{urlencode({'list': 'open', **wanted})}#list"


def _of_agency(name: str, numbers: list[int], keys: dict[str, UUID]) -> dict[str, object]:
    header = {"text": name, "url": _open_at(agency=keys[name]) if name in keys else ""}
    cells: list[dict[str, object]] = [{"text": number, "numeric": True} for number in numbers]
    for cell, part in zip(cells, selectors.Part, strict=True):
        if cell["text"] and name in keys:
            cell |= {"url": _open_at(agency=keys[name], part=part.value), "hidden": PARTS[part].format(agency=name)}
    return {"header": header, "cells": cells}


def _row(row: selectors.BoardRow) -> dict[str, object]:
    place = row.stage if row.state == str(State.OPEN.label) else row.state
    ended = words_of(row.ended_at) if row.ended_at else ""
    cells = [due_words(row.due, owed_by=row.owed_by) or ended, row.holder or gettext("Nobody"), place, row.raising, row.receiving]
    return {"header": {"text": row.reference, "url": case_url(row.reference)}, "cells": [{"text": text} for text in cells]}
