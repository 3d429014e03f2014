"""A document as templates show it: cells as text, charts as SVG. Pure but for Django's marking of safe text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from agencies.words import LONDON, moment
from reports import charts
from reports.figures import Cell, Chart, ChartKind, Cover, Definition, Document, Edition, Mark, Row, Section, Table, Unit
from reports.periods import period_of
from reports.said import worded

MOST_BARS = 15
# Rows that stay on one page though nearly half of the page before is left empty: of a table alone, and of one below its chart.
KEPT_WHOLE, KEPT_WITH_A_CHART = 10, 18
# Bars and rows together that are still little enough, about half of a page, for a chart and the table below it to be moved to the next page as one.
KEPT_TOGETHER = 16
# How many figures a row may have that a table finds room on paper beside its chart: one of quarters has short labels, one of agencies long ones.
# More figures than these beside a row's label are wider than a telephone: each row of a few is a block there. A longer or a wider table scrolls:
# one looks down its columns.
FITTING, MOST_IN_BLOCK, MOST_BLOCKS = 2, 6, 12
BESIDE = {ChartKind.BARS: 2, ChartKind.COLUMNS: 3, ChartKind.STACKED: 0}
MARKS = {
    Mark.HIDDEN: gettext_noop("not shown, to protect people from being recognised"),
    Mark.NOT_APPLICABLE: gettext_noop("not applicable"),
    Mark.NOT_AVAILABLE: gettext_noop("not available"),
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell's text, and its column's name; `aloud` says in words what a mark means."""

    text: str
    is_numeric: bool
    label: str
    aloud: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row ready to print."""

    label: str
    cells: tuple[ShownCell, ...]
    is_total: bool


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table ready to print, with its chart where it has one, and on a page with that of a desk's width. `is_long`: it need not stand on one page.
    `is_beside`: its chart is on its left. `is_together`: its bars are above it, on the same page. `is_stacked`: each row is a block on a telephone.
    """

    key: str
    caption: str
    row_label: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[ShownRow, ...]
    note: str
    empty: str
    chart: SafeString | str
    wide_chart: SafeString | str
    chart_title: str
    chart_note: str
    definition: Definition | None
    has_text: bool
    is_prose: bool
    is_long: bool
    is_beside: bool
    is_together: bool
    is_stacked: bool


def context_of(document: Document, frame: charts.Frame) -> dict[str, Any]:
    """What both templates use: the document, its year in words, its moment, its chapters with tables and charts, and the marks that occur."""
    document = worded(document)
    year = period_of(document.year, document.days)
    taken = datetime.fromisoformat(document.snapshot).astimezone(LONDON)
    tables = [table for section in document.sections for table in section.tables]
    if document.cover and document.cover.colour:
        frame = frame.in_colour(document.cover.colour)
    about = _("Disagreements between agencies, {period}. {edition}.")
    if document.subgroup:
        about = _("Disagreements between agencies that came to {subgroup}, {period}. {edition}.")
    return {
        "document": document,
        "cover": document.cover or Cover(),
        "year": year,
        "is_public": document.edition is Edition.PUBLIC,
        "edition_words": document.edition.words,
        "about": about.format(period=year.words, edition=document.edition.words, subgroup=document.subgroup),
        "so_far": _("The year so far: it is not over") if document.year else _("The period so far: it is not over"),
        "taken": moment(taken, today=taken.date(), year=True),
        "chapters": [(section, _tables(section, frame)) for section in document.sections],
        "key": key_of(tables),
    }


def key_of(tables: Iterable[Table]) -> list[tuple[str, str]]:
    """The signs that stand in these tables in place of a figure, each with what it means."""
    used = {cell.mark for table in tables for row in table.rows for cell in row.cells if cell.mark}
    return [(f"[{mark}]", _(words)) for mark, words in MARKS.items() if mark in used]


def _tables(section: Section, frame: charts.Frame) -> list[ShownTable]:
    both = zip(section.tables, section.definitions, strict=True)
    return [_shown(table, frame, definition) for table, definition in both]


def shown(table: Table, frame: charts.Frame, definition: Definition | None = None) -> ShownTable:
    """The table's seen columns as text in the language in force, with its chart and its definition."""
    return _shown(worded(table), frame, worded(definition))


