"""How much of what a report counts was brought in from an earlier log, and what is not known of it."""

from django.db.models import Count, Q

from escalation.states import Measure as Measures
from reports.asking import summed
from reports.figures import ALL, Block, Cell, Row, Table
from reports.measures.base import CLOSED, DUE, FROM_A_LOG, RAISED, Measure, count, keyed, share
from reports.measures.scope import Scope
from reports.measures.timeliness import due, tallies
from reports.said import said as _


def imported(scope: Scope) -> Table:
    """Of the disagreements raised and closed and of the responses due, those that were brought in; no row where none was."""
    brought, fates = Q(is_imported=True), tallies(scope)
    is_due = fates["in_time"].filter | fates["late"].filter | fates["none"].filter
    asked = (
        *((rows, Q()) for rows in (scope.raised(), scope.closed())),
        (due(scope, Measures.RESPONSE), is_due),
    )  # fmt: skip
    answers = scope.ask_each(*(summed(rows, every=Count("id", filter=which), brought=Count("id", filter=which & brought)) for rows, which in asked))
    names = ((_("Raised in the year"), RAISED), (_("Closed in the year"), CLOSED), (_("Responses due in the year"), DUE))
    found = [(label, key, row["brought"], row["every"]) for (label, key), [row] in zip(names, answers, strict=True)]
    rows = [Row(label, (Cell(many), Cell(every - many), keyed(every, key)), key=key) for label, key, many, every in found if every]
    return Table(
        key="imported",
        caption=_("Brought in from an earlier log, and logged here"),
        row_label="",
        columns=(
            count(_("Brought in"), "brought-in"), count(_("Logged here"), "logged-here"), count(_("All"), ALL), share(_("Share brought in"), 0, 2),
        ),
        rows=(),
        blocks=(Block((0, 1), total=2, down=False),),
        note=FROM_A_LOG,
        empty=_("Nothing was brought in from an earlier log."),
    ).with_rows(rows if any(many for _label, _key, many, _every in found) else [])  # fmt: skip


MEASURES = (
    Measure(
        "imported",
        _("Brought in from an earlier log"),
        _(
            "Of the disagreements raised and of those closed, how many were brought in from a log that was kept before, and of the responses due, "
            "how many were asked for in that log. They are counted in every figure as all others are."
        ),
        imported,
    ),
)
