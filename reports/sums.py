"""Which published counts add up: within a table as its blocks say, and over a year as its comings and goings do. Pure."""

from collections.abc import Collection, Iterator

from reports.disclosure import Grid, Name
from reports.earlier import name_of
from reports.figures import Mark, Table
from reports.known import Sum
from reports.measures.base import CLOSED, OPEN, RAISED, WITHDRAWN


def flows_of(names: Collection[Name]) -> Iterator[Sum]:
    """What comes and goes in a year: open at the end of the one before and raised make closed, withdrawn and open at the end, as they are counted.

    Where that one is not available nothing is on record from before, as the words of the measure say: then the raised alone make the rest.
    """
    before = [name for name in names if isinstance(name, str) and name.startswith(f"{OPEN}@")]
    if {RAISED, CLOSED, WITHDRAWN, OPEN} <= set(names):
        yield Sum(parts=(*before, RAISED), total=OPEN, more=(CLOSED, WITHDRAWN))


def grids_of(table: Table) -> Iterator[Grid]:
    """Each block of the table as a grid of names; a block that does not add down the rows is one grid a row."""
    has_total = any(row.is_total for row in table.rows)
    for block in table.blocks:
        across = [*block.parts, *([block.total] if block.total is not None else [])]
        counted = [at for at, row in enumerate(table.rows) if row.cells[across[0]].mark in {Mark.NONE, Mark.HIDDEN}]
        lines = [tuple(name_of(table, at, column) for column in across) for at in counted]
        if not block.down:
            yield from (Grid((line,), total_row=False, total_column=block.total is not None) for line in lines)
        elif lines:
            yield Grid(tuple(lines), total_row=has_total, total_column=block.total is not None)
