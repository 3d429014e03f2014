"""Figures as a data file: one line for each figure, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from reports.figures import Column, Document, Section, Table
from reports.periods import period_of

HEADER = ("Chapter", "Table", "Row", "Column", "Figure", "Unit", "Sign")
LIVE = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(LIVE) else text


def as_csv(document: Document) -> str:
    """The document's figures as comma-separated values, lines ended as RFC 4180 says. Hidden figures are empty, their sign beside them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for line in _lines(document):
        writer.writerow([neutral(cell) for cell in line])
    return out.getvalue()


def _lines(document: Document) -> Iterator[tuple[str, ...]]:
    year = period_of(document.year, document.days)
    for name, words in (
        ("Partnership", document.partnership),
        ("Year" if document.year else "Period", year.words),
        ("Edition", document.edition.words),
        ("Figures taken at (UTC)", document.snapshot),
    ):
        yield ("About", "", name, "", words, "text", "")
    for section in document.sections:
        for table in section.tables:
            yield from _table(section, table)


def _table(section: Section, table: Table) -> Iterator[tuple[str, ...]]:
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            if column.seen:
                figure = "" if cell.mark or cell.value is None else f"{cell.value:g}" if isinstance(cell.value, float) else str(cell.value)
                yield (section.name, table.caption, row.label, column.label, figure, _unit(column), f"[{cell.mark}]" if cell.mark else "")


def _unit(column: Column) -> str:
    return column.unit.value
