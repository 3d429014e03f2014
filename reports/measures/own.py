"""What an agency was asked, for its own report: the other half of what it raised."""

from collections import Counter
from dataclasses import replace

from django.db.models import Count, Q, QuerySet

from escalation.models import Dispute, Request
from escalation.states import Theme
from reports.asking import Query, summed
from reports.figures import NOT_APPLICABLE, Block, Chart, ChartKind, Column, Row, Table
from reports.measures.base import Measure, part_rows, share, with_total
from reports.measures.scope import Scope
from reports.said import named
from reports.said import said as _


def asked(scope: Scope) -> QuerySet[Dispute]:
    """Disagreements raised in the year in which the scope's own agency was asked for a response."""
    whole = replace(scope, own=None)
    mine = Request.objects.filter(agency=scope.own)
    return scope.kept_apart(whole.raised().filter(pk__in=mine.values("dispute")))


def received(scope: Scope) -> Table:
    """Asked, by the quarter in which they were raised."""
    quarters = scope.period.quarters()
    [found] = scope.ask(lambda: _quarterly(scope))
    rows = with_total([(quarter.label, [found[f"in_{quarter.number}"]]) for quarter in quarters], _("All"))
    for at, quarter in enumerate(quarters):
        if quarter.starts > scope.until:
            rows[at] = Row(quarter.label, (NOT_APPLICABLE,))
    return Table(
        key="received",
        caption=_("Disagreements in which the agency was asked, by quarter"),
        row_label=_("Quarter"),
        columns=(Column(_("Asked")),),
        rows=tuple(rows),
        blocks=(Block((0,)),),
        chart=Chart(ChartKind.COLUMNS, _("Disagreements in which the agency was asked"), (0,)),
    )


def _quarterly(scope: Scope) -> Query:
    inside = {
        f"in_{quarter.number}": Count("id", filter=Q(submitted_at__gte=quarter.starts, submitted_at__lt=quarter.ends))
        for quarter in scope.period.quarters()
    }
    return summed(asked(scope), **inside)


def received_themes(scope: Scope) -> Table:
    """Asked, by area; one may have several."""
    counts: Counter[str] = Counter()
    whole = 0
    for group in scope.ask(lambda: asked(scope).values("themes").annotate(number=Count("id"))):
        whole += group["number"]
        counts.update(dict.fromkeys(group["themes"] or ["none"], group["number"]))
    names = {theme.value: named(theme.label) for theme in Theme} | {"none": _("Not stated")}
    listed = sorted(((names.get(key, key), number) for key, number in counts.items()), key=lambda item: (-item[1], item[0]))
    return Table(
        key="received-themes",
        caption=_("What they were about"),
        row_label=_("Area"),
        columns=(Column(_("Asked")), Column(_("Others"), seen=False), Column(_("All asked"), seen=False), share(_("Share of all asked"), 0, 2)),
        rows=(),
        chart=Chart(ChartKind.BARS, _("Disagreements in which the agency was asked, by area"), (0,)),
        note=_("A disagreement may be about several areas: shares may add up to more than 100%."),
        empty=_("The agency was asked in none."),
    ).with_rows(part_rows(listed, whole))


MEASURES = (
    Measure("received", _("Asked"), _("Disagreements raised in the year in which the agency was asked for a response."), received, public=False),
    Measure("received-themes", _("Asked, by area"), _("The same by the areas that the person who raised it chose."), received_themes, public=False),
)
