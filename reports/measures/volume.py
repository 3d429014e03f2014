"""How many: raised in the year, by quarter; kept inside one agency; open at the end; what they were about."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from agencies.working_days import LONDON
from escalation.models import Dispute
from escalation.states import State, Theme
from reports.asking import Query, summed
from reports.figures import ALL, NOT_APPLICABLE, Block, Cell, Chart, ChartKind, Column, Gather, Row, Table, Unit
from reports.measures.base import CLOSED, OPEN, RAISED, WITHDRAWN, Measure, called, count, keyed, part_rows, share, with_total
from reports.measures.scope import Scope
from reports.models import EarlyReturn
from reports.periods import Period, whole_quarters
from reports.said import listing, named
from reports.said import said as _

LEVELS = range(1, 5)
NONE = "none"


def by_quarter(scope: Scope) -> Table:
    """Raised in each quarter, those withdrawn since shown apart."""
    quarters = scope.period.quarters()
    [found] = scope.ask(lambda: _quarterly(scope))
    listed = [(quarter.label, _with_sum(found[f"kept_{quarter.number}"], found[f"gone_{quarter.number}"])) for quarter in quarters]
    rows = with_total(listed, _("Whole year") if scope.until == scope.period.ends else _("Year so far"), {2: RAISED})
    rows = called(rows, (str(quarter.number) for quarter in quarters))
    for at, quarter in enumerate(quarters):
        if quarter.starts > scope.until:
            rows[at] = replace(rows[at], cells=(NOT_APPLICABLE,) * 3)
    return Table(
        key="raised",
        caption=_("Disagreements raised, by quarter"),
        row_label=_("Quarter"),
        columns=(count(_("Not withdrawn"), "kept"), count(_("Withdrawn"), "gone"), count(_("Raised"), ALL)),
        rows=tuple(rows),
        blocks=(Block((0, 1), total=2),),
        chart=Chart(ChartKind.COLUMNS, _("Disagreements raised, by quarter"), (2,)),
    )


def _quarterly(scope: Scope) -> Query:
    gone = Q(state=State.WITHDRAWN)
    wanted: dict[str, Count] = {}
    for quarter in scope.period.quarters():
        inside = Q(submitted_at__gte=quarter.starts, submitted_at__lt=quarter.ends)
        wanted |= {f"kept_{quarter.number}": Count("id", filter=inside & ~gone), f"gone_{quarter.number}": Count("id", filter=inside & gone)}
    return summed(scope.raised(), **wanted)


def _with_sum(*parts: int) -> list[int]:
    return [*parts, sum(parts)]


def _inside(scope: Scope) -> QuerySet[Dispute]:
    return scope.submitted().filter(sent_at__isnull=True).exclude(state=State.WITHDRAWN)


def _gone(scope: Scope) -> QuerySet[Dispute]:
    return scope.all_disputes().filter(sent_at__isnull=False, state=State.WITHDRAWN, ended_at__gte=scope.period.starts, ended_at__lt=scope.until)


def _number(scope: Scope, rows: Callable[[Scope], QuerySet[Dispute]]) -> Query:
    return summed(rows(scope), number=Count("id"))


def other_counts(scope: Scope) -> Table:
    """What stands beside the raised ones: kept inside one agency, closed in the year, open at its end."""
    wanted = (_inside, Scope.closed, Scope.open_at_the_end, _gone, Scope.left_out, Scope.open_at_the_beginning)
    answers = scope.ask_each(*(partial(_number, scope, each) for each in wanted))
    within, closed, still, left, uncounted, begun = (row["number"] for [row] in answers)
    last = _("Open at the end of the year") if scope.until == scope.period.ends else _("Open now")
    rows = [
        Row(_("Kept inside one agency so far"), (Cell(within),), key="inside"),
        Row(_("Closed in the year"), (keyed(closed, CLOSED),), key=CLOSED),
        Row(last, (keyed(still, OPEN),), key=OPEN),
        Row(_("Withdrawn in the year"), (keyed(left, WITHDRAWN),), key=WITHDRAWN),
        Row(_("Left out as duplicates or tests"), (Cell(uncounted),), key="left-out"),
    ]
    note = ""
    if not scope.looks_back:  # Else it stands beside this year's in the comparison.
        rows.append(Row(_("Open at the beginning"), (keyed(begun, scope.of_the_year_before(OPEN)),), key="begun"))
        note = _("Open at the beginning: sent to another agency, and neither closed nor withdrawn when the year began.")
    return Table(key="other", caption=_("Beside those raised"), row_label="", columns=(count(_("Disagreements"), ALL),), rows=tuple(rows), note=note)


def returned(scope: Scope) -> "QuerySet[EarlyReturn]":
    """What agencies returned for the quarters of the year; of any other period, for every quarter that it touches."""
    first = timezone.localdate(whole_quarters(scope.period)[0].starts, LONDON)
    rows = EarlyReturn.objects.filter(agency__partnership=scope.partnership, quarter__gte=first, quarter__lte=scope.period.last_day)
    return rows.order_by()


def early(scope: Scope) -> Table:
    """Early-stage matters settled outside the system, by quarter, as agencies returned them; and how many agencies did."""
    found = scope.ask(lambda: returned(scope).values("quarter", "agency").annotate(total=Sum("matters")))
    listed = []
    for part in whole_quarters(scope.period):
        first, after = (moment.astimezone(LONDON).date() for moment in (part.starts, part.ends))
        given = Counter[Any]()
        for row in found:
            if first <= row["quarter"] < after:
                given[row["agency"]] += row["total"]
        if given:
            counts = (Cell(given.total()), Cell(len(given)), Cell(sum(not total for total in given.values())))
            listed.append(Row(part.label, counts, key=str(part.number)))
    apart = _("These are not among those raised, and nothing else in this report counts them.")
    whole = _("They are returned by the quarter: each quarter that the period touches stands here with all that was returned for it.")
    is_period = isinstance(scope.period, Period)
    total = Row(_("All returned"), (Cell(sum(row["total"] for row in found)), Cell(), Cell()), is_total=True)
    return Table(
        key="early",
        caption=_("Settled early between agencies, outside the system, as agencies returned it"),
        row_label=_("Quarter returned") if is_period else _("Quarter"),
        columns=(count(_("Matters"), "matters"), Column(_("Agencies that returned"), Unit.AGENCIES), Column(_("Of them nil"), Unit.AGENCIES)),
        rows=(*listed, total) if listed else (),
        blocks=(Block((0,)),),
        note=listing([apart, whole], " ") if is_period else apart,
        empty=_("No agency returned a count."),
    )


def themes(scope: Scope) -> Table:
    """Raised by area of disagreement; one may have several. Grouped in the database by the list of areas, of which there are few."""
    counts: Counter[str] = Counter()
    groups = scope.ask(lambda: scope.raised().values("themes").annotate(number=Count("id")))
    whole = 0
    for group in groups:
        whole += group["number"]
        counts.update(dict.fromkeys(group["themes"] or [NONE], group["number"]))
    return themes_of(counts, whole)


def themes_of(counts: Mapping[str, int], whole: int) -> Table:
    """The table of areas, "none" among them, of so many raised."""
    names = {theme.value: named(theme.label) for theme in Theme} | {NONE: _("Not stated")}
    listed = sorted(((names.get(key, key), number, key) for key, number in counts.items()), key=lambda item: (-item[1], item[0]))
    return Table(
        key="themes",
        most_first=0,
        caption=_("Areas of disagreement"),
        row_label=_("Area"),
        columns=(
            count(_("Raised"), "raised"), Column(_("Others"), seen=False, key="others"), Column(_("All raised"), seen=False, key=ALL),
            share(_("Share of all raised"), 0, 2),
        ),
        rows=(),
        blocks=(Block((0, 1), total=2, down=False),),
        chart=Chart(ChartKind.BARS, _("Disagreements raised, by area"), (0,)),
        note=_("A disagreement may be about several areas: shares may add up to more than 100%."),
        empty=_("No disagreement was raised."),
    ).with_rows(called(part_rows([item[:2] for item in listed], whole, RAISED), [item[2] for item in listed]))  # fmt: skip


def levels(scope: Scope) -> Table:
    """Raised by the child's level of need."""
    groups = scope.ask(lambda: scope.raised().values("level_of_need").annotate(number=Count("id")))
    found = {group["level_of_need"]: group["number"] for group in groups}
    listed = [(_("Level {level}", level=level), [found.get(level, 0)]) for level in LEVELS]
    listed.append((_("Not stated"), [sum(number for level, number in found.items() if level not in LEVELS)]))
    return Table(
        key="levels",
        gather=Gather.NEIGHBOURS,
        caption=_("The child's level of need when the disagreement was raised"),
        row_label=_("Level of need"),
        columns=(count(_("Raised"), "raised"), share(_("Share"), 0, None)),
        rows=(),
        blocks=(Block((0,)),),
        chart=Chart(ChartKind.BARS, _("Disagreements raised, by level of need"), (0,)),
    ).with_rows(called(with_total(listed, _("All raised"), {0: RAISED}), [*map(str, LEVELS), NONE]))


