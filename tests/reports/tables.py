"""A measure's table as plain values, for comparing."""

from typing import Any

from reports.figures import Table
from reports.measures import Scope
from reports.own import KNOWN


def plain(table: Table) -> dict[str, list[Any]]:
    """The body rows as values; a sign stands as text."""
    return {row.label: [f"[{cell.mark}]" if cell.mark else cell.value for cell in row.cells] for row in table.rows if not row.is_total}


def figures(scope: Scope, key: str) -> Table:
    """The table of one measure."""
    table: Table = KNOWN[key].figures(scope)
    return table


def shares(table: Table) -> dict[str, list[Any]]:
    """The body rows that count something."""
    return {label: cells for label, cells in plain(table).items() if cells[0]}


def total(table: Table) -> list[Any]:
    """The total row's values."""
    return [f"[{cell.mark}]" if cell.mark else cell.value for row in table.rows if row.is_total for cell in row.cells]


def inside(table: Table) -> dict[tuple[str, str], Any]:
    """The counts above 0 of a table of two characteristics, by both, without its totals."""
    return {
        (row.label, column.label): cell.value
        for row in table.rows if not row.is_total
        for column, cell in zip(table.columns[:-1], row.cells, strict=False) if cell.value
    }  # fmt: skip
