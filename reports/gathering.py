"""Putting small categories together, so that a table keeps figures where hiding them one by one would empty it: pure."""

from collections.abc import Sequence

from reports.disclosure import SMALL
from reports.figures import Cell, Gather, Row, Table, Unit
from reports.said import said as _
from reports.said import small
from reports.story import stage_name


def gathered(table: Table) -> Table:
    """The table with its small rows put together: with each other, or in a table whose rows have an order with their neighbours."""
    body = [row for row in table.rows if not row.is_total]
    at = deciding(table)
    groups = _others(body, at) if table.gather is Gather.OTHERS else _neighbours(body, at)
    wanted = tuple(tuple(row.name for row in group) for group in groups if len(group) > 1)
    left = len(body) - sum(len(group) - 1 for group in wanted)
    return gathered_as(table, wanted) if left > 1 else table  # All together would say no more than the total does.


def gathered_as(table: Table, groups: Sequence[tuple[str, ...]]) -> Table:
    """The table with the rows of each group put together as one, at the place of the first; names that it does not have are left aside."""
    rows: list[Row] = []
    done: set[str] = set()
    for row in table.rows:
        group = next((group for group in groups if row.name in group), None)
        if group is None or row.is_total:
            rows.append(row)
        elif row.name not in done:
            mine = [each for each in table.rows if each.name in group and not each.is_total]
            rows.append(_one(table, mine, group))
            done |= set(group)
    return table.with_rows(rows) if done else table


def deciding(table: Table) -> int:
    """The column whose count says whether a row is small: the one that the others add up to, else the first."""
    return next((block.total for block in table.blocks if block.total is not None), 0)


def _others(body: Sequence[Row], at: int) -> list[list[Row]]:
    """One group of the small rows, and of as many of the next smallest as it takes to be no longer small; nothings stay apart."""
    order = sorted((row for row in body if row.cells[at].number), key=lambda row: row.cells[at].number)
    group: list[Row] = []
    for row in order:
        if row.cells[at].number not in SMALL and sum(each.cells[at].number for each in group) not in SMALL:
            break
        group.append(row)
    return [group]


def _neighbours(body: Sequence[Row], at: int) -> list[list[Row]]:
    """Groups of rows that follow each other, none of them small where that can be."""
    groups: list[list[Row]] = []
    for row in body:
        if groups and _count(groups[-1], at) in SMALL:
            groups[-1].append(row)
        else:
            groups.append([row])
    while len(groups) > 1 and _count(groups[-1], at) in SMALL:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _count(group: Sequence[Row], at: int) -> int:
    return sum(row.cells[at].number for row in group)


def _one(table: Table, rows: Sequence[Row], group: tuple[str, ...]) -> Row:
    counts = [
        Cell(sum(row.cells[across].number for row in rows)) if column.unit is Unit.COUNT else Cell() for across, column in enumerate(table.columns)
    ]
    if table.gather is Gather.OTHERS:
        of = tuple(sorted(group))  # By name: in the order of their counts they would tell which is the larger.
        return Row(_("{number} others together", number=len(group)), tuple(counts), of=of, key="+".join(of))
    label = _("{first} to {last}", first=stage_name(rows[0].label), last=small(stage_name(rows[-1].label)))
    return Row(label, tuple(counts), of=group, key="+".join(group))
