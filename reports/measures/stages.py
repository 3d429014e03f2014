"""How far disagreements went, where they were settled, and why they moved up."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from escalation.models import StageRun
from escalation.states import Ground
from reports.asking import Query
from reports.figures import Block, Chart, ChartKind, Column, Gather, Row, Table
from reports.measures.base import CLOSED, RAISED, Measure, called, count, share, with_total
from reports.measures.scope import Scope
from reports.said import named
from reports.said import said as _


def started(scope: Scope) -> Table:
    """Raised, by the first stage that they were in."""
    groups = scope.ask(lambda: scope.raised().annotate(first=Subquery(_first())).values("first").annotate(number=Count("id")))
    return Table(
        key="started",
        gather=Gather.NEIGHBOURS,
        caption=_("Stage at which those raised in the year began"),
        row_label=_("Stage"),
        columns=(count(_("Raised"), "raised"), share(_("Share"), 0, None)),
        rows=(),
        blocks=(Block((0,)),),
    ).with_rows(_by_stage(scope, {group["first"] or 0: group["number"] for group in groups}, _("All raised"), RAISED))


def _first() -> "QuerySet[StageRun, Any]":
    """The stage of a disagreement's first pass."""
    return StageRun.objects.filter(dispute=OuterRef("pk"), stage__gt=0).order_by("number").values("stage")[:1]


def grounds(scope: Scope) -> Table:
    """Moves up of those raised in the year, by the ground that was given. Neither where one began nor a reopening is a move."""
    found = {group["ground"]: group["number"] for group in scope.ask(lambda: _moved(scope).values("ground").annotate(number=Count("id")))}
    order = sorted(Ground, key=lambda ground: -found.get(ground.value, 0))
    listed = [(_short(ground), [found.get(ground.value, 0)]) for ground in order]
    return Table(
        key="grounds",
        most_first=0,
        gather=Gather.OTHERS,
        caption=_("Why those raised in the year were moved up"),
        row_label=_("Ground"),
        columns=(count(_("Moves"), "moves"), share(_("Share"), 0, None)),
        rows=(),
        blocks=(Block((0,)),),
        chart=Chart(ChartKind.BARS, _("Moves up, by ground"), (0,)),
        empty=_("None was moved up."),
    ).with_rows(called(with_total(listed, _("All moves")), (ground.value for ground in order)) if found else [])


def _moved(scope: Scope) -> QuerySet[StageRun]:
    lower = StageRun.objects.filter(dispute=OuterRef("dispute"), stage__gt=0, stage__lt=OuterRef("stage"), number__lt=OuterRef("number"))
    return scope.runs().exclude(ground="").filter(Exists(lower)).filter(_came_up())


def _came_up() -> Q:
    """The pass right before this one was through no stage as high: what the partnership gave back did not move up, nor did what was reopened."""
    return ~Q(Exists(StageRun.objects.filter(dispute=OuterRef("dispute"), number=OuterRef("number") - 1, stage__gte=OuterRef("stage"))))


def highest(scope: Scope) -> Table:
    """Raised, by the highest stage reached so far."""
    found = {group["top_stage"]: group["number"] for group in scope.ask(lambda: scope.raised().values("top_stage").annotate(number=Count("id")))}
    return Table(
        key="highest",
        gather=Gather.NEIGHBOURS,
        partnership_from=scope.partnership_from,
        caption=_("Highest stage reached by those raised in the year"),
        row_label=_("Stage"),
        columns=(count(_("Raised"), "raised"), share(_("Share"), 0, None)),
        rows=(),
        blocks=(Block((0,)),),
        chart=Chart(ChartKind.BARS, _("Disagreements raised, by highest stage reached"), (0,)),
    ).with_rows(_by_stage(scope, found, _("All raised"), RAISED))


def settled(scope: Scope) -> Table:
    """Closed, by the stage in which they were settled."""
    groups = scope.ask(lambda: scope.closed().values("stage").annotate(number=Count("id")))
    return settled_of(scope, {group["stage"]: group["number"] for group in groups})


