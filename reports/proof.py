"""Proof that a hidden count cannot be worked out, over all tables together: pure.

What a reader sees is a set of sums: parts that add up to a total, in every table and between tables, since a quantity that stands in several is one;
what the words of the measures make a sum of, as a year's comings and goings; and what they make at most as much as something else, as those settled
at a stage and those that have reached it. The reader knows the rule as well: that one of those hidden together is small.
A hidden count is safe when there is another set of whole numbers that fits all that and gives it another value. Such a set is looked for and
kept: a witness. Where none is found the count is treated as exposed, so a mistake of the search can only hide too much, never too little.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, islice

from reports.disclosure import LEAST, SMALL, Grid, Name

Move = dict[Name, int]
NO_FLOORS: Mapping[Name, int] = {}
MOST_CHANGES = 48
MOST_STEPS, QUICK_STEPS = 400, 60
# What one edition may take in all, forty times what a year of three hundred takes: some minutes, and then it is refused.
MOST_WORK = 1_000_000
MOST_JUMPS, MOST_OFFERED, MOST_IN_PAIRS = 4, 24, 12


class TooLong(Exception):  # noqa: N818 - no error of the program: there is more to prove than it may take on
    """The search for proofs has taken all the steps that it may."""


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

    def adds_up(self, values: Mapping[Name, int]) -> bool:
        """Whether it is right of these."""
        return sum(values[part] for part in self.parts) == sum(values[other] for other in (self.total, *self.more))


def sums_of(grids: Iterable[Grid]) -> list[Sum]:
    """Every line of the grids that has a total, across and down; a line that stands in two grids once."""
    found: dict[Sum, None] = {}
    for grid in grids:
        lines = list(grid.names) if grid.total_column else []
        lines += zip(*grid.names, strict=True) if grid.total_row and grid.names else []
        found.update((Sum(tuple(line[:-1]), line[-1]), None) for line in lines if len(line) > 1)
    return list(found)


@dataclass(frozen=True, slots=True)
class AtMost:
    """Counts that together come to no more than others: each that is settled at a stage has reached it."""

    less: tuple[Name, ...]
    more: tuple[Name, ...]

    @property
    def names(self) -> tuple[Name, ...]:
        """All that stand in it."""
        return (*self.less, *self.more)


@dataclass(frozen=True, slots=True)
class Formed:
    """Counts of which some are put together by a rule that is known: `holds` says of others, in the order of the names, whether the same would be."""

    names: tuple[Name, ...]
    holds: Callable[[Sequence[int]], bool]


@dataclass
class Part:
    """What joins the proof: lines that add up, counts, which of them are hidden and which are shown, and what else is known of them."""

    grids: list[Grid] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    within: list[AtMost] = field(default_factory=list)
    formed: list[Formed] = field(default_factory=list)
    values: dict[Name, int] = field(default_factory=dict)
    floors: dict[Name, int] = field(default_factory=dict)
    free: dict[Name, int] = field(default_factory=dict)
    hidden: set[Name] = field(default_factory=set)
    shown: set[Name] = field(default_factory=set)

    def add(self, other: "Part") -> None:
        """Takes the other's in; a count that both have keeps its value here."""
        self.grids += other.grids
        self.sums += other.sums
        self.within += other.within
        self.formed += other.formed
        self.values = {**other.values, **self.values}
        self.floors = {**other.floors, **self.floors}
        self.free |= other.free
        self.hidden |= other.hidden
        self.shown |= other.shown

    def called(self, name: Callable[[Name], Name]) -> "Part":
        """The same with other names."""

        def each(names: tuple[Name, ...]) -> tuple[Name, ...]:
            return tuple(map(name, names))

        return Part(
            [replace(grid, names=tuple(map(each, grid.names))) for grid in self.grids],
            [Sum(each(one.parts), name(one.total), each(one.more)) for one in self.sums],
            [AtMost(each(one.less), each(one.more)) for one in self.within],
            [replace(one, names=each(one.names)) for one in self.formed],
            {name(old): value for old, value in self.values.items()},
            {name(old): value for old, value in self.floors.items()},
            {name(old): value for old, value in self.free.items()},
            set(map(name, self.hidden)),
            set(map(name, self.shown)),
        )


