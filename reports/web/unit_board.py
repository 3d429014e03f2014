"""The business unit's board: what stands now, each figure with its list, and how the quarters went. The address says list, agency and stage."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.at_once import together
from agencies.finding import fits, fitting
from agencies.models import Agency
from agencies.web.access import edition_for, person_for
from agencies.web.long_list import SHOWN, Listed, a_page_of, look_for, looked_for, looks, page_number
from escalation.models import StageDefinition
from escalation.selectors import board as selectors
from escalation.selectors.learning import Show
from escalation.selectors.words import due_words, words_of
from escalation.services.files.scanning import away_since
from escalation.services.unit_lists import BoardList
from escalation.states import State
from escalation.web.lists import remember_list
from reports import charts, quarterly
from reports.board_filters import by_name
from reports.models import SavedFilter
from reports.rendering import key_of
from reports.rendering import shown as rendered
from reports.web.board_view import PARTS, address_of, boards_partnership, is_of, looked_at, row_of

COLUMNS = [{"label": label} for label in (_("Disagreement"), _("Next due, or ended"), _("Whose turn"), _("Where"), _("Raised by"), _("With"))]
# An agency's name, with what it raised that is open, and its responses that are awaited and overdue.
Row = tuple[str, int, int, int]
# Each agency's line has four links, each with its name: more would make the page heavy.
AT_A_TIME, PART = 10, "#agencies"
# Which page of the list the address names, beside that of the agencies.
ROWS = "rows"
AGENCY_FIGURES = (_("Raised, open"), _("Responses awaited"), _("Responses overdue"))


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """Figures, each a link to its list; the list that the address names, by agency where it names one; of many agencies a page or those of a name."""
    person = person_for(request)
    partnership = boards_partnership(request)
    if looks(request):
        return look_for(request, PART)
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
        page=page_number(request, ROWS),
    )
    counts = selectors.counts(partnership, now, reader=person, edition=edition_for(request))
    divided = selectors.divided(partnership, now, reader=person)
    # The last stage of its procedures, and the person's own filters, in one query.
    last, saved = together(
        StageDefinition.objects.filter(version__procedure__partnership=partnership).order_by("-position")[:1],
        SavedFilter.objects.filter(user=person.id, partnership=partnership),
    )
    agencies = [each for each in partnership.agencies.all() if each.is_active]
    listed = _listed(request, divided.by_agency, agencies)
    if agency is None:
        trend = quarterly.unit_trend(partnership, now, person)
    else:
        trend = quarterly.own_trend(agency, quarterly.running_quarters(now), now, person, with_restricted=True)
    context = {
        "figures": _figures(counts),
        "keeping": counts[selectors.KEEPING],
        "shown": view.shown,
        "view": view,
        "saved": [(each, address_of(each), is_of(each, view)) for each in by_name(saved)],
        "columns": COLUMNS,
        "rows": [_row(row) for row in rows],
        "next_url": _rows_address(request, page_number(request, ROWS) + 1) if more else "",
        "first_url": _rows_address(request, 1) if ROWS in request.GET else "",
        "agency": agency,
        "stage": stage,
        "agencies": _offered(agencies, listed, agency),
        "listed": listed,
        "is_narrowed": len(agencies) > SHOWN,
        "stage_choices": [(number, selectors.where(number)) for number in _stages(last, divided)],
        "stages": [(number, selectors.where(number), many, _open_at(stage=number)) for number, many in divided.by_stage],
        "by_agency": [_of_agency(name, numbers, {each.name: each.pk for each in agencies}) for name, *numbers in listed.rows],
        "agency_columns": [{"label": gettext("Agency")}, *({"label": label, "numeric": True} for label in AGENCY_FIGURES)],
        "trend": rendered(trend, charts.NARROW),
        "trend_key": key_of([trend]),
        "trend_words": quarterly.trend_words(trend),
        "scanner_away": away_since(),
        "now": now,
    }
    remember_list(request)
    return render(request, "reports/board.html", context)


def _listed(request: HttpRequest, by_agency: list[Row], agencies: list[Agency]) -> Listed[Row]:
    """A page of the agencies that have anything open; of a name that is looked for each that has it, with nothing open too."""
    name = looked_for(request)[0]
    found = [row for row in by_agency if fits(row[0], name)]
    if name:
        found += [(each.name, 0, 0, 0) for each in fitting(agencies, name=name) if each.name not in {row[0] for row in found}]
    return a_page_of(request, sorted(found), every=max(len(by_agency), len(agencies)), part=PART, shown=AT_A_TIME)


def _rows_address(request: HttpRequest, page: int) -> str:
    """The board as it is looked at, with this page of the list."""
    asked = [(name, value) for name, values in request.GET.lists() for value in values if name != ROWS]
    return f"?{urlencode([*asked, *([(ROWS, str(page))] if page > 1 else [])])}#list"


def _offered(agencies: list[Agency], listed: Listed[Row], chosen: Agency | None) -> list[Agency]:
    """The agencies of the filter: all, or of very many the one that is chosen and those that stand on this page."""
    if len(agencies) <= SHOWN:
        return agencies
    there = {name for name, *_numbers in listed.rows}
    return [each for each in agencies if each.name in there or each == chosen]


def _stages(last: list[StageDefinition], divided: selectors.Divided) -> range:
    """The stages that the list can be narrowed to: the own agency's stop, those of its procedures, and any in which something is open."""
    return range(1 + max([0, *(stage.position for stage in last), *(number for number, _ in divided.by_stage)]))


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
    cells: list[dict[str, object]] = [
        {"text": number, "numeric": True, "label": label} for number, label in zip(numbers, AGENCY_FIGURES, strict=True)
    ]
    for cell, part in zip(cells, selectors.Part, strict=True):
        if cell["text"] and name in keys:
            cell |= {"url": _open_at(agency=keys[name], part=part.value), "hidden": PARTS[part].format(agency=name)}
    return {"header": header, "cells": cells}


def _row(row: selectors.BoardRow) -> dict[str, object]:
    place = row.stage if row.state == str(State.OPEN.label) else row.state
    ended = words_of(row.ended_at) if row.ended_at else ""
    return row_of(row.reference, due_words(row.due, owed_by=row.owed_by) or ended, row.holder, place, row.raising, row.receiving)
