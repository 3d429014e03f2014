"""How disagreements ended, what changed for the child, and what was done afterwards."""

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from escalation.models import Child, Dispute, FileConfirmation, LearningPoint, Party
from escalation.states import Difference, Outcome
from reports.figures import Block, Chart, ChartKind, Column, Gather, Table
from reports.measures.base import CLOSED, Measure, part_rows, share, with_total
from reports.measures.scope import Scope

NOT_RECORDED = "Not recorded"


def outcomes(scope: Scope) -> Table:
    """Closed, by outcome and by the difference made for the child."""
    groups = scope.closed().values("outcome", "difference").annotate(number=Count("id"))
    found = {(group["outcome"], group["difference"]): group["number"] for group in groups}
    columns = [(item.value, str(item.label)) for item in Difference] + [("", NOT_RECORDED)]
    listed = []
    for key, label in [(item.value, str(item.label)) for item in Outcome] + [("", NOT_RECORDED)]:
        numbers = [found.get((key, difference), 0) for difference, _ in columns]
        if any(numbers):
            listed.append((label, [*numbers, sum(numbers)]))
    listed.sort(key=lambda item: -item[1][-1])
    last = len(columns)
    return Table(
        key="outcomes",
        gather=Gather.OTHERS,
        caption="Outcome, and the difference made for the child",
        row_label="Outcome",
        columns=(*(Column(label) for _, label in columns), Column("Closed")),
        rows=tuple(with_total(listed, "All closed", {last: CLOSED})),
        blocks=(Block(tuple(range(last)), total=last),),
        chart=Chart(ChartKind.BARS, "Disagreements closed, by outcome", (last,)),
        empty="No disagreement was closed.",
    )


def closing(scope: Scope) -> Table:
    """What was done besides settling it: feedback, the child's file, learning."""
    told = Q(feedback_at__isnull=False)
    filed = Q(born__gt=0, kept__gte=F("born") * F("sides"))
    wanted: dict[str, Q] = {"told": told, "filed": filed, "learned": Q(learning_at__isnull=False) | Q(learnt=True), "both": told & filed}
    found = _with_files(scope.closed()).aggregate(closed=Count("id"), **{name: Count("id", filter=met) for name, met in wanted.items()})
    rows = [
        ("Feedback given to the person who raised it", found["told"]),
        ("Record confirmed in the child's file, by every agency", found["filed"]),
        ("Learning recorded, even if none", found["learned"]),
    ]
    if not scope.is_public:  # Overlaps the rows above, so that it could give away a small number hidden in them.
        rows.append(("Feedback and file both", found["both"]))
    return Table(
        key="closing",
        caption="Done before closing",
        row_label="",
        columns=(Column("Done"), Column("Not done"), Column("Closed"), share("Share done", 0, 2)),
        rows=(),
        blocks=(Block((0, 1), total=2, down=False),),
    ).with_rows(part_rows(rows, found["closed"], CLOSED))


def _with_files(closed: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """Each with the numbers of its children (`born`), agencies (`sides`) and file confirmations (`kept`); and whether it was learnt from (`learnt`).

    Filed is what each agency confirmed for each child; a silence that the business unit recorded is no confirmation.
    """
    children = _number(Child.objects.filter(dispute=OuterRef("pk")), Count("pk"))
    parties = _number(Party.objects.filter(dispute=OuterRef("pk")), Count("agency", distinct=True))
    kept = _number(FileConfirmation.objects.filter(child__dispute=OuterRef("pk"), is_gap=False), Count("pk"))
    learnt = Exists(LearningPoint.objects.filter(dispute=OuterRef("pk")))
    return closed.annotate(born=children, sides=parties, kept=kept, learnt=learnt)


def _number(rows: QuerySet[Child] | QuerySet[Party] | QuerySet[FileConfirmation], count: Count) -> Coalesce:
    """How many rows there are for the dispute of the outer query, of which they are a part."""
    path = "child__dispute" if rows.model is FileConfirmation else "dispute"
    counted = rows.order_by().values(path).annotate(number=count).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


MEASURES = (
    Measure(
        "outcomes",
        "Outcome and difference for the child",
        "Disagreements closed in the year, by the outcome that both sides confirmed or that was decided, and by the difference for the child "
        "as it was recorded when they were closed.",
        outcomes,
    ),
    Measure(
        "closing",
        "Feedback, file, learning",
        "Shares of those closed in the year: feedback to the person who raised it is recorded; every agency that takes part confirmed that "
        "the record "
        "is in each child's file; a learning point, or the explicit word that there is none, is recorded.",
        closing,
    ),
)
