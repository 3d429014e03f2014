"""How disagreements ended, what changed for the child, and what was done afterwards."""

from functools import partial, reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from escalation.models import Child, Event, FileConfirmation, LearningPoint, Referral
from escalation.services.outcomes import OUTCOME_OF
from escalation.states import Difference, EventKind, Outcome
from reports.asking import Query, summed
from reports.figures import ALL, ANYWHERE, Block, Chart, ChartKind, Gather, Table
from reports.measures.base import CLOSED, Measure, called, count, part_rows, share, with_total
from reports.measures.scope import Scope
from reports.said import named
from reports.said import said as _

NOT_RECORDED = _("Not recorded")
NOT_SAID = "not-said"


def outcomes(scope: Scope) -> Table:
    """Closed, by outcome and by the difference made for the child."""
    # A public edition asks besides whether what was closed may be of the partnership at every stage.
    asked = [partial(_came_without_its_route, scope)] if scope.is_public else []
    groups, *came = scope.ask_each(lambda: scope.closed().values("outcome", "difference").annotate(number=Count("id")), *asked)
    found = {(group["outcome"], group["difference"]): group["number"] for group in groups}
    columns = [(item.value, named(item.label)) for item in Difference] + [("", NOT_RECORDED)]
    listed = []
    for key, label in [(item.value, named(item.label)) for item in Outcome] + [("", NOT_RECORDED)]:
        numbers = [found.get((key, difference), 0) for difference, _label in columns]
        if any(numbers):
            listed.append((label, [*numbers, sum(numbers)], key or NOT_SAID))
    listed.sort(key=lambda item: -item[1][-1])
    last = len(columns)
    return Table(
        key="outcomes",
        most_first=last,
        gather=Gather.OTHERS,
        caption=_("Outcome, and the difference made for the child"),
        row_label=_("Outcome"),
        columns=(*(count(label, key or NOT_SAID) for key, label in columns), count(_("Closed"), ALL)),
        rows=tuple(called(with_total([item[:2] for item in listed], _("All closed"), {last: CLOSED}), [item[2] for item in listed])),
        blocks=(Block(tuple(range(last)), total=last),),
        chart=Chart(ChartKind.BARS, _("Disagreements closed, by outcome"), (last,)),
        empty=_("No disagreement was closed."),
        partnership_from=ANYWHERE if any(answer["any"] for rows in came for answer in rows) else None,
    )


def _came_without_its_route(scope: Scope) -> Query:
    """The question whether one closed came to what only one route before the partnership comes to, and never took it, as could once be put down."""
    took = {route: Exists(Referral.objects.filter(dispute=OuterRef("pk"), route=route)) for route in OUTCOME_OF}
    without = reduce(or_, (Q(outcome=outcome) & ~Q(took[route]) for route, outcome in OUTCOME_OF.items()))
    return scope.whether(scope.closed().filter(without))


def closing(scope: Scope) -> Table:
    """What was done besides settling it: feedback, the child's file, learning."""
    questions = (_done, _pointed, _with_a_child, _lacking, _stale)
    [found], [pointed], [every], [lacking], [before] = scope.ask_each(*(partial(question, scope) for question in questions))
    keys = ["told", "file", "learning", "told-and-file"]
    rows = [
        (_("Feedback given to the person who raised it"), found["told"]),
        (_("Record confirmed in the child's file, by every agency"), every["all"] - lacking["all"] - before["all"]),
        (_("Learning recorded, even if none"), found["learned"] + pointed["number"]),
    ]
    if not scope.is_public:  # Overlaps the rows above, so that it could give away a small number hidden in them.
        rows.append((_("Feedback and file both"), every["told"] - lacking["told"] - before["told"]))
    return Table(
        key="closing",
        caption=_("Done before closing"),
        row_label="",
        columns=(count(_("Done"), "done"), count(_("Not done"), "not-done"), count(_("Closed"), ALL), share(_("Share done"), 0, 2)),
        rows=(),
        blocks=(Block((0, 1), total=2, down=False),),
    ).with_rows(called(part_rows(rows, found["closed"], CLOSED), keys))


def _done(scope: Scope) -> Query:
    told, learned = (Count("id", filter=Q(**{f"{what}_at__isnull": False})) for what in ("feedback", "learning"))
    return summed(scope.closed(), closed=Count("id"), told=told, learned=learned)


def _pointed(scope: Scope) -> Query:
    points = LearningPoint.objects.filter(dispute=OuterRef("pk"))
    return summed(scope.closed().filter(Exists(points), learning_at=None), number=Count("id"))


def _with_a_child(scope: Scope) -> Query:
    """Those with a child: all, and those with feedback given too.

    Less those lacking and those that are stale they are in the file of every child at every agency that takes part. Joined as sets: asked of each
    disagreement it takes ten times as long.
    """
    return _filed(_children(scope))


def _lacking(scope: Scope) -> Query:
    """Those with an agency that did not confirm for one of their children."""
    return _filed(_unconfirmed(_children(scope)))


def _filed(children: QuerySet[Child]) -> Query:
    told = Count("dispute", distinct=True, filter=Q(dispute__feedback_at__isnull=False))
    return summed(children, all=Count("dispute", distinct=True), told=told)


def _children(scope: Scope) -> QuerySet[Child]:
    return Child.objects.filter(dispute__in=scope.closed()).order_by()


def _unconfirmed(children: QuerySet[Child]) -> QuerySet[Child]:
    """Those for whom an agency that takes part did not confirm."""
    confirmed = FileConfirmation.objects.filter(child=OuterRef("pk"), agency=OuterRef("side"))
    return children.annotate(side=F("dispute__parties__agency")).filter(~Exists(confirmed), side__isnull=False)


def _stale(scope: Scope) -> Query:
    """Of those that lack none, those that were reopened after an agency had confirmed: closing asks for it again (BRI-15)."""
    there = Child.objects.filter(dispute=OuterRef("dispute"))
    # Both may stand in one second, or at noon of one day of an earlier log: the order of the lines tells which came first.
    since = Event.objects.filter(dispute=OuterRef("dispute"), kind=EventKind.FILED, agency=OuterRef("by"), number__gt=OuterRef("number"))
    word = "dispute__children__file_confirmations__"
    # By the index of lines by kind: few are reopened, of many that are closed.
    stale = Event.objects.filter(kind=EventKind.REOPENED).annotate(by=F(f"{word}agency"), said_at=F(f"{word}confirmed_at"))
    stale = stale.filter(~Exists(since), said_at__lte=F("recorded_at"))
    return _filed(_children(scope).filter(dispute__in=stale.values("dispute")).exclude(Exists(_unconfirmed(there))))


MEASURES = (
    Measure(
        "outcomes",
        _("Outcome and difference for the child"),
        _(
            "Disagreements closed in the year, by the outcome that both sides confirmed or that was decided, and by the difference for the child "
            "as it was recorded when they were closed."
        ),
        outcomes,
    ),
    Measure(
        "closing",
        _("Feedback, file, learning"),
        _(
            "Shares of those closed in the year: feedback to the person who raised it is recorded, and every agency that takes part confirmed that "
            "the record is in each child's file, both since it was last reopened; a learning point, or the explicit word that there is none, is "
            "recorded, whenever that was."
        ),
        closing,
    ),
)
