"""Small-number suppression for the public edition: pure.

Counts of 1 to 5 are hidden and zeros shown. Because totals are shown too, a hidden count could be found by subtraction, so further counts are hidden
until no hidden count has only one possible value. That is proved, not assumed: a table with its totals is a circulation in a network (each line that
adds up is a node, each count an arc), and the smallest and largest value that a hidden arc can carry, given all that is shown, are found exactly by
pushing as much as possible round it in either direction.

A reader is taken to know every shown count, that hidden counts are whole numbers of at least 1 (zeros are shown), and nothing else.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

SMALL = range(1, 6)
LEAST = 1
SMALLEST_BASE = 10  # A percentage of fewer is not published.

Name = Hashable
Node = Hashable
GROUND: Node = "ground"


@dataclass(frozen=True)
class Grid:
    """A table of counts: their names in rows and columns, each name once. The last row or column holds totals where said so."""

    names: tuple[tuple[Name, ...], ...]
    total_row: bool = True
    total_column: bool = True

    def arcs(self) -> Iterator[tuple[Name, Node, Node]]:
        """Every count with the two lines that it is part of, in the direction in which the sums make a circulation."""
        for at, row in enumerate(self.names):
            for across, name in enumerate(row):
                line: Node = ("row", at) if self.total_column else GROUND
                file: Node = ("column", across) if self.total_row else GROUND
                sums_up = self.total_row and at == len(self.names) - 1
                sums_across = self.total_column and across == len(row) - 1
                # A total runs against its parts; the grand total, a total of totals, runs with them.
                yield (name, file, line) if sums_up != sums_across else (name, line, file)


def small(values: Mapping[Name, int]) -> set[Name]:
    """The counts that are hidden for being small themselves."""
    return {name for name, value in values.items() if value in SMALL}


def bounds(grid: Grid, values: Mapping[Name, int], hidden: Collection[Name], name: Name) -> tuple[int, int | None]:
    """The smallest and the largest value (None: no limit) that a hidden count can have for somebody who sees all the others."""
    arcs = {each: (tail, head) for each, tail, head in grid.arcs() if each in hidden}
    tail, head = arcs.pop(name)
    if tail == head:
        return LEAST, None
    room = values[name] - LEAST
    # More through the arc comes back from its head to its tail; less goes the same way forward.
    up = _most(arcs, values, head, tail, None)
    down = _most(arcs, values, tail, head, room)
    return values[name] - (room if down is None else down), None if up is None else values[name] + up


def exposed(grid: Grid, values: Mapping[Name, int], hidden: Collection[Name]) -> list[Name]:
    """The hidden counts of the grid that can have only one value."""
    return [name for name in chain.from_iterable(grid.names) if name in hidden and _is_fixed(grid, values, hidden, name)]


def protect(grids: Sequence[Grid], values: Mapping[Name, int]) -> set[Name]:
    """The names of the counts to hide so that in every grid no hidden count has only one possible value.

    A name that stands in several grids is one quantity: hidden in one, it is hidden in all. `values` holds every name's count, zeros too; names in no
    grid are judged by their own size alone. Ends, since each step hides one more and a grid with all its counts hidden (zeros apart) is safe.
    """
    hidden = small(values)
    changed = True
    while changed:
        changed = False
        for grid in grids:
            while left := exposed(grid, values, hidden):
                hidden.add(_next_to_hide(grid, values, hidden, left[0]))
                changed = True
    return hidden


def _is_fixed(grid: Grid, values: Mapping[Name, int], hidden: Collection[Name], name: Name) -> bool:
    lowest, highest = bounds(grid, values, hidden, name)
    return lowest == highest


def _next_to_hide(grid: Grid, values: Mapping[Name, int], hidden: set[Name], name: Name) -> Name:
    """The smallest count that frees the exposed one, parts before totals; where none does alone, the smallest that shares a line with it."""
    lines = {each: {tail, head} - {GROUND} for each, tail, head in grid.arcs()}
    totals = _totals(grid)
    shown = [each for each in lines if each not in hidden and values[each] >= LEAST]
    shown.sort(key=lambda each: (each in totals, values[each], str(each)))
    for each in shown:
        if not _is_fixed(grid, values, hidden | {each}, name):
            return each
    return next((each for each in shown if lines[each] & lines[name]), shown[0])


def _totals(grid: Grid) -> set[Name]:
    found: set[Name] = set(grid.names[-1]) if grid.total_row else set()
    return found | ({row[-1] for row in grid.names} if grid.total_column else set())


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
