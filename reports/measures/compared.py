"""This year beside the year before: counts with their difference, a change in per cent only of what is not small, and what changed in the rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from agencies.working_days import LONDON
from escalation.models import Panel, ProcedureVersion, Referral
from escalation.states import Measure as Measures
from escalation.states import State
from reports.figures import NOT_AVAILABLE, SMALLEST_FOR_A_CHANGE, Cell, Column, Row, Table, Unit
from reports.measures.base import CLOSED, DUE, IN_TIME, LEARNT, OPEN, PANELS, RAISED, REFERRED, Measure, share
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
    past = scope.period.before()
    is_over = scope.until == scope.period.ends
    return Span(past.starts, past.ends if is_over else min(past.starts + (scope.until - scope.period.starts), past.ends))


def referred_in(scope: Scope, span: Span) -> int:
    """Put before the partnership in the span."""
    rows = Referral.objects.filter(dispute__partnership=scope.partnership, referred_at__gte=span.starts, referred_at__lt=span.until)
    return rows.exclude(dispute__state=State.DRAFT).count()


def panels_in(scope: Scope, span: Span) -> int:
    """Panels convened in the span."""
    rows = Panel.objects.filter(referral__dispute__partnership=scope.partnership, convened_at__gte=span.starts, convened_at__lt=span.until)
    return rows.exclude(referral__dispute__state=State.DRAFT).count()


def learnt_in(scope: Scope, span: Span) -> int:
    """Learning points recorded in the span."""
    return recorded(scope, span.starts, span.until).count()


COUNTED: tuple[tuple[str, str, Callable[[Scope, Span], int]], ...] = (
    (_("Referred to the partnership"), REFERRED, referred_in), (_("Panels convened"), PANELS, panels_in), (_("Learning points"), LEARNT, learnt_in),
)  # fmt: skip


def _disagreements(scope: Scope, spans: Sequence[Span]) -> list[tuple[str, str, list[int]]]:
    """Raised, closed and open at the end of each span, in one pass."""
    wanted: dict[str, Count] = {}
    for at, span in enumerate(spans):
        wanted |= {
            f"raised_{at}": Count("id", filter=Q(submitted_at__gte=span.starts, submitted_at__lt=span.until)),
            f"closed_{at}": Count("id", filter=Q(state=State.CLOSED, ended_at__gte=span.starts, ended_at__lt=span.until)),
            f"open_{at}": Count("id", filter=Q(submitted_at__lt=span.until) & ~ended_before(span.until)),
        }
    found = scope.all_disputes().filter(sent_at__isnull=False).aggregate(**wanted)
    names = ((_("Raised"), RAISED, "raised"), (_("Closed"), CLOSED, "closed"), (_("Open at the end"), OPEN, "open"))
    return [(label, key, [found[f"{name}_{at}"] for at in range(len(spans))]) for label, key, name in names]


def change(scope: Scope) -> Table:
    """The main counts, this year and the year before."""
    now, past, has_past = Span(scope.period.starts, scope.until), _before(scope), _has_past(scope)
    counts = _disagreements(scope, (now, past))
    counts += [(label, key, [counted(scope, now), counted(scope, past) if has_past else 0]) for label, key, counted in COUNTED]
    rows = [
        Row(label, (Cell(this, key=key), Cell(before, key=scope.of_the_year_before(key)) if has_past else NOT_AVAILABLE))
        for label, key, (this, before) in counts
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
        note=_note(scope),
    ).with_rows(rows)  # fmt: skip


def change_in_time(scope: Scope) -> Table:
    """The share of responses in time, this year and the year before."""
    is_over, past, has_past = scope.until == scope.period.ends, _before(scope), _has_past(scope)
    (met, whole), (met_before, whole_before) = _in_time(scope, (Span(scope.period.starts, scope.until), past))
    keys = (IN_TIME, DUE) if is_over else ("", "")
    keys_before = tuple(scope.of_the_year_before(key) for key in (IN_TIME, DUE))
    now = (Cell(met, key=keys[0]), Cell(whole, key=keys[1]), Cell())
    earlier = (Cell(met_before, key=keys_before[0]), Cell(whole_before, key=keys_before[1])) if has_past else (NOT_AVAILABLE, NOT_AVAILABLE)
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
        empty=_("No response was due in either year."),
    ).with_rows([Row(_("Responses"), (*now, *earlier))] if whole or whole_before else [])  # fmt: skip


def _in_time(scope: Scope, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Responses in time, and all that came due, in each span, in one pass."""
    fates = {key: count.filter for key, count in tallies(scope).items() if key in {"in_time", "late", "none"}}
    wanted = {
        f"{key}_{at}": Count("id", filter=Q(due_at__gte=span.starts, due_at__lt=span.until) & fate)
        for at, span in enumerate(spans)
        for key, fate in fates.items()
    }
    first, last = min(span.starts for span in spans), max(span.until for span in spans)
    found = due_between(scope, first, last, Measures.RESPONSE).aggregate(**wanted)
    return [(found[f"in_time_{at}"], sum(found[f"{key}_{at}"] for key in fates)) for at in range(len(spans))]


def _has_past(scope: Scope) -> bool:
    """Whether anything is on record from before this year; without it there is nothing to compare with."""
    return scope.all_disputes().filter(submitted_at__lt=scope.period.starts).exists()


def _note(scope: Scope) -> str:
    """What the comparison rests on, and which procedures changed meanwhile."""
    lines = [_("A change in per cent is given only where both figures are {least} or more.", least=SMALLEST_FOR_A_CHANGE)]
    if scope.until != scope.period.ends:
        lines.append(_("The year is not over: it is compared with as many days of the year before."))
    first = scope.period.before().first_day
    last = scope.until.astimezone(LONDON).date()
    versions = ProcedureVersion.objects.filter(
        procedure__partnership=scope.partnership, published_at__isnull=False, in_force_from__gt=first, in_force_from__lte=last
    ).select_related("procedure").annotate(used=Count("disputes")).order_by("in_force_from", "procedure__name")  # fmt: skip
    changed = [
        _("{procedure} from {day}", procedure=row.procedure.name, day=long_day(row.in_force_from)) for row in versions if row.used or row.number > 1
    ]
    if changed:
        lines.append(_("The rules changed meanwhile, which may account for differences: {changes}.", changes=listing(changed, "; ")))
    return listing(lines, " ")


MEASURES = (
    Measure(
        "change",
        _("Change since the year before"),
        _(
            "The same counts over the year before, as the record stands now. Of a year that runs, over as many days of the year before. Not "
            "available where nothing is on record from before."
        ),
        change,
    ),
    Measure(
        "change-in-time",
        _("Change in responses in time"),
        _("Responses that came due in either year, and the share of them in time, counted as above."),
        change_in_time,
    ),
)
