"""Proof that a hidden count cannot be worked out, over all tables together: pure.

What a reader sees is a set of sums: parts that add up to a total, in every table and between tables, since a quantity that stands in several is one;
and what the words of the measures make a sum of, as a year's comings and goings.
A hidden count is safe when there is another set of whole numbers that fits everything shown and gives it another value. Such a set is looked for and
kept: a witness. Where none is found the count is treated as exposed, so a mistake of the search can only hide too much, never too little.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from reports.disclosure import LEAST, SMALL, Grid, Name

Move = dict[Name, int]
NO_FLOORS: Mapping[Name, int] = {}
MOST_CHANGES = 48
MOST_STEPS = 4_000


@dataclass(frozen=True, slots=True)
class Sum:
    """Counts that add up to another, or to another and some `more`, each name once."""

    parts: tuple[Name, ...]
    total: Name
    more: tuple[Name, ...] = ()

    @property
    def names(self) -> tuple[Name, ...]:
        """All that stand in it."""
        return (*self.parts, self.total, *self.more)

    def off(self, move: Mapping[Name, int]) -> int:
        """By how much the parts would exceed the total and the rest after the move, where they add up before it."""
        return sum(move.get(part, 0) for part in self.parts) - sum(move.get(other, 0) for other in (self.total, *self.more))


def sums_of(grids: Iterable[Grid]) -> list[Sum]:
    """Every line of the grids that has a total, across and down; a line that stands in two grids once."""
    found: dict[Sum, None] = {}
    for grid in grids:
        lines = list(grid.names) if grid.total_column else []
        lines += zip(*grid.names, strict=True) if grid.total_row and grid.names else []
        found.update((Sum(tuple(line[:-1]), line[-1]), None) for line in lines if len(line) > 1)
    return list(found)


class System:
    """All the sums that a reader can set up, those between tables in `beside`. `known` are counts that cannot be hidden any more: an earlier edition
    shows them as they still are. `floors` are the least values above one that other figures tell of a count."""

    def __init__(
        self,
        grids: Iterable[Grid],
        values: Mapping[Name, int],
        known: Collection[Name] = (),
        beside: Iterable[Sum] = (),
        floors: Mapping[Name, int] = NO_FLOORS,
    ) -> None:
        self.sums, self.values, self.known, self.floors = [*sums_of(grids), *beside], values, known, floors
        # In which sums a name stands, by their place, and whether it makes each larger (1) or what it should be (-1).
        self._lines: dict[Name, list[tuple[int, int]]] = {}
        for at, one in enumerate(self.sums):
            for name in one.parts:
                self._lines.setdefault(name, []).append((at, 1))
            for name in (one.total, *one.more):
                self._lines.setdefault(name, []).append((at, -1))

    def fits(self, move: Mapping[Name, int], hidden: Collection[Name]) -> bool:
        """Whether the counts changed by the move are what a reader might believe: shown ones as they are, sums right, none below its least value."""
        changes = {name: change for name, change in move.items() if change}
        may = all(self._may(name, change, hidden) for name, change in changes.items())
        return may and not any(one.off(changes) for one in self.sums)

    def _may(self, name: Name, change: int, hidden: Collection[Name]) -> bool:
        """Whether a reader might believe that the count is so much larger or smaller than it is."""
        return name in hidden and name not in self.known and self.values[name] + change >= self._least(name)

    def witness(self, name: Name, hidden: Collection[Name]) -> Move | None:
        """A move to another fitting set of counts in which this one differs; None where none was found."""
        for change in (1, -1):
            self._steps = 0
            if self._may(name, change, hidden):
                move = self._mend({name: change}, self._off({}, name, change), hidden)
                if move is not None:
                    return move
        return None

    def _least(self, name: Name) -> int:
        """Zeros are shown, so a reader takes a hidden count for one at least, or for what counts of agencies tell; unless it is less all the same."""
        return min(max(LEAST, self.floors.get(name, LEAST)), self.values[name])

    def _off(self, off: Mapping[int, int], name: Name, change: int) -> dict[int, int]:
        """By how much each sum that a move has touched is off, once this change has come to it."""
        return {**off, **{at: off.get(at, 0) + side * change for at, side in self._lines.get(name, ())}}

    def _mend(self, move: Move, off: Mapping[int, int], hidden: Collection[Name]) -> Move | None:
        """The move with further counts changed by one each until every sum is right again; `off` says by how much each is not."""
        self._steps += 1
        broken = next((at for at, by in off.items() if by), None)
        if broken is None:
            return move
        if len(move) >= MOST_CHANGES or self._steps > MOST_STEPS:
            return None
        for name, change in self._repairs(broken, move, off, hidden):
            found = self._mend(move | {name: change}, self._off(off, name, change), hidden)
            if found is not None:
                return found
        return None

    def _repairs(self, broken: int, move: Move, off: Mapping[int, int], hidden: Collection[Name]) -> list[tuple[Name, int]]:
        """Single changes that bring the sum nearer to right, those that leave the fewest other sums wrong first."""
        by, one = (1 if off[broken] > 0 else -1), self.sums[broken]
        found = [(part, -by) for part in one.parts] + [(other, by) for other in (one.total, *one.more)]
        open_to = [(name, change) for name, change in found if name not in move and self._may(name, change, hidden)]
        return sorted(open_to, key=lambda pair: (self._more_wrong(off, *pair), -self.values[pair[0]], str(pair[0])))

    def _more_wrong(self, off: Mapping[int, int], name: Name, change: int) -> int:
        """How many more sums than now would be wrong after the change."""
        now = [(off.get(at, 0), side * change) for at, side in self._lines.get(name, ())]
        return sum(bool(by + more) - bool(by) for by, more in now)

    def companions(self, name: Name, hidden: Collection[Name]) -> Iterator[Name]:
        """What could be hidden as well to guard this one: shown counts of its own lines, parts before totals, small ones first; then all others."""
        totals = {one.total for one in self.sums}
        near = [each for at, _side in self._lines.get(name, ()) for each in self.sums[at].names]
        order = sorted(set(near), key=lambda each: (each in totals, self.values[each], str(each)))
        rest = sorted(self._lines, key=lambda each: (each in totals, self.values[each], str(each)))
        return (each for each in chain(order, rest) if each not in hidden and each not in self.known and self.values[each] >= LEAST)


def protected(system: System, before: Collection[Name] = ()) -> tuple[set[Name], dict[Name, Move]]:
    """The counts to hide, those hidden `before` included, and for each that stands in a sum a witness that it cannot be worked out.

    Hiding more never takes a witness away, so each is looked for once. What is left without one has nothing more that could be hidden beside it.
    """
    hidden = {name for name, value in system.values.items() if value in SMALL} | set(before)
    proofs: dict[Name, Move] = {}
    waiting = [name for name in system.values if name in hidden]
    while waiting:
        name = waiting.pop()
        move = system.witness(name, hidden)
        if move is None:
            extra = _companion(system, name, hidden)
            if extra is None:
                continue
            hidden.add(extra)
            waiting += [name, extra]
        else:
            proofs[name] = move
    return hidden, proofs


def _companion(system: System, name: Name, hidden: set[Name]) -> Name | None:
    """The first count that guards this one by itself; where none does, the first of its own lines."""
    offered = list(system.companions(name, hidden))
    return next((each for each in offered[:24] if system.witness(name, hidden | {each}) is not None), offered[0] if offered else None)
