"""How long things took, in working days."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import partial
from statistics import median
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import TruncDate

from agencies.working_days import LONDON, BeyondCalendar
from escalation.models import Referral, StageDefinition
from escalation.procedures.definition import Sides
from escalation.states import Measure as Measures
from escalation.states import Route
from reports.asking import Query, Rows
from reports.figures import NOT_APPLICABLE, Cell, Column, Row, Table, Unit
from reports.measures.base import Measure
from reports.measures.scope import Scope
from reports.measures.timeliness import DONE, due
from reports.said import listing, named, small
from reports.said import said as _
from reports.said import said_of as ngettext

SMALLEST_FOR_A_MEDIAN = 6
DECIDING = (Route.MEDIATION, Route.PANEL)


def durations(scope: Scope) -> Table:
    """Working days that responses and resolutions took. Grouped in the database by first and last day, so that few rows come back."""
    by_stage: defaultdict[int, Rows] = defaultdict(list)
    responded, resolved, *decided = scope.ask_each(
        lambda: _until_answered(scope),
        lambda: _until_resolved(scope),
        *(partial(_until_decided, scope, route) for route in DECIDING if scope.own is None),
    )
    for group in responded:
        by_stage[group["stage"]].append(group)
    rows = [_spread(_("Response, {stage}", stage=small(scope.stage(stage))), _spans(scope, groups)) for stage, groups in sorted(by_stage.items())]
    rows.append(_spread(_("From raising to resolution, closed in the year"), _spans(scope, resolved)))
    for route, groups in zip(DECIDING, decided, strict=False):
        rows.append(_spread(_("From referral to decision, {route}", route=small(named(route.label))), _spans(scope, groups)))
    beyond = sum(group["number"] for groups in (responded, resolved, *decided) for group in groups if _working_days(scope, group) is None)
    return _table(rows, beyond)


def first_responses(scope: Scope) -> Table:
    """One row: the responses in the first stage in which two agencies face each other, by the procedure that each disagreement follows."""
    facing = StageDefinition.objects.filter(version=OuterRef("dispute__version"), sides=Sides.BOTH).order_by("position").values("position")[:1]
    days = due(scope, Measures.RESPONSE).filter(DONE, stage=Subquery(facing)).annotate(first=_day("started_at"), last=_day("ended_at"))
    spans = _spans(scope, scope.ask(days.values("first", "last").annotate(number=Count("id"))))
    return _table([_spread(_("Response, first stage"), spans)], 0)


def _table(rows: list[Row], beyond: int) -> Table:
    """The table; how many are `beyond` the calendar, and so not among the rows, is said below it."""
    left_out = ngettext(
        "{n:,} is not counted here: a day of it lies beyond the calendar of working days.",
        "{n:,} are not counted here: a day of each lies beyond the calendar of working days.",
        beyond,
    )
    median_note = _("A median of fewer than {least} is not given.", least=SMALLEST_FOR_A_MEDIAN)
    return Table(
        key="durations",
        caption=_("Working days taken"),
        row_label="",
        columns=(Column(_("Number")), Column(_("Median"), Unit.DAYS), Column(_("Shortest"), Unit.DAYS), Column(_("Longest"), Unit.DAYS)),
        rows=tuple(rows),
        note=listing((median_note, left_out), " ") if beyond else median_note,
    )


def _until_answered(scope: Scope) -> Query:
    days = due(scope, Measures.RESPONSE).filter(DONE).annotate(first=_day("started_at"), last=_day("ended_at"))
    return days.values("stage", "first", "last").annotate(number=Count("id"))


def _until_resolved(scope: Scope) -> Query:
    ended = scope.closed().filter(resolved_at__isnull=False).annotate(first=_day("submitted_at"), last=_day("resolved_at"))
    return ended.values("first", "last").annotate(number=Count("id"))


def _until_decided(scope: Scope, route: Route) -> Query:
    """Those decided in the year by this route, by the day of referral and of decision."""
    rows = Referral.objects.filter(
        dispute__partnership=scope.partnership, route=route, decided_at__gte=scope.period.starts, decided_at__lt=scope.until
    )  # fmt: skip
    decided = scope.counted(rows, "dispute__").order_by()
    return decided.annotate(first=_day("referred_at"), last=_day("decided_at")).values("first", "last").annotate(number=Count("id"))


def _spans(scope: Scope, groups: Rows) -> list[int]:
    """The working days that each took, of groups with the same first and last day; without those beyond the calendar."""
    return [span for group in groups if (span := _working_days(scope, group)) is not None for _each in range(group["number"])]


def _day(field: str) -> TruncDate:
    return TruncDate(field, tzinfo=LONDON)


def _working_days(scope: Scope, group: Mapping[str, Any]) -> int | None:
    return working_days(scope, group["first"], group["last"])


def working_days(scope: Scope, first: date, last: date) -> int | None:
    """The working days after the first up to the last day, 0 where it is the earlier; None where the calendar does not reach so far."""
    try:
        return max(scope.calendar.working_days_between(first, last), 0)
    except BeyondCalendar:
        return None


def _spread(name: str, spans: list[int]) -> Row:
    if not spans:
        return Row(name, (Cell(0), NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE))
    middle = median(spans)
    shown = Cell(int(middle) if middle == int(middle) else float(middle)) if len(spans) >= SMALLEST_FOR_A_MEDIAN else NOT_APPLICABLE
    return Row(name, (Cell(len(spans)), shown, Cell(min(spans)), Cell(max(spans))))


MEASURES = (
    Measure(
        "durations",
        _("Time taken"),
        _(
            "Working days after the day on which the clock started, up to and including the day of recording, of the responses due in the year that "
            "came; for resolution, from submission to the resolution that it was closed with; for a decision, from referral to decision, of those "
            "decided in the year."
        ),
        durations,
        public=False,
    ),
)