class _Line:
    """One thing that must be so: signed counts whose sum a move leaves as it is, or that of an inequality at most as much larger as there is room."""

    def __init__(self, rule: Sum | AtMost, values: Mapping[Name, int]) -> None:
        self.rule, self.is_sum = rule, isinstance(rule, Sum)
        plus, minus = (rule.parts, (rule.total, *rule.more)) if isinstance(rule, Sum) else (rule.less, rule.more)
        self.signed = [*((name, 1) for name in plus), *((name, -1) for name in minus)]
        # Where the record itself is not so (an odd case that a reader would not think of), it must not become worse.
        self.room = 0 if self.is_sum else max(-sum(sign * values[name] for name, sign in self.signed), 0)

    def excess(self, off: int) -> int:
        """By how much a line that is off by so much is wrong."""
        return off if self.is_sum else max(off - self.room, 0)


class System:
    """All that a reader can set up: every sum, those between tables in `beside`, and what is at most something else in `within`.

    `known` are counts that cannot be hidden any more: an earlier edition shows them as they still are. `floors` are the least values above one that
    other figures tell of a count. `free` are quantities that stand nowhere and are somehow, by name with a value that fits. `formed` is what the
    putting together of rows tells.
    """

    def __init__(
        self,
        grids: Iterable[Grid],
        values: Mapping[Name, int],
        known: Collection[Name] = (),
        beside: Iterable[Sum] = (),
        floors: Mapping[Name, int] = NO_FLOORS,
        within: Iterable[AtMost] = (),
        free: Mapping[Name, int] = NO_FLOORS,
        formed: Iterable[Formed] = (),
    ) -> None:
        rules: list[Sum | AtMost] = [*sums_of(grids), *beside, *within]
        self.values, self.known, self.floors, self.free = {**values, **free}, known, floors, free
        self.lines = [_Line(rule, self.values) for rule in rules]
        self._work = 0
        self._formed = list(formed)
        # In which lines a name stands, by their place, and whether it makes each larger (1) or what it should be (-1).
        self._lines: dict[Name, list[tuple[int, int]]] = {}
        for at, line in enumerate(self.lines):
            for name, sign in line.signed:
                self._lines.setdefault(name, []).append((at, sign))

    @property
    def counts(self) -> list[Name]:
        """The names of all that stands in a table."""
        return [name for name in self.values if name not in self.free]

    @property
    def is_spent(self) -> bool:
        """Whether it has taken all the steps that it may."""
        return self._work >= MOST_WORK

    def fits(self, move: Mapping[Name, int], hidden: Collection[Name]) -> bool:
        """Whether the counts changed by the move are what a reader might believe: shown ones as they are, sums right, none below its least value,
        nothing more than what it is at most, and among those that are hidden together a small one."""
        self._work += 1
        changes = {name: change for name, change in move.items() if change}
        off: dict[int, int] = {}
        for name, change in changes.items():
            off = self._off(off, name, change)
        may = all(self._may(name, change, hidden) for name, change in changes.items())
        return may and not any(self.lines[at].excess(by) for at, by in off.items()) and self._is_hidden_for_a_reason(changes, hidden)

    def _may(self, name: Name, change: int, hidden: Collection[Name]) -> bool:
        """Whether a reader might believe that the count is so much larger or smaller than it is."""
        return (name in hidden or name in self.free) and name not in self.known and self.values[name] + change >= self._least(name)

    def witness(self, name: Name, hidden: Collection[Name], *, is_quick: bool = False) -> Move | None:
        """A move to another fitting set of counts in which this one differs; None where none was found. `is_quick`: only a near one."""
        for change in (1, -1) if is_quick else self._first_steps(name, hidden):
            self._steps = MOST_STEPS - QUICK_STEPS if is_quick else 0
            if self._may(name, change, hidden):
                move = self._mend({name: change}, self._off({}, name, change), hidden)
                if move is not None:
                    return move
        return None

    def _first_steps(self, name: Name, hidden: Collection[Name]) -> list[int]:
        """One more, one less, and what would make it as large as another of its lines: two hidden counts may have changed places."""
        others = {other for at, _sign in self._lines.get(name, ()) if self.lines[at].is_sum for other, _s in self.lines[at].signed if other in hidden}
        jumps = {self.values[other] - self.values[name] for other in others} - {0, 1, -1}
        return [1, -1, *sorted(jumps, key=lambda by: (abs(by), by))[:MOST_JUMPS]]

    def _least(self, name: Name) -> int:
        """Zeros are shown, so a reader takes a hidden count for one at least, or for what counts of agencies tell; unless it is less all the same."""
        least = 0 if name in self.free else LEAST
        return min(max(least, self.floors.get(name, least)), self.values[name])

    def _is_hidden_for_a_reason(self, move: Mapping[Name, int], hidden: Collection[Name]) -> bool:
        """Whether among those that are hidden together, in sums with one another, one is small after the move too, wherever one is.

        The rule is known: a count stands hidden because it is small, or because it would tell one that is. Which is which is not. And rows are put
        together because of what they count.
        """
        if not all(self._is_formed_so(each, move) for each in self._formed):
            return False
        left = [name for name, change in move.items() if self._is_small(name) and not self._is_small(name, change)]
        return all(any(self._is_small(each, move.get(each, 0)) for each in self._together(name, hidden)) for name in left)

    def _is_formed_so(self, formed: Formed, move: Mapping[Name, int]) -> bool:
        return move.keys().isdisjoint(formed.names) or formed.holds([self.values[name] + move.get(name, 0) for name in formed.names])

    def _is_small(self, name: Name, change: int = 0) -> bool:
        return name not in self.free and self.values[name] + change in SMALL

    def _together(self, name: Name, hidden: Collection[Name]) -> set[Name]:
        """The hidden counts that are linked with this one by sums."""
        found, waiting = {name}, [name]
        while waiting:
            lines = [self.lines[at] for at, _sign in self._lines.get(waiting.pop(), ())]
            linked = {other for line in lines if line.is_sum for other, _sign in line.signed if other in hidden and other not in found}
            found |= linked
            waiting += linked
        return found

    def _off(self, off: Mapping[int, int], name: Name, change: int) -> dict[int, int]:
        """By how much each line that a move has touched is off, once this change has come to it."""
        return {**off, **{at: off.get(at, 0) + side * change for at, side in self._lines.get(name, ())}}

    def _mend(self, move: Move, off: Mapping[int, int], hidden: Collection[Name]) -> Move | None:
        """The move with further counts changed until every line is right again; `off` says by how much each is not."""
        self._steps += 1
        self._work += 1
        broken = next((at for at, by in off.items() if self.lines[at].excess(by)), None)
        if broken is None:
            return move if self._is_hidden_for_a_reason(move, hidden) else None
        if len(move) >= MOST_CHANGES or self._steps > MOST_STEPS or self.is_spent:
            return None
        for name, change in self._repairs(broken, move, off, hidden):
            found = self._mend(move | {name: change}, self._off(off, name, change), hidden)
            if found is not None:
                return found
        return None

    def _repairs(self, broken: int, move: Move, off: Mapping[int, int], hidden: Collection[Name]) -> list[tuple[Name, int]]:
        """Single changes that bring the line nearer to right, those that leave the fewest other lines wrong first."""
        line = self.lines[broken]
        excess = line.excess(off[broken])
        amounts = {excess, 1 if excess > 0 else -1}
        found = [(name, -sign * by) for name, sign in line.signed if name not in move for by in amounts]
        open_to = [(name, change) for name, change in found if self._may(name, change, hidden)]
        return sorted(open_to, key=lambda pair: (self._more_wrong(off, *pair), abs(pair[1]), -self.values[pair[0]], str(pair[0])))

    def _more_wrong(self, off: Mapping[int, int], name: Name, change: int) -> int:
        """How many more lines than now would be wrong after the change."""
        now = [(self.lines[at], off.get(at, 0), side * change) for at, side in self._lines.get(name, ())]
        return sum(bool(line.excess(by + more)) - bool(line.excess(by)) for line, by, more in now)

    def companions(self, name: Name, hidden: Collection[Name]) -> Iterator[Name]:
        """What could be hidden as well to guard this one: shown counts of its own lines, then of those that hidden ones link with it; parts before
        totals, small ones first; then all others."""
        totals = {line.rule.total for line in self.lines if isinstance(line.rule, Sum)}

        def in_order(names: Iterable[Name]) -> list[Name]:
            return sorted(names, key=lambda each: (each in totals, self.values[each], str(each)))

        order: dict[Name, None] = {name: None}
        layer = [name]
        while layer:
            near = {each for one in layer for at, _side in self._lines.get(one, ()) for each in self.lines[at].rule.names} - order.keys()
            order.update(dict.fromkeys(in_order(near)))
            layer = [each for each in near if each in hidden or each in self.free]
        rest = in_order(self._lines)
        shown = (each for each in dict.fromkeys(chain(order, rest)) if each not in hidden and each not in self.free)
        return (each for each in shown if each not in self.known and self.values[each] >= LEAST)


