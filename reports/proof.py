"""Proof that a hidden count cannot be worked out, over all tables together: pure.

What a reader sees is a set of sums: parts that add up to a total, in every table and between tables, since a quantity that stands in several is one;
what the words of the measures make a sum of, as a year's comings and goings; and what they make at most as much as something else, as those settled
at a stage and those that have reached it. The reader knows the rule as well: that one of those hidden together is small.
A hidden count is safe when there is another set of whole numbers that fits all that and gives it another value. Such a set is looked for and
kept: a witness. Where none is found the count is treated as exposed, so a mistake of the search can only hide too much, never too little.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, combinations, islice

from reports.disclosure import LEAST, SMALL, Grid, Name
from reports.known import AtMost, Formed, Sum, sums_of

Move = dict[Name, int]
NO_FLOORS: Mapping[Name, int] = {}
MOST_CHANGES = 48
MOST_STEPS, QUICK_STEPS, PATIENT_STEPS = 400, 60, 20_000
# What one edition may take in all, forty times what a year of three hundred takes: some minutes, and then it is refused.
MOST_WORK = 1_000_000
MOST_JUMPS, MOST_OFFERED, MOST_IN_PAIRS = 4, 24, 12


class TooLong(Exception):  # noqa: N818 - no error of the program: there is more to prove than it may take on
    """The search for proofs has taken all the steps that it may."""


def _signed(rule: Sum | AtMost) -> list[tuple[Name, int]]:
    """What stands in the rule's line, and whether it makes it larger (1) or what it should be (-1)."""
    plus, minus = (rule.parts, (rule.total, *rule.more)) if isinstance(rule, Sum) else (rule.less, rule.more)
    return [*((name, 1) for name in plus), *((name, -1) for name in minus)]


