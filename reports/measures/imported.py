"""How much of what a report counts was brought in from an earlier log, and what is not known of it."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from escalation.states import Measure as Measures
from reports.asking import Query, summed
from reports.figures import ALL, Block, Cell, Row, Table
from reports.measures.base import CLOSED, DUE, FROM_A_LOG, RAISED, Measure, count, keyed, share
from reports.measures.scope import Scope
from reports.measures.timeliness import due, tallies
from reports.said import said as _


def imported(scope: Scope) -> Table:
    """Of the disagreements raised and closed and of the responses due, those that were brought in; no row where none was."""
    answers = scope.ask_each(lambda: _brought(scope.raised()), lambda: _brought(scope.closed()), lambda: _brought(*_due(scope)))
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


def _due(scope: Scope) -> tuple["QuerySet[Any]", Q]:
    """The responses, and which of them were due."""
    fates = tallies(scope)
    return due(scope, Measures.RESPONSE), fates["in_time"].filter | fates["late"].filter | fates["none"].filter


def _brought(rows: "QuerySet[Any]", which: Q | None = None) -> Query:
    """How many there are, and how many of them were brought in; of some alone where it is said which."""
    which = Q() if which is None else which
    return summed(rows, every=Count("id", filter=which), brought=Count("id", filter=which & Q(is_imported=True)))


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
