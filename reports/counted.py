"""What the tables of one public edition count, or of several years that follow each other together, by table, row and column: pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.disclosure import Name
from reports.figures import ANYWHERE
from reports.known import AtMost
from reports.measures.base import OPEN

Names = tuple[Name, ...]


@dataclass(frozen=True)
class Counted:
    """One edition's counts: what each comes to by name, the names by table, row and column, and those that stand in several tables by their key.

    `before` is what was open when it began; nothing where nothing is on record from before.
    """

    number: int
    values: Mapping[Name, int]
    names: Mapping[str, Mapping[tuple[str, str], Name]]
    keys: Mapping[str, Name]
    before: Names
    partnership_from: Mapping[str, int | None]

    def called(self, name: Callable[[Name], Name]) -> "Counted":
        """The same with other names."""
        return replace(
            self,
            values={name(old): value for old, value in self.values.items()},
            names={key: {place: name(old) for place, old in found.items()} for key, found in self.names.items()},
            keys={key: name(old) for key, old in self.keys.items()},
            before=tuple(map(name, self.before)),
        )


class Counts:
    """The counts of editions that follow each other, the first first: each is the sum of those of every year in which it stands."""

    def __init__(self, editions: Sequence[Counted]) -> None:
        self.editions = editions
        self.values = {name: value for each in editions for name, value in each.values.items()}
        self.before, self.still_open = editions[0].before, self._keyed(editions[-1:], OPEN)

    def of(self, table: str) -> dict[tuple[str, str], Names]:
        """The names of the table's counts by row and column."""
        found: dict[tuple[str, str], Names] = {}
        for each in self.editions:
            for place, name in each.names.get(table, {}).items():
                found[place] = (*found.get(place, ()), name)
        return found

    def keyed(self, key: str) -> Names:
        """The names of a count that stands in several tables: nothing where it stands in none."""
        return self._keyed(self.editions, key)

    def by_stage(self, table: str) -> dict[int, Names]:
        """The names of a table of stages by their place."""
        return {int(row): names for (row, _column), names in self.of(table).items() if row.isdigit()}

    def of_the_partnership(self, table: str) -> Names:
        """Of a table of stages the names of the partnership's own, which may be others in each year."""
        first = ((each, each.partnership_from.get(table)) for each in self.editions)
        return tuple(
            name for each, at in first for (row, _column), name in each.names.get(table, {}).items() if at and row.isdigit() and int(row) >= at
        )

    @property
    def are_of_their_routes(self) -> bool:
        """Whether what only one route before the partnership comes to came of it in every year, as the record has it."""
        return all(each.partnership_from.get("outcomes") != ANYWHERE for each in self.editions)

    def sum_of(self, names: Names) -> int:
        """What they come to together."""
        return sum(self.values[name] for name in names)

    def holds(self, rule: AtMost, free: Mapping[Name, int]) -> bool:
        """Whether the counts are so, with these of quantities that stand nowhere. A record from when any outcome could be put at any stage may not
        be, nor years that were counted on different days: then the rule tells a reader nothing true."""
        values = {**self.values, **free}
        return sum(values[name] for name in rule.less) <= sum(values[name] for name in rule.more)

    def _keyed(self, editions: Sequence[Counted], key: str) -> Names:
        return tuple(each.keys[key] for each in editions if key in each.keys)
