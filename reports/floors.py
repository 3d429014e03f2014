"""What the counts of agencies tell of the counts that are hidden: pure.

Agencies are counted in public, people are not. An agency that is not among those that raised none raised one at least; an agency that returned
matters, and not nil, returned one, so that beside a hidden number of matters it is not said how many returned nil. So a reader knows of some hidden
counts a least value that is higher than one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reports.disclosure import Name
from reports.earlier import EARLY, least_name, name_of
from reports.figures import HIDDEN, Mark, Row, Table
from reports.known import Sum
from reports.measures.base import RAISED


def floors_of(tables: Mapping[str, Table], shown: Mapping[Name, int]) -> dict[Name, int]:
    """The least value of each count of which the tables (before rows are put together) tell one, by name, or earlier editions (`shown`) told one."""
    return {name: least for found in (_returned(tables, shown), _raised(tables)) for name, least in found}


def _returned(tables: Mapping[str, Table], shown: Mapping[Name, int]) -> Iterator[tuple[Name, int]]:
    """Matters that were settled early: as many as an edition that was issued before tells."""
    early = tables.get(EARLY)
    for at, row in enumerate(early.rows if early else ()):
        if early and not row.is_total:
            yield name_of(early, at, 0), shown.get(least_name(row), 0)


def without_nil(table: Table) -> Table:
    """A table of early matters, as it is hidden, without how many agencies returned nil where the matters are hidden."""
    if table.key != EARLY:
        return table
    return replace(table, rows=tuple(_without_nil(row) if row.cells[0].mark is Mark.HIDDEN and not row.is_total else row for row in table.rows))


def _without_nil(row: Row) -> Row:
    return replace(row, cells=(*row.cells[:2], HIDDEN))


def _raised(tables: Mapping[str, Table]) -> Iterator[tuple[Name, int]]:
    """Disagreements raised: one for each member agency that is not among those that raised none, of its kind and in all."""
    silent, kinds = tables.get("silent-kinds"), tables.get("kinds")
    raising = {row.name: row.cells[1].number - row.cells[0].number for row in silent.rows if not row.is_total} if silent else {}
    yield RAISED, sum(raising.values())
    for at, row in enumerate(kinds.rows if kinds else ()):
        if kinds and not row.is_total and row.name in raising:
            yield name_of(kinds, at, len(kinds.columns) - 1), raising[row.name]


def sums_put_together(before: Table, after: Table, across: int) -> Iterator[Sum]:
    """Of each row of a table that puts others together: what it is the sum of, in this column. Who knows which they are adds up their least."""
    named = {row.name: name_of(before, at, across) for at, row in enumerate(before.rows) if not row.is_total}
    for at, row in enumerate(after.rows):
        if row.of and not row.is_total:
            yield Sum(tuple(named[each] for each in row.of if each in named), name_of(after, at, across))