def protected(
    system: System,
    before: Collection[Name] = (),
    own: Collection[Name] | None = None,
    is_given_away: Callable[[Name], bool] = lambda _name: False,
) -> tuple[set[Name], dict[Name, Move]]:
    """The counts to hide, those hidden `before` included, and for each that stands in a sum a witness that it cannot be worked out.

    Small ones are those among `own`, by default among all. Hiding more never takes a witness away, so each is looked for once. What is left without
    one has nothing more that could be hidden beside it. What others gave away before is left out: it is not to be guarded any more.

    Raises TooLong where the search has taken all the steps that it may: with very many tables what is left might never be proved.
    """
    needed = {name for name in (system.counts if own is None else own) if system.values[name] in SMALL} | set(before)
    hidden = set(needed)
    proofs: dict[Name, Move] = {}
    waiting = [name for name in system.counts if name in hidden]
    given_away: set[Name] = set()
    while waiting:
        if system.is_spent:
            raise TooLong
        name = waiting.pop()
        move = system.witness(name, hidden)
        if move is not None:
            proofs[name] = move
        elif name not in given_away and is_given_away(name):
            given_away.add(name)
        elif name not in given_away:
            extra = _companions(system, name, hidden)
            hidden.update(extra)
            waiting += [name, *extra] if extra else []
    proofs |= _later(system, hidden - given_away, proofs)
    hidden, proofs = _spared(system, hidden - given_away, proofs, needed)
    return hidden, proofs | _later(system, hidden, proofs)


