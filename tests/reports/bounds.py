"""A second way to judge suppression, apart from the product's: the smallest and largest value that each hidden count of one table can have, exactly.

A table with its totals is a circulation in a network: each line that adds up is a node, each count an arc. The bounds of a hidden arc are found by
pushing as much as possible round it in either direction.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, product

from reports.disclosure import LEAST, Grid, Name
from reports.earlier import name_of
from reports.editions import hide
from reports.figures import Cell, Mark, Row, Table

Node = Hashable
GROUND: Node = "ground"


def arcs(grid: Grid) -> Iterator[tuple[Name, Node, Node]]:
    """Every count with the two lines that it is part of, in the direction in which the sums make a circulation."""
    for at, row in enumerate(grid.names):
        for across, name in enumerate(row):
            line: Node = ("row", at) if grid.total_column else GROUND
            file: Node = ("column", across) if grid.total_row else GROUND
            sums_up = grid.total_row and at == len(grid.names) - 1
            sums_across = grid.total_column and across == len(row) - 1
            # A total runs against its parts; the grand total, a total of totals, runs with them.
            yield (name, file, line) if sums_up != sums_across else (name, line, file)


def bounds(grid: Grid, values: Mapping[Name, int], hidden: Collection[Name], name: Name) -> tuple[int, int | None]:
    """The smallest and the largest value (None: no limit) that a hidden count can have for somebody who sees all the others."""
    hidden_arcs = {each: (tail, head) for each, tail, head in arcs(grid) if each in hidden}
    tail, head = hidden_arcs.pop(name)
    if tail == head:
        return LEAST, None
    room = values[name] - LEAST
    # More through the arc comes back from its head to its tail; less goes the same way forward.
    up = _most(hidden_arcs, values, head, tail, None)
    down = _most(hidden_arcs, values, tail, head, room)
    return values[name] - (room if down is None else down), None if up is None else values[name] + up


def exposed(grid: Grid, values: Mapping[Name, int], hidden: Collection[Name]) -> list[Name]:
    """The hidden counts of the grid that can have only one value."""
    return [name for name in chain.from_iterable(grid.names) if name in hidden and _is_fixed(grid, values, hidden, name)]


def _is_fixed(grid: Grid, values: Mapping[Name, int], hidden: Collection[Name], name: Name) -> bool:
    lowest, highest = bounds(grid, values, hidden, name)
    return lowest == highest


def _most(arcs: Mapping[Name, tuple[Node, Node]], values: Mapping[Name, int], source: Node, sink: Node, limit: int | None) -> int | None:
    """How much more can flow from source to sink over hidden arcs, at most `limit`; None where nothing limits it.

    Along an arc there is always room; against it only as much as lies above the least value.
    """
    room: dict[Node, dict[Node, int | None]] = {}
    for name, (tail, head) in arcs.items():
        room.setdefault(tail, {})[head] = None
        back = room.setdefault(head, {}).get(tail, 0)
        room[head][tail] = None if back is None else back + values[name] - LEAST
    pushed = 0
    while limit is None or pushed < limit:
        path = _path(room, source, sink)
        if path is None:
            return pushed
        spans = [size for step in path if (size := room[step[0]][step[1]]) is not None]
        if not spans:
            return limit
        step = min(spans) if limit is None else min(*spans, limit - pushed)
        for tail, head in path:
            _add(room, tail, head, -step)
            _add(room, head, tail, step)
        pushed += step
    return pushed


def _add(room: dict[Node, dict[Node, int | None]], tail: Node, head: Node, size: int) -> None:
    held = room.setdefault(tail, {}).get(head, 0)
    room[tail][head] = None if held is None else held + size


def _path(room: Mapping[Node, Mapping[Node, int | None]], source: Node, sink: Node) -> list[tuple[Node, Node]] | None:
    """A shortest way with room on every step."""
    came: dict[Node, Node] = {source: source}
    queue = deque([source])
    while queue:
        at = queue.popleft()
        if at == sink:
            return _steps(came, source, sink)
        for to, size in room.get(at, {}).items():
            if to not in came and size != 0:
                came[to] = at
                queue.append(to)
    return None


def _steps(came: Mapping[Node, Node], source: Node, sink: Node) -> list[tuple[Node, Node]]:
    steps = []
    at = sink
    while at != source:
        steps.append((came[at], at))
        at = came[at]
    return steps[::-1]


def one_way_only(left: Collection[Name], right: Collection[Name], values: Mapping[Name, int], hidden: Collection[Name]) -> list[Name]:
    """The hidden counts that can have only one value where those on the left come to as much as those on the right: by trying all there are.

    A value far above the largest shown one says nothing more than a smaller: with one hidden on either side both can grow without end.
    """
    most = max(values[name] for name in (*left, *right)) + 3
    mine = [name for name in (*left, *right) if name in hidden]
    sign = dict.fromkeys(left, 1) | dict.fromkeys(right, -1)
    rest = sum(sign[name] * values[name] for name in (*left, *right) if name not in hidden)
    found: dict[Name, set[int]] = {name: set() for name in mine}
    for guess in product(range(LEAST, most), repeat=len(mine)):
        if rest + sum(sign[name] * value for name, value in zip(mine, guess, strict=True)) == 0:
            for name, value in zip(mine, guess, strict=True):
                found[name].add(value)
    return [name for name, able in found.items() if len(able) < 2]


def told_by_order(table: Table, values: Mapping[Name, int], moves: Mapping[Name, Mapping[Name, int]]) -> list[Name]:
    """The hidden counts of a published table whose other values (`moves`, what the sums leave open) would be printed in another order of rows.

    The year is told once more with the other values, sorted most first as the measures sort, and published: a reader who sees the same rows in
    another order knows that it was not so.
    """
    marked = {name_of(table, at, across) for at, row in enumerate(table.rows) for across, cell in enumerate(row.cells) if cell.mark is Mark.HIDDEN}
    hidden = marked & values.keys()  # Percentages are worked out again.
    return [
        name for name, move in moves.items() if name in hidden and labels_of(hide(_retold(table, hidden, values, move), hidden)) != labels_of(table)
    ]


def labels_of(table: Table) -> list[str]:
    """The rows' labels from top to bottom."""
    return [row.label for row in table.rows]


def _retold(table: Table, hidden: Collection[Name], values: Mapping[Name, int], move: Mapping[Name, int]) -> Table:
    rows = []
    for at, row in enumerate(table.rows):
        names = [name_of(table, at, across) for across in range(len(row.cells))]
        told = zip(names, row.cells, strict=True)
        rows.append(
            replace(row, cells=tuple(Cell(values[name] + move.get(name, 0), key=cell.key) if name in hidden else cell for name, cell in told))
        )

    def by_count(row: Row) -> tuple[bool, int]:
        return row.is_total, -row.cells[table.most_first or 0].number

    return replace(table, rows=tuple(rows if table.most_first is None else sorted(rows, key=by_count)))