def settled_of(scope: Scope, found: dict[int, int]) -> Table:
    """The table of what was closed, by stage."""
    return Table(
        key="settled",
        gather=Gather.NEIGHBOURS,
        partnership_from=scope.partnership_in_some_from,
        caption=_("Stage at which those closed in the year were settled"),
        row_label=_("Stage"),
        columns=(count(_("Closed"), "closed"), share(_("Share"), 0, None)),
        rows=(),
        blocks=(Block((0,)),),
        chart=Chart(ChartKind.BARS, _("Disagreements closed, by the stage that settled them"), (0,)),
    ).with_rows(_by_stage(scope, found, _("All closed"), CLOSED))


def _by_stage(scope: Scope, found: dict[int, int], label: str, key: str) -> list[Row]:
    positions = sorted(set(scope.stages) | set(found))
    rows = with_total([(scope.stage(position), [found.get(position, 0)]) for position in positions], label, {0: key})
    return called(rows, map(str, positions))


def _entered(scope: Scope) -> Query:
    before = StageRun.objects.filter(dispute=OuterRef("dispute"), stage=OuterRef("stage") - 1, number__lt=OuterRef("number"))
    after = StageRun.objects.filter(dispute=OuterRef("dispute"), stage=OuterRef("stage") + 1, number__gt=OuterRef("number"))
    wanted = {"entered": Q(), "onward": Q(Exists(after)), "direct": Q(stage__gt=1) & ~Q(Exists(before))}
    wanted |= {ground.value: Q(ground=ground) & Q(Exists(before)) & _came_up() for ground in Ground}
    return scope.runs().values("stage").annotate(**{name: Count("dispute", filter=which, distinct=True) for name, which in wanted.items()})


def moves(scope: Scope) -> Table:
    """Of those that entered a stage, how many went on to the next, and why; and how many came in without the stage before."""
    found = {group["stage"]: group for group in scope.ask(lambda: _entered(scope))}
    rows = []
    for position in sorted(set(scope.stages) | set(found)):
        here, next_one = found.get(position, {}), found.get(position + 1, {})
        counts = [here.get("entered", 0), here.get("onward", 0), 0, *(next_one.get(ground.value, 0) for ground in Ground)]
        rows.append((scope.stage(position), [*counts, here.get("direct", 0)]))
    return Table(
        key="moves",
        caption=_("Moving up, those raised in the year"),
        row_label=_("Stage"),
        columns=(
            Column(_("Entered")), Column(_("Moved up")), share(_("Share moved up"), 1, 0), *(Column(_short(ground)) for ground in Ground),
            Column(_("Without the stage before")),
        ),
        rows=(),
        note=_("The reasons are those given for the move. One that went through a stage twice may have two."),
    ).with_rows(with_total(rows, "")[:-1])  # fmt: skip


def _short(ground: Ground) -> str:
    return {Ground.NOT_RESOLVED: _("Not resolved"), Ground.RISK: _("Risk")}.get(ground, named(ground.label))


MEASURES = (
    Measure(
        "started",
        _("Stage at which it began"),
        _(
            "The first of the procedure's stages that each disagreement raised in the year was in: one inside the own agency too, and one that was "
            "talked through outside and entered afterwards."
        ),
        started,
    ),
    Measure(
        "grounds",
        _("Ground for moving up"),
        _(
            "Every move of a disagreement raised in the year to a higher stage, by the ground that was given for it; out of a stage that was talked "
            "through outside, not resolved. One that was moved up twice counts twice; what the partnership gave back did not move up."
        ),
        grounds,
    ),
    Measure(
        "highest",
        _("Highest stage reached"),
        _("The highest stage that each disagreement raised in the year has reached so far. One that is still open may go further."),
        highest,
    ),
    Measure("settled", _("Stage that settled it"), _("The stage that each disagreement closed in the year was in when it was closed."), settled),
    Measure(
        "moves",
        _("Moved up"),
        _(
            "Disagreements raised in the year that entered the stage and went on to the next, as a share of all that entered it. Those that began "
            "above the "
            "stage before it, or skipped it, are counted apart."
        ),
        moves,
        public=False,
    ),
)
