"""The matrix of seniority: a page of it at a time, and all of it to be printed or as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.finding import fitting
from agencies.matrix import Matrix, matrices_for, matrix_csv, matrix_of
from agencies.models import Partnership
from agencies.web.access import partnership_for, person_for
from agencies.web.long_list import a_page_of, look_for, looked_for, looks


@require_http_methods(["GET", "HEAD", "POST"])
def matrix(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The titles of every agency by level: the own partnership's, or a published matrix that holds no people. A page of the agencies, or those of a
    kind and a name, where they are many."""
    if looks(request):
        return look_for(request)
    shown, others = _matrix(request, slug)
    name, kind = looked_for(request)
    found = {agency.id for agency in fitting([agency for agency, _cells in shown.rows], name=name, kind=kind)}
    listed = a_page_of(request, [row for row in shown.rows if row[0].id in found], every=len(shown.rows))
    notes = {cell.note for _agency, cells in listed.rows for titles in cells for cell in titles}
    doubts = [(number, words) for number, words in enumerate(shown.doubts, start=1) if number in notes]
    is_own = shown.partnership.id in person_for(request).partnership_ids
    context = {"matrix": shown, "listed": listed, "doubts": doubts, "others": others, "is_own": is_own}
    return render(request, "agencies/matrix.html", context)


@require_safe
def whole(request: HttpRequest, slug: str) -> HttpResponse:
    """All of a matrix, to be printed."""
    shown, _others = _matrix(request, slug)
    return render(request, "agencies/matrix_print.html", {"matrix": shown, "printed_at": wall_clock.now(), "printed_by": person_for(request).name})


@require_safe
def titles(request: HttpRequest, slug: str) -> HttpResponse:
    """All of a matrix as CSV."""
    shown, _others = _matrix(request, slug)
    response = HttpResponse(matrix_csv(shown), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="seniority-matrix-{shown.partnership.slug}.csv"'
    return response


def _matrix(request: HttpRequest, slug: str) -> tuple[Matrix, list[Partnership]]:
    """The matrix of this name (the person's own for none), and whose others they may read. Raises Http404 for one that is not theirs to read."""
    partnership_for(request)
    choices = matrices_for(person_for(request))
    chosen = next((row for row in choices if not slug or row.slug == slug), None)
    if chosen is None:
        raise Http404
    return matrix_of(chosen), [row for row in choices if row.id != chosen.id]