def _later(system: System, hidden: set[Name], proofs: Mapping[Name, Move]) -> dict[Name, Move]:
    """Witnesses of those that were left without one: by what was hidden beside others since, or is not any more, the search may find it."""
    again = {name: system.witness(name, hidden) for name in sorted(hidden - proofs.keys(), key=str)}
    return {name: move for name, move in again.items() if move is not None}


def _spared(system: System, hidden: set[Name], proofs: dict[Name, Move], needed: Collection[Name]) -> tuple[set[Name], dict[Name, Move]]:
    """The same without those that guard nothing any more, since what was hidden after them does it alone. The largest are shown first."""
    for name in sorted(hidden.difference(needed), key=lambda each: (-system.values[each], str(each))):
        if system.is_spent:
            break
        fewer = hidden - {name}
        found = _proofs_without(system, name, fewer, proofs)
        if found is not None:
            hidden, proofs = fewer, found
    return hidden, proofs


def _proofs_without(system: System, name: Name, hidden: set[Name], proofs: Mapping[Name, Move]) -> dict[Name, Move] | None:
    """A witness for each of the others that has one, where this one is shown; None where one of them is left without."""
    found: dict[Name, Move] = {}
    for each, move in proofs.items():
        if each != name:
            other = move if system.fits(move, hidden) else system.witness(each, hidden)
            if other is None:
                return None
            found[each] = other
    return found


def _companions(system: System, name: Name, hidden: set[Name]) -> tuple[Name, ...]:
    """The first count that guards this one by itself, or the first two that do so together; where none do, the first of its own lines."""
    offered = list(islice(system.companions(name, hidden), MOST_OFFERED))
    ways = chain(((each,) for each in offered), combinations(offered[:MOST_IN_PAIRS], 2))
    guarding = (way for way in ways if system.witness(name, hidden.union(way), is_quick=True) is not None)
    return next(guarding, tuple(offered[:1]))