class System:
    """All that a reader can set up: every sum, those between tables in `beside`, and what is at most something else in `within`.

    `known` are counts that cannot be hidden any more: an earlier edition shows them as they still are. `floors` are the least values above one that
    other figures tell of a count. `free` are quantities that stand nowhere and are somehow, by name with a value that fits. `formed` is what the
    putting together of rows tells.

    A line is one thing that must be so: signed counts whose sum a move leaves as it is, or, of an inequality, makes larger by no more than its room.
    Names and lines have numbers within, in the order in which they came, since names take long to compare and the search compares millions.
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
        self.rules: list[Sum | AtMost] = [*sums_of(grids), *beside, *within]
        self.values, self.known, self.floors, self.free = {**values, **free}, known, floors, free
        self.work = 0
        self.formed = list(formed)
        self.names = list(self.values)
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.is_free = [name in free for name in self.names]
        # What a count may become less by at the most, as a change below zero; None for one that is known.
        self.lowest = [None if name in known else self._least(name) - value for name, value in self.values.items()]
        self.signed = [[(self.numbers[name], sign) for name, sign in _signed(rule)] for rule in self.rules]
        # Where the record itself is not so (an odd case that a reader would not think of), it must not become worse. A sum has no room.
        self.room = [None if isinstance(rule, Sum) else max(-self._sum_of(line), 0) for rule, line in zip(self.rules, self.signed, strict=True)]
        # In which lines a name stands, and whether it makes each larger (1) or what it should be (-1).
        self.lines: list[list[tuple[int, int]]] = [[] for _name in self.names]
        for at, line in enumerate(self.signed):
            for number, sign in line:
                self.lines[number].append((at, sign))
        # What stands in one sum with it.
        self.beside = [{other for line in self.sums_with(number) for other, _sign in line} for number in range(len(self.names))]
        in_order = sorted(self.names, key=lambda name: (-self.values[name], str(name)))
        self.rank = [0] * len(in_order)
        for rank, name in enumerate(in_order):
            self.rank[self.numbers[name]] = rank

    def _sum_of(self, line: Iterable[tuple[int, int]]) -> int:
        return sum(sign * self.values[self.names[number]] for number, sign in line)

    def _least(self, name: Name) -> int:
        """Zeros are shown, so a reader takes a hidden count for one at least, or for what counts of agencies tell; unless it is less all the same."""
        least = 0 if name in self.free else LEAST
        return min(max(least, self.floors.get(name, least)), self.values[name])

    @property
    def counts(self) -> list[Name]:
        """The names of all that stands in a table."""
        return [name for name in self.values if name not in self.free]

    @property
    def is_spent(self) -> bool:
        """Whether it has taken all the steps that it may."""
        return self.work >= MOST_WORK

    def value(self, number: int) -> int:
        """The count of this number."""
        return self.values[self.names[number]]

    def sums_with(self, number: int) -> list[list[tuple[int, int]]]:
        """The lines in which it stands that are sums."""
        return [self.signed[at] for at, _sign in self.lines[number] if self.room[at] is None]

    def is_small(self, number: int, change: int = 0) -> bool:
        """Whether the count is, after the change, one of those that are hidden for being so few."""
        return not self.is_free[number] and self.value(number) + change in SMALL

    def companions(self, name: Name, hidden: Collection[Name]) -> Iterator[Name]:
        """What could be hidden as well to guard this one: shown counts of its own lines, then of those that hidden ones link with it; parts before
        totals, small ones first; then all others."""
        totals = {rule.total for rule in self.rules if isinstance(rule, Sum)}

        def in_order(names: Iterable[Name]) -> list[Name]:
            return sorted(names, key=lambda each: (each in totals, self.values[each], str(each)))

        order: dict[Name, None] = {name: None}
        layer = [name]
        while layer:
            near = {each for one in layer for at, _sign in self.lines[self.numbers[one]] for each in self.rules[at].names} - order.keys()
            order.update(dict.fromkeys(in_order(near)))
            layer = [each for each in near if each in hidden or each in self.free]
        rest = in_order(name for name, lines in zip(self.names, self.lines, strict=True) if lines)
        shown = (each for each in dict.fromkeys(chain(order, rest)) if each not in hidden and each not in self.free)
        return (each for each in shown if each not in self.known and self.values[each] >= LEAST)


class Hiding:
    """What a reader might believe where these counts of a system are hidden."""

    def __init__(self, system: System, hidden: Iterable[Name]) -> None:
        self.system = system
        self._hidden = {system.numbers[name] for name in hidden if name in system.numbers}
        self._linked: dict[int, set[int]] = {}
        self._begin(0)

    def with_more(self, names: Iterable[Name]) -> "Hiding":
        """The same where these are hidden as well."""
        more = Hiding(self.system, names)
        more._hidden |= self._hidden
        return more

    def fits(self, move: Mapping[Name, int]) -> bool:
        """Whether the counts changed by the move are what a reader might believe: shown ones as they are, sums right, none below its least value,
        nothing more than what it is at most, and among those that are hidden together a small one."""
        self.system.work += 1
        self._begin(0)
        return all(self._puts(self.system.numbers[name], change) for name, change in move.items() if change) and self._is_right()

    def still_fits(self, move: Mapping[Name, int]) -> bool:
        """The same of a move that fitted where one more was hidden, which it leaves as it is: only why something is hidden can be otherwise."""
        self.system.work += 1
        self._begin(0)
        self._move.update({self.system.numbers[name]: change for name, change in move.items() if change})
        return self._is_hidden_for_a_reason()

    def witness(self, name: Name, *, is_quick: bool = False, is_patient: bool = False) -> Move | None:
        """A move to another fitting set of counts in which this one differs; None where none was found. `is_quick`: only a near one. `is_patient`:
        far more is tried before it is given up."""
        spent = MOST_STEPS - (QUICK_STEPS if is_quick else PATIENT_STEPS if is_patient else MOST_STEPS)
        number = self.system.numbers[name]
        for change in (1, -1) if is_quick else self._first_steps(number):
            self._begin(spent)
            if self._puts(number, change) and self._mends():
                return {self.system.names[each]: by for each, by in self._move.items()}
        return None

    def _first_steps(self, number: int) -> list[int]:
        """One more, one less, and what would make it as large as another of its lines: two hidden counts may have changed places."""
        system = self.system
        others = {other for line in system.sums_with(number) for other, _sign in line if other in self._hidden}
        jumps = {system.value(other) - system.value(number) for other in others} - {0, 1, -1}
        return [1, -1, *sorted(jumps, key=lambda by: (abs(by), by))[:MOST_JUMPS]]

    def _begin(self, steps: int) -> None:
        """From the counts as they are, nothing changed and no line off, with so many of the steps taken that one search may take."""
        self._move: dict[int, int] = {}
        self._off: dict[int, int] = {}
        self._steps = steps

    def _puts(self, number: int, change: int) -> bool:
        """Changes a count, if a reader might believe that it is so much larger or smaller than it is."""
        if not self._may(number, change):
            return False
        self._move[number] = change
        for at, sign in self.system.lines[number]:
            self._off[at] = self._off.get(at, 0) + sign * change
        return True

    def _takes_back(self, number: int, touched: int) -> None:
        """Undoes the last change: `touched` lines were off or had been, before it."""
        change = self._move.pop(number)
        for at, sign in self.system.lines[number]:
            self._off[at] -= sign * change
        while len(self._off) > touched:
            self._off.popitem()

    def _may(self, number: int, change: int) -> bool:
        lowest = self.system.lowest[number]
        return lowest is not None and change >= lowest and (number in self._hidden or self.system.is_free[number])

    def _is_right(self) -> bool:
        """Whether every line is right, and what is hidden is so for a reason."""
        return self._broken() is None and self._is_hidden_for_a_reason()

    def _mends(self) -> bool:
        """Changes further counts until it fits; leaves all as it was where that is not found within the steps."""
        self._steps += 1
        self.system.work += 1
        broken = self._broken()
        if broken is None:
            return self._is_hidden_for_a_reason()
        if len(self._move) >= MOST_CHANGES or self._steps > MOST_STEPS or self.system.is_spent:
            return False
        for number, change in self._repairs(broken):
            touched = len(self._off)
            self._puts(number, change)
            if self._mends():
                return True
            self._takes_back(number, touched)
        return False

    def _broken(self) -> int | None:
        """The first of the lines touched that is not right."""
        rooms = self.system.room
        return next((at for at, by in self._off.items() if by and ((room := rooms[at]) is None or by > room)), None)

    def _repairs(self, broken: int) -> list[tuple[int, int]]:
        """Single changes that bring the line nearer to right, those that leave the fewest other lines wrong first."""
        excess = self._off[broken] - (self.system.room[broken] or 0)
        amounts = {excess, 1 if excess > 0 else -1}
        found = [(number, -sign * by) for number, sign in self.system.signed[broken] if number not in self._move for by in amounts]
        open_to = [pair for pair in found if self._may(*pair)]
        return sorted(open_to, key=lambda pair: (self._more_wrong(*pair), abs(pair[1]), self.system.rank[pair[0]]))

    def _more_wrong(self, number: int, change: int) -> int:
        """How many more lines than now would be wrong after the change."""
        more, rooms, off = 0, self.system.room, self._off
        for at, sign in self.system.lines[number]:
            by, room = off.get(at, 0), rooms[at]
            after = by + sign * change
            more += (after != 0) - (by != 0) if room is None else (after > room) - (by > room)
        return more

    def _is_hidden_for_a_reason(self) -> bool:
        """Whether among those that are hidden together, in sums with one another, one is small after the move too, wherever one is.

        The rule is known: a count stands hidden because it is small, or because it would tell one that is. Which is which is not. And rows are put
        together because of what they count.
        """
        if not all(map(self._is_formed_so, self.system.formed)):
            return False
        is_small = self.system.is_small
        left = [number for number, change in self._move.items() if is_small(number) and not is_small(number, change)]
        return all(any(is_small(each, self._move.get(each, 0)) for each in self._together(number)) for number in left)

    def _is_formed_so(self, formed: Formed) -> bool:
        numbers = [self.system.numbers[name] for name in formed.names]
        return self._move.keys().isdisjoint(numbers) or formed.holds([self.system.value(each) + self._move.get(each, 0) for each in numbers])

    def _together(self, number: int) -> set[int]:
        """The hidden counts that are linked with this one by sums: asked again and again of the same few."""
        if number not in self._linked:
            found, waiting = {number}, [number]
            while waiting:
                linked = (self.system.beside[waiting.pop()] & self._hidden) - found
                found |= linked
                waiting += linked
            self._linked |= dict.fromkeys(found if number in self._hidden else (number,), found)
        return self._linked[number]


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
    hiding = Hiding(system, hidden)
    while waiting:
        if system.is_spent:
            raise TooLong
        name = waiting.pop()
        move = hiding.witness(name)
        if move is not None:
            proofs[name] = move
        elif name not in given_away and is_given_away(name):
            given_away.add(name)
        elif name not in given_away:
            extra = _companions(hiding, name, hidden)
            hidden.update(extra)
            hiding = hiding.with_more(extra)
            waiting += [name, *extra] if extra else []
    proofs |= _later(system, hidden - given_away, proofs)
    hidden, proofs = _spared(system, hidden - given_away, proofs, needed)
    return hidden, proofs | _later(system, hidden, proofs)


def _later(system: System, hidden: set[Name], proofs: Mapping[Name, Move]) -> dict[Name, Move]:
    """Witnesses of those that were left without one: by what was hidden beside others since, or is not any more, the search may find it. They are
    few, and for want of one the edition is refused: here it takes its time."""
    hiding = Hiding(system, hidden)
    again = {name: hiding.witness(name) or hiding.witness(name, is_patient=True) for name in sorted(hidden - proofs.keys(), key=str)}
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
    hiding = Hiding(system, hidden)
    for each, move in proofs.items():
        if each != name:
            other = move if not move.get(name) and hiding.still_fits(move) else hiding.witness(each)
            if other is None:
                return None
            found[each] = other
    return found


def _companions(hiding: Hiding, name: Name, hidden: set[Name]) -> tuple[Name, ...]:
    """The first count that guards this one by itself, or the first two that do so together; where none do, the first of its own lines."""
    offered = list(islice(hiding.system.companions(name, hidden), MOST_OFFERED))
    ways = chain(((each,) for each in offered), combinations(offered[:MOST_IN_PAIRS], 2))
    guarding = (way for way in ways if hiding.with_more(way).witness(name, is_quick=True) is not None)
    return next(guarding, tuple(offered[:1]))
