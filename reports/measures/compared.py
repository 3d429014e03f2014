"""This year beside the year before: counts with their difference, a change in per cent only of what is not small, and what changed in the rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from django.db.models import Count, Q, QuerySet

from agencies.working_days import LONDON
from escalation.models import LearningPoint, Panel, ProcedureVersion, Referral
from escalation.states import Measure as Measures
from escalation.states import State
from reports.asking import Query, Rows, summed
from reports.figures import SMALLEST_FOR_A_CHANGE, Cell, Column, Row, Table, Unit
from reports.measures import partnership
from reports.measures.base import AS_MANY_DAYS, CLOSED, DUE, IN_TIME, LEARNT, NO_EARLIER, OPEN, PANELS, RAISED, REFERRED, Measure, share
from reports.measures.learning import recorded
from reports.measures.scope import Scope, ended_before
from reports.measures.timeliness import due_between, tallies
from reports.said import listing, long_day
from reports.said import said as _


@dataclass(frozen=True)
class Span:
    """From one moment until before another."""

    starts: datetime
    until: datetime


def _before(scope: Scope) -> Span:
    """The year before; of a year that runs, as much of the year before as has gone by of this one."""
    return Span(scope.period.before().starts, scope.until_before)


def referred_in(scope: Scope, span: Span) -> "QuerySet[Referral]":
    """Put before the partnership in the span."""
    rows = Referral.objects.filter(dispute__partnership=scope.partnership, referred_at__gte=span.starts, referred_at__lt=span.until)
    return scope.counted(rows, "dispute__")


def panels_in(scope: Scope, span: Span) -> "QuerySet[Panel]":
    """Panels convened in the span."""
    return partnership.panels_in(scope, span.starts, span.until)


def learnt_in(scope: Scope, span: Span) -> "QuerySet[LearningPoint]":
    """Learning points recorded in the span."""
    return recorded(scope, span.starts, span.until)


COUNTED: tuple[tuple[str, str, Callable[[Scope, Span], "QuerySet[Any]"]], ...] = (
    (_("Referred to the partnership"), REFERRED, referred_in), (_("Panels convened"), PANELS, panels_in), (_("Learning points"), LEARNT, learnt_in),
)  # fmt: skip


DISAGREEMENTS = ((_("Raised"), RAISED, "raised"), (_("Closed"), CLOSED, "closed"), (_("Open at the end"), OPEN, "open"))


def _disagreements(scope: Scope, spans: Sequence[Span]) -> Query:
    """Raised, closed and open at the end of each span, in one pass."""
    wanted: dict[str, Count] = {}
    for at, span in enumerate(spans):
        wanted |= {
            f"raised_{at}": Count("id", filter=Q(submitted_at__gte=span.starts, submitted_at__lt=span.until)),
            f"closed_{at}": Count("id", filter=Q(state=State.CLOSED, ended_at__gte=span.starts, ended_at__lt=span.until)),
            f"open_{at}": Count("id", filter=Q(submitted_at__lt=span.until) & ~ended_before(span.until)),
        }
    return summed(scope.all_disputes().filter(sent_at__isnull=False), **wanted)


def _number(scope: Scope, span: Span, counted: Callable[[Scope, Span], "QuerySet[Any]"]) -> Query:
    return summed(counted(scope, span), number=Count("pk"))


def change(scope: Scope) -> Table:
    """The main counts, this year and the year before."""
    spans = Span(scope.period.starts, scope.until), _before(scope)
    others = [partial(_number, scope, span, counted) for _label, _key, counted in COUNTED for span in spans]
    [found], [past], versions, *numbers = scope.ask_each(
        lambda: _disagreements(scope, spans), lambda: _past(scope), lambda: _versions(scope), *others
    )
    has_past = bool(past["any"])
    counts: list[tuple[str, str, list[int]]] = [
        (label, key, [found[f"{name}_{at}"] for at in range(len(spans))]) for label, key, name in DISAGREEMENTS
    ]
    pairs = zip(COUNTED, numbers[::2], numbers[1::2], strict=True)
    counts += [(label, key, [this[0]["number"], before[0]["number"]]) for (label, key, _counted), this, before in pairs]
    # Without a year before, its column would stand there empty: words say so instead.
    rows = [
        Row(label, (Cell(this, key=key), Cell(before, key=scope.of_the_year_before(key))), key=key)
        for label, key, (this, before) in counts
        if has_past
    ]
    return Table(
        key="change",
        caption=_("This year and the year before"),
        row_label="",
        columns=(
            Column(_("This year")), Column(_("The year before")), Column(_("Difference"), Unit.DIFFERENCE, minus=(0, 1)),
            Column(_("Change"), Unit.CHANGE, minus=(0, 1)),
        ),
        rows=(),
        note=_note(scope, versions),
        empty=NO_EARLIER,
    ).with_rows(rows)  # fmt: skip


def change_in_time(scope: Scope) -> Table:
    """The share of responses in time, this year and the year before."""
    is_over, fates = scope.until == scope.period.ends, ("in_time", "late", "none")
    spans = Span(scope.period.starts, scope.until), _before(scope)
    [found], [past] = scope.ask_each(lambda: _in_time(scope, spans, fates), lambda: _past(scope))
    has_past = bool(past["any"])
    (met, whole), (met_before, whole_before) = ((found[f"in_time_{at}"], sum(found[f"{fate}_{at}"] for fate in fates)) for at in range(2))
    keys = (IN_TIME, DUE) if is_over else ("", "")
    keys_before = tuple(scope.of_the_year_before(key) for key in (IN_TIME, DUE))
    now = (Cell(met, key=keys[0]), Cell(whole, key=keys[1]), Cell())
    earlier = (Cell(met_before, key=keys_before[0]), Cell(whole_before, key=keys_before[1]))
    return Table(
        key="change-in-time",
        caption=_("Responses in time, this year and the year before"),
        row_label="",
        columns=(
            Column(_("In time, this year")), Column(_("Due, this year")), share(_("Share, this year"), 0, 1), Column(_("In time, the year before")),
            Column(_("Due, the year before")), share(_("Share, the year before"), 3, 4), Column(_("Difference"), Unit.POINTS, minus=(2, 5)),
        ),
        rows=(),
        note=_("The difference is in percentage points, taken from the exact shares: it may differ by one from that of the rounded ones."),
        empty=_("No response was due in either year.") if has_past else NO_EARLIER,
    ).with_rows([Row(_("Responses"), (*now, *earlier))] if has_past and (whole or whole_before) else [])  # fmt: skip


def _in_time(scope: Scope, spans: Sequence[Span], fates: Sequence[str]) -> Query:
    """What became of the responses that came due in each span, in one pass."""
    counts = tallies(scope)
    wanted = {
        f"{fate}_{at}": Count("id", filter=Q(due_at__gte=span.starts, due_at__lt=span.until) & counts[fate].filter)
        for at, span in enumerate(spans)
        for fate in fates
    }
    first, last = min(span.starts for span in spans), max(span.until for span in spans)
    return summed(due_between(scope, first, last, Measures.RESPONSE), **wanted)


def _past(scope: Scope) -> Query:
    """Whether anything is on record from before this year; without it there is nothing to compare with."""
    return scope.whether(scope.all_disputes().filter(submitted_at__lt=scope.period.starts))


def _versions(scope: Scope) -> Query:
    """The procedures' versions that came into force meanwhile, and whether any disagreement follows them."""
    first, last = scope.period.before().first_day, scope.until.astimezone(LONDON).date()
    rows = ProcedureVersion.objects.filter(
        procedure__partnership=scope.partnership, published_at__isnull=False, in_force_from__gt=first, in_force_from__lte=last
    )  # fmt: skip
    return rows.values("procedure__name", "number", "in_force_from").annotate(used=Count("disputes"))


def _note(scope: Scope, versions: Rows) -> str:
    """What the comparison rests on, and which procedures changed meanwhile."""
    lines = [_("A change in per cent is given only where both figures are {least} or more.", least=SMALLEST_FOR_A_CHANGE)]
    if scope.until != scope.period.ends:
        lines.append(AS_MANY_DAYS)
    changed = [
        _("{procedure} from {day}", procedure=row["procedure__name"], day=long_day(row["in_force_from"]))
        for row in sorted(versions, key=itemgetter("in_force_from", "procedure__name")) if row["used"] or row["number"] > 1
    ]  # fmt: skip
    if changed:
        lines.append(_("The rules changed meanwhile, which may account for differences: {changes}.", changes=listing(changed, "; ")))
    return listing(lines, " ")


MEASURES = (
    Measure(
        "change",
        _("Change since the year before"),
        _(
            "The same counts over the year before, as the record stands now. Of a year that runs, over as many days of the year before. "
            "Where nothing is on record from before, nothing is compared."
        ),
        change,
        looks_back=True,
    ),
    Measure(
        "change-in-time",
        _("Change in responses in time"),
        _("Responses that came due in either year, and the share of them in time, counted as above."),
        change_in_time,
        looks_back=True,
    ),
)
