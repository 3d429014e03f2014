"""The standing report for a subgroup's meeting: what is unresolved, then the figures of any period (DEV-05, DEV-06)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agencies.working_days import LONDON
from escalation.models import Dispute
from escalation.states import ENDED, LIVE, Side, Theme
from reports.document import build
from reports.figures import Cell, Column, Definition, Document, Row, Section, Table, Unit
from reports.measures import Scope
from reports.story import DISAGREEMENT

MOST = 200
WORDS = (
    (re.compile(r"\b([Tt])he year\b"), r"\1he period"),
    (re.compile(r"\b(Whole|[Tt]his) year\b"), r"\1 period"),
    (re.compile(r"\bLast year's\b"), "The last period's"),
    (re.compile(r"\beither year\b"), "either period"),
    (re.compile(r"\ba year that runs\b"), "a period that runs"),
    (re.compile(r"\bYear so far\b"), "Period so far"),
    (re.compile(r"\bwhatever year\b"), "whatever period"),
    (re.compile(r"\bduring the year\b"), "during the period"),
    (re.compile(r"\bby quarter\b"), "by month"),
    (re.compile(r"^Quarter$"), "Month"),
)
HOW = Definition(
    "Unresolved",
    "Disagreements sent to another agency and not resolved at the end of the period, or when the figures were taken while the period runs. "
    "Open for: working days since it was logged. Overdue: the present step's own moment under the procedure has passed. "
    "Put to the subgroup: logged as serious or stuck.",
)


def standing_report(scope: Scope) -> Document:
    """The document for the meeting: the unresolved ones first, one by one, then the chapters of the annual report counted over the scope's period.

    Agencies are named and small numbers shown: it is the internal edition and not for publication. Nothing typed is in it.
    """
    return of_a_period(build(scope, before=(_unresolved(scope),)))


def _unresolved(scope: Scope) -> Section:
    rows = list(_open_at_the_end(scope))
    many = DISAGREEMENT.counted(len(rows))
    return Section("unresolved", "Unresolved", f"{many} {'is' if len(rows) == 1 else 'are'} unresolved", (_table(scope, rows),), (HOW,))


def _open_at_the_end(scope: Scope) -> Iterable[Dispute]:
    gone = Q(state__in=ENDED, ended_at__lt=scope.until) | Q(resolved_at__lt=scope.until)
    rows = scope.all_disputes().filter(sent_at__isnull=False, submitted_at__lt=scope.until).exclude(gone)
    return rows.select_related("raising_agency").prefetch_related("parties__agency", "clocks").order_by("submitted_at")[:MOST]


def _table(scope: Scope, rows: Iterable[Dispute]) -> Table:
    texts = ("Stage", "Raised by", "Received by", "Areas")
    return Table(
        key="unresolved",
        caption="Unresolved at the end of the period, the oldest first",
        row_label="Disagreement",
        columns=(
            *(Column(text, Unit.TEXT) for text in texts),
            Column("Open for", Unit.DAYS),
            Column("Overdue", Unit.TEXT),
            Column("Put to the subgroup", Unit.TEXT),
        ),
        rows=tuple(Row(row.reference, tuple(Cell(value) for value in _line(scope, row))) for row in rows),
        empty="None is unresolved.",
        counts_people=False,
    )


def _line(scope: Scope, row: Dispute) -> tuple[str | int, ...]:
    receiving = ", ".join(sorted(party.agency.name for party in row.parties.all() if party.side == Side.RECEIVING))
    areas = ", ".join(str(Theme(theme).label) for theme in row.themes)
    until = timezone.localdate(scope.until, LONDON)
    begun = timezone.localdate(row.submitted_at, LONDON)
    late = row.state in LIVE and any(clock.is_procedural and clock.ended_at is None and clock.due_at < scope.until for clock in row.clocks.all())
    put = ", ".join(word for word, is_so in (("serious", row.is_serious), ("stuck", row.is_stuck)) if is_so)
    days = scope.calendar.working_days_between(begun, until)
    return scope.stage(row.stage), row.raising_agency.name, receiving, areas, days, "Overdue" if late else "No", put.capitalize() or "No"


def of_a_period(document: Document) -> Document:
    """The same document, its own sentences speaking of a period and its months instead of a year and its quarters."""
    return Document.of(_reworded(document.as_json()))


def of_a_quarter(table: Table) -> Table:
    """The same table, its words speaking of a quarter instead of a year."""
    return replace(table, caption=table.caption.replace("the year", "the quarter"), note=table.note.replace("the year", "the quarter"))


def _reworded(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    if isinstance(value, str):
        for pattern, words in WORDS:
            value = pattern.sub(words, value)
        return value
    if isinstance(value, dict):
        return {key: _reworded(inner) for key, inner in value.items()}
    return [_reworded(inner) for inner in value] if isinstance(value, list | tuple) else value
