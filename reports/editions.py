"""What the public edition hides: small numbers, what they could be worked out from, and percentages of few."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reports.disclosure import SMALLEST_BASE, Grid, Name, protect
from reports.figures import HIDDEN, Table, Unit


def suppress(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables with small counts hidden, and as many others as it takes that none of them can be worked out; percentages follow their parts.

    Tables are treated together: a quantity that stands in several has one name (its cell's key) and is hidden everywhere or nowhere.
    """
    people = {key: table for key, table in tables.items() if table.counts_people}
    values = dict(pair for table in people.values() for pair in _values(table))
    hidden = protect([grid for table in people.values() for grid in _grids(table)], values)
    return {key: _hide(table, hidden) if key in people else table for key, table in tables.items()}


def _name(table: Table, at: int, across: int) -> Name:
    cell = table.rows[at].cells[across]
    return cell.key or (table.key, at, across)


def _values(table: Table) -> Iterator[tuple[Name, int]]:
    for at, row in enumerate(table.rows):
        for across in _counted(table):
            yield _name(table, at, across), row.cells[across].number


def _counted(table: Table) -> list[int]:
    return [across for across, column in enumerate(table.columns) if column.unit is Unit.COUNT]


def _grids(table: Table) -> Iterator[Grid]:
    """Each block of the table as a grid of names; a block that does not add down the rows is one grid a row."""
    has_total = any(row.is_total for row in table.rows)
    for block in table.blocks:
        across = [*block.parts, *([block.total] if block.total is not None else [])]
        lines = [tuple(_name(table, at, column) for column in across) for at in range(len(table.rows))]
        if not block.down:
            yield from (Grid((line,), total_row=False, total_column=block.total is not None) for line in lines)
        elif lines:
            yield Grid(tuple(lines), total_row=has_total, total_column=block.total is not None)


def _hide(table: Table, hidden: set[Name]) -> Table:
    counted = _counted(table)
    rows = []
    for at, row in enumerate(table.rows):
        gone = {across for across in counted if _name(table, at, across) in hidden}
        rows.append(replace(row, cells=tuple(replace(HIDDEN, key=cell.key) if across in gone else cell for across, cell in enumerate(row.cells))))
    return table.with_rows(rows, smallest_base=SMALLEST_BASE)