def _shown(table: Table, frame: charts.Frame, definition: Definition | None) -> ShownTable:
    seen = [at for at, column in enumerate(table.columns) if column.seen]
    listed = table.rows[: table.page_rows]
    beside = frame.beside if table.chart and len(seen) <= BESIDE[table.chart.kind] and len(_charted(table)) <= MOST_BARS else None
    rows = tuple(ShownRow(row.label, tuple(_cell(table, row, at) for at in seen), row.is_total) for row in listed)
    return ShownTable(
        key=table.key,
        caption=table.caption,
        row_label=table.row_label,
        columns=tuple((_heading(table, at), table.columns[at].unit is not Unit.TEXT) for at in seen),
        rows=rows,
        note=" ".join(filter(None, (table.note, _left_over(len(table.rows) - len(listed))))),
        empty=table.empty,
        chart=(picture := drawn(table, beside or frame)),
        wide_chart=drawn(table, frame.desk, key="wide") if frame.desk else "",
        chart_title=table.chart.title if table.chart else "",
        chart_note=_not_drawn(table),
        definition=definition,
        has_text=any(table.columns[at].unit is Unit.TEXT for at in seen),
        is_prose=bool(table.row_label) and all(table.columns[at].unit is Unit.TEXT for at in seen),
        is_long=len(rows) > (KEPT_WITH_A_CHART if table.chart else KEPT_WHOLE),
        is_beside=bool(picture) and beside is not None,
        is_together=bool(picture) and table.chart is not None and table.chart.kind is ChartKind.BARS and _little(rows, table),
        is_stacked=FITTING < len(seen) <= MOST_IN_BLOCK and len(rows) <= MOST_BLOCKS and all(table.columns[at].unit is not Unit.TEXT for at in seen),
    )


def _little(rows: Sequence[ShownRow], table: Table) -> bool:
    """Whether rows and bars together are few enough to be moved to the next page as one."""
    return len(rows) + len(_charted(table)) <= KEPT_TOGETHER


def _left_over(left: int) -> str:
    """That a page leaves so many rows out, and where they are."""
    words = ngettext(
        "{left:,} further row is not shown here. The data files have it.", "{left:,} further rows are not shown here. The data files have them.", left
    )
    return words.format(left=left) if left else ""


def drawn(table: Table, frame: charts.Frame, *, key: str = "chart") -> SafeString | str:
    """The table's chart; empty where there is nothing to draw or a hidden part would leave it false. `key` tells several of a table apart."""
    if table.chart is None or not table.rows:
        return ""
    items = _bars(table, table.chart)
    if not any(item.value for item in items):
        return ""
    if table.chart.kind is ChartKind.STACKED and any(item.value is None for item in items):
        return ""
    draw = {ChartKind.BARS: charts.bars, ChartKind.COLUMNS: charts.columns, ChartKind.STACKED: charts.stacked}[table.chart.kind]
    return mark_safe(draw(table.chart.title, items, key=f"{key}-{table.key}", frame=frame))  # noqa: S308 - every text in it is escaped by charts # nosec B703, B308


def _bars(table: Table, chart: Chart) -> Sequence[charts.Bar]:
    if chart.kind is ChartKind.STACKED:
        cells = [(table.columns[at].label, table.total(at)) for at in chart.columns]
        return [_bar(label, cell) for label, cell in cells]
    rows = [(row.label, row.cells[chart.columns[0]]) for row in _charted(table)]
    most = MOST_BARS if chart.kind is ChartKind.BARS else None
    return [_bar(label, cell, table.columns[chart.columns[0]].unit) for label, cell in rows[:most]]


def _charted(table: Table) -> list[Row]:
    return [row for row in table.rows if not row.is_total]


def _not_drawn(table: Table) -> str:
    """That the chart leaves bars out, and where they are; empty where it has them all."""
    rows = _charted(table)
    if table.chart is None or table.chart.kind is not ChartKind.BARS or len(rows) <= MOST_BARS:
        return ""
    numbers = [row.cells[table.chart.columns[0]].number for row in rows]
    if min(numbers[:MOST_BARS]) < max(numbers[MOST_BARS:]):
        return _("The chart shows the first {shown} of {all:,}; all are in the table.").format(shown=MOST_BARS, all=len(rows))
    return _("The chart shows the {shown} largest of {all:,}; all are in the table.").format(shown=MOST_BARS, all=len(rows))


def _bar(label: str, cell: Cell, unit: Unit = Unit.COUNT) -> charts.Bar:
    return charts.Bar(label, None if cell.mark else cell.number, cell.text(unit))


def _heading(table: Table, at: int) -> str:
    column = table.columns[at]
    return _("{name} (working days)").format(name=column.label) if column.unit is Unit.DAYS else column.label


def _cell(table: Table, row: Row, at: int) -> ShownCell:
    cell, unit = row.cells[at], table.columns[at].unit
    return ShownCell(cell.text(unit), unit is not Unit.TEXT, _heading(table, at), _(MARKS.get(cell.mark, "")) if cell.mark else "")
