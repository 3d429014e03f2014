"""Putting small categories together, so that a table keeps figures where hiding them one by one would empty it: pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reports.disclosure import SMALL
from reports.earlier import name_of
from reports.figures import Cell, Gather, Row, Table, Unit
from reports.known import Formed
from reports.said import said as _
from reports.said import small
from reports.story import stage_name


def gathered(table: Table) -> Table:
    """The table with its small rows put together: with each other, or in a table whose rows have an order with their neighbours."""
    body = [row for row in table.rows if not row.is_total]
    counts = [row.cells[deciding(table)].number for row in body]
    wanted = tuple(tuple(body[each].name for each in group) for group in _groups(table.gather, counts))
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


def formed_of(before: Table, after: Table) -> Formed | None:
    """What the rows that `after` puts together tell of their counts in `before`: of other counts others would have been put together. None where
    nothing is, or where the counts as they are now would not be put together so: those were others when an earlier edition was made."""
    body = [(at, row.name) for at, row in enumerate(before.rows) if not row.is_total]
    names = [name for _at, name in body]
    groups = [tuple(names.index(name) for name in row.of if name in names) for row in after.rows if row.of and not row.is_total]
    wanted = {frozenset(group) for group in groups if len(group) > 1}
    across = deciding(after)
    told = Formed(tuple(name_of(before, at, across) for at, _name in body), PutTogether(after.gather, frozenset(wanted)))
    return told if wanted and told.holds([before.rows[at].cells[across].number for at, _name in body]) else None


@dataclass(frozen=True, slots=True)
class PutTogether:
    """The rule that of a table's rows these groups, by their places, are put together and no others."""

    gather: Gather
    wanted: frozenset[frozenset[int]]

    def __call__(self, counts: Sequence[int]) -> bool:
        """Whether it would do so of these counts."""
        return {frozenset(group) for group in _groups(self.gather, counts, frozenset().union(*self.wanted))} == self.wanted


def _groups(gather: Gather, counts: Sequence[int], alike: Collection[int] = ()) -> list[list[int]]:
    """Which rows of these counts are put together, by their places. Of rows that count the same those `alike` come first."""
    groups = _others(counts, alike) if gather is Gather.OTHERS else _neighbours(counts)
    return [group for group in groups if len(group) > 1]


def _others(counts: Sequence[int], alike: Collection[int]) -> list[list[int]]:
    """One group of the small rows, and of as many of the next smallest as it takes to be no longer small; nothings stay apart."""
    group: list[int] = []
    for at in sorted((at for at, number in enumerate(counts) if number), key=lambda at: (counts[at], at not in alike)):
        if counts[at] not in SMALL and sum(counts[each] for each in group) not in SMALL:
            break
        group.append(at)
    return [group]


def _neighbours(counts: Sequence[int]) -> list[list[int]]:
    """Groups of rows that follow each other, none of them small where that can be."""
    groups: list[list[int]] = []
    for at in range(len(counts)):
        if groups and _sum(groups[-1], counts) in SMALL:
            groups[-1].append(at)
        else:
            groups.append([at])
    while len(groups) > 1 and _sum(groups[-1], counts) in SMALL:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _sum(group: Sequence[int], counts: Sequence[int]) -> int:
    return sum(counts[at] for at in group)


def _one(table: Table, rows: Sequence[Row], group: tuple[str, ...]) -> Row:
    counts = [
        Cell(sum(row.cells[across].number for row in rows)) if column.unit is Unit.COUNT else Cell() for across, column in enumerate(table.columns)
    ]
    if table.gather is Gather.OTHERS:
        of = tuple(sorted(group))  # By name: in the order of their counts they would tell which is the larger.
        return Row(_("{number} others together", number=len(group)), tuple(counts), of=of, key="+".join(of))
    label = _("{first} to {last}", first=stage_name(rows[0].label), last=small(stage_name(rows[-1].label)))
    return Row(label, tuple(counts), of=group, key="+".join(group))