MEASURES = (
    Measure(
        "raised",
        _("Raised"),
        _(
            "Disagreements submitted in the year, by the day on which they were first submitted, and sent to another agency; one inside a single "
            "agency, to the people who answer there. Drafts, those sent back to their writer, duplicates and tests are not counted. Those withdrawn "
            "since are counted and shown apart."
        ),
        by_quarter,
    ),
    Measure(
        "other",
        _("Kept inside, closed, open, withdrawn, left out"),
        _(
            "Kept inside one agency: submitted in the year, not withdrawn and not sent to another agency when the figures were taken. Closed: sent "
            "to another agency, in whatever year, and closed in this one. Open: sent to another agency and neither closed nor withdrawn at the end "
            "of the year, or now while the year runs; what is resolved and waits to be closed is open. Withdrawn: sent to another agency, in "
            "whatever year, and withdrawn in this one. What was reopened since counts as neither closed nor withdrawn. Left out: submitted in the "
            "year and marked since as logged twice or to try the product out; no other figure counts them."
        ),
        other_counts,
    ),
    Measure(
        "early",
        _("Settled early, as returned"),
        _(
            "The number of early-stage matters that each agency says it settled with another outside the system in the quarter. Nil: it returned "
            "none. An agency that returned nothing is not counted: silence is no nil."
        ),
        early,
        of_all=True,
    ),
    Measure(
        "themes",
        _("Area of disagreement"),
        _("The areas that the person who raised it chose, as a share of all raised. One disagreement may have several."),
        themes,
    ),
    Measure("levels", _("Level of need"), _("The child's level of need, 1 to 4, as the person who raised it gave it."), levels),
)
