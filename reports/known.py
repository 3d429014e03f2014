"""What a reader of an edition knows of counts that stand in it, for the proof that the hidden ones cannot be worked out (`proof.py`): pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reports.disclosure import Grid, Name


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
    """Counts of which some are put together by a rule that is known: `holds` says of others, in the order of the names, whether the same would be.

    Two rules are equal where they hold of the same counts.
    """

    names: tuple[Name, ...]
    holds: Callable[[Sequence[int]], bool]


@dataclass
class Part:
    """What joins the proof: lines that add up, counts, which of them are hidden and which are shown, and what else is known of them. `nothing` are
    those put together that are none: that may be told, as zeros are shown."""

    grids: list[Grid] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    within: list[AtMost] = field(default_factory=list)
    formed: list[Formed] = field(default_factory=list)
    values: dict[Name, int] = field(default_factory=dict)
    floors: dict[Name, int] = field(default_factory=dict)
    free: dict[Name, int] = field(default_factory=dict)
    hidden: set[Name] = field(default_factory=set)
    shown: set[Name] = field(default_factory=set)
    nothing: set[Name] = field(default_factory=set)

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
        self.nothing |= other.nothing

    @property
    def told(self) -> tuple[Hashable, ...]:
        """All of it, equal to another's where every line, count and order is."""
        lines = (tuple(self.grids), tuple(self.sums), tuple(self.within), tuple(self.formed))
        counts = (tuple(self.values.items()), tuple(self.floors.items()), tuple(self.free.items()))
        return (*lines, *counts, frozenset(self.hidden), frozenset(self.shown), frozenset(self.nothing))

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
            set(map(name, self.nothing)),
        )
