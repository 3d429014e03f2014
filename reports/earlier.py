"""What earlier public editions already show and hide, of the same year and of its neighbours: a later one must not undo it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reports.counted import Counted
from reports.disclosure import Name
from reports.figures import Cell, Mark, Row, Table, Unit
from reports.known import Part
from reports.measures.base import OPEN

Gatherings = Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Earlier:
    """`hidden` stays hidden; `shown` are published counts; `gatherings`, by table, the rows that were put together: None before a first edition.

    `beside` is what the editions of other years bring into the proof without this one's counts; `just_before` and `just_after` are the counts of the
    editions next to it.
    """

    hidden: frozenset[Name] = frozenset()
    shown: Mapping[Name, int] = field(default_factory=dict)
    gatherings: Gatherings | None = None
    beside: tuple[Part, ...] = ()
    just_before: Counted | None = None
    just_after: Counted | None = None


NOTHING = Earlier()
EARLY = "early"


def name_of(table: Table, at: int, across: int) -> Name:
    """What a count is called over all tables and editions: its key, or its table with the names of its row and column."""
    row = table.rows[at]
    return row.cells[across].key or (table.key, row.name, table.columns[across].name)


def counts_of(table: Table) -> Iterator[tuple[Name, Cell]]:
    """Every count of the table, by name; no percentages, differences or texts."""
    for at, row in enumerate(table.rows):
        for across, column in enumerate(table.columns):
            if column.unit is Unit.COUNT:
                yield name_of(table, at, across), row.cells[across]


def counted_of(tables: Mapping[str, Table], number: int = 0) -> Counted:
    """What the tables of an edition count, under the names that it gives them; its `number` where there are others."""
    values: dict[Name, int] = {}
    names: dict[str, dict[tuple[str, str], Name]] = {}
    for key, table in tables.items():
        for at, row in enumerate(table.rows):
            for across, column in enumerate(table.columns):
                if column.unit is Unit.COUNT and not row.cells[across].mark:
                    name = name_of(table, at, across)
                    values[name] = row.cells[across].number
                    names.setdefault(key, {})[row.name, column.name] = name
    keys = {name: name for name in values if isinstance(name, str)}
    before = tuple(name for name in keys if name.startswith(f"{OPEN}@"))
    return Counted(number, values, names, dict(keys), before, {key: table.partnership_from for key, table in tables.items()})


def least_name(row: Row) -> Name:
    """Under which name it is kept how many early matters there are at least in the row, by what its agencies tell."""
    return EARLY, row.name, "least"


def _told_least(table: Table) -> Iterator[tuple[Name, int]]:
    """Of a published table of early matters: one at least for each agency whose return is not nil, where it says how many those are."""
    for row in table.rows if table.key == EARLY else ():
        if not row.is_total and not any(cell.mark for cell in row.cells[1:]):
            yield least_name(row), row.cells[1].number - row.cells[2].number


def published(tables: Iterable[Table]) -> Earlier:
    """What one edition's tables show and hide."""
    hidden, gathered = set[Name](), {}
    shown: dict[Name, int] = {}
    for table in tables:
        if table.counts_people:
            for name, cell in counts_of(table):
                if cell.mark is Mark.HIDDEN:
                    hidden.add(name)
                elif not cell.mark:
                    shown[name] = cell.number
            shown.update(_told_least(table))
            gathered[table.key] = tuple(row.of for row in table.rows if row.of)
    return Earlier(frozenset(hidden), shown, gathered)


def together(editions: Iterable[Earlier]) -> Earlier:
    """Several editions of the same year: what any hides is hidden, the latest count that one shows is shown, rows as the first put them together."""
    hidden: frozenset[Name] = frozenset()
    shown: dict[Name, int] = {}
    gatherings: Gatherings | None = None
    for edition in editions:
        hidden |= edition.hidden
        shown |= edition.shown
        gatherings = edition.gatherings if gatherings is None else gatherings
    return Earlier(hidden, shown, gatherings)


def of_last_year(edition: Earlier, suffix: str) -> Earlier:
    """Last year's quantities under the names that this year's tables give them: "raised" is "raised@2024"."""
    hidden = frozenset(f"{name}{suffix}" for name in edition.hidden if isinstance(name, str))
    shown: dict[Name, int] = {f"{name}{suffix}": count for name, count in edition.shown.items() if isinstance(name, str)}
    return Earlier(hidden, shown)


def of_next_year(edition: Earlier, suffix: str) -> Earlier:
    """What next year's edition says of this year, under this year's own names."""
    hidden = frozenset(name.removesuffix(suffix) for name in edition.hidden if isinstance(name, str) and name.endswith(suffix))
    shown: dict[Name, int] = {
        name.removesuffix(suffix): count for name, count in edition.shown.items() if isinstance(name, str) and name.endswith(suffix)
    }
    return Earlier(hidden, shown)


def joined(own: Earlier, *others: Earlier) -> Earlier:
    """The year's own editions and what its neighbours say."""
    hidden, shown = set(own.hidden), dict(own.shown)
    for other in others:
        hidden |= other.hidden
        shown = {**other.shown, **shown}
    return Earlier(frozenset(hidden), shown, own.gatherings)
