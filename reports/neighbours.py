"""Public editions of other years, as part of what a reader of this one can set up: pure.

What was open at the end of one year was open when the next began, so two editions together can tell what neither tells alone. Each that was issued
joins the proof with all its own sums and with what it shows and hides. A count that it hides is taken as it is counted now; a sum that is no longer
right with it, because the record has changed since, tells a reader something else than what is so now, and is left aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reports.counted import Counted
from reports.disclosure import Name
from reports.earlier import counted_of, counts_of, name_of
from reports.figures import Cell, Mark, Row, Table, Unit
from reports.floors import floors_of, sums_put_together
from reports.gathering import deciding, formed_of
from reports.known import Part, sums_of
from reports.relations import BEFORE_PUT_TOGETHER, relations_of, relations_over
from reports.sums import flows_of, grids_of


@dataclass(frozen=True)
class Neighbour:
    """An edition that was issued of another year, or of three: its number, its tables as they are published, and the same counted now."""

    number: int
    tables: Mapping[str, Table]
    counted: Mapping[str, Table]


@dataclass(frozen=True)
class Told:
    """What a neighbour's edition brings into the proof of this year's: all that it tells by itself, and its counts, for what it tells with others."""

    part: Part
    counted: Counted


def told_by(neighbour: Neighbour, this: int) -> Told:
    """What it brings in, under the names that this year's edition (of this number) gives."""
    part, counted = _own_part(neighbour)

    def here(name: Name) -> Name:
        return _called_here(name, neighbour.number, this)

    return Told(part.called(here), counted.called(here))


def between(editions: Sequence[Told]) -> list[Part]:
    """What editions that follow each other, the first first, tell two by two, besides what each tells by itself."""
    return [over_both(one.counted, other.counted) for one, other in pairwise(editions)]


def over_both(first: Counted, second: Counted) -> Part:
    """What two editions of which the one follows the other tell of both periods together."""
    linked = relations_over((first, second))
    return Part(within=list(linked.within), free=dict(linked.free))


def _called_here(name: Name, number: int, this: int) -> Name:
    """ "open" of last year is "open@2024"; what next year calls "open@2025" is this year's "open"."""
    if not isinstance(name, str):
        return number, name
    return name.removesuffix(f"@{this}") if "@" in name else f"{name}@{number}"


def _own_part(neighbour: Neighbour) -> tuple[Part, Counted]:
    people = {key: table for key, table in neighbour.tables.items() if table.counts_people}
    filled = {key: _filled(table, neighbour.counted.get(key)) for key, table in people.items()}
    singly = {key: _apart(table, neighbour.counted.get(key)) for key, table in filled.items()}
    together = [one for key, table in filled.items() for one in sums_put_together(singly[key], table, deciding(table))]
    inside = {part for one in together for part in one.parts}
    counts = {name: cell.number for table in singly.values() for name, cell in counts_of(table)}
    values = {name: cell.number for table in filled.values() for name, cell in counts_of(table) if not cell.mark} | {
        name: counts[name] for name in inside
    }
    hidden = {name for table in people.values() for name, cell in counts_of(table) if cell.mark is Mark.HIDDEN} | inside
    floors = floors_of({**neighbour.tables, **singly}, {})
    related = {**filled, **{key: singly[key] for key in BEFORE_PUT_TOGETHER & singly.keys()}}
    linked = relations_of(related, floors)
    sums = [*sums_of(grid for table in filled.values() for grid in grids_of(table)), *flows_of(values), *together]
    part = Part(
        [],
        [one for one in sums if one.adds_up(values)],
        list(linked.within),
        [one for key, table in filled.items() if (one := formed_of(singly[key], table)) and values.keys() >= set(one.names)],
        values,
        {**floors, **linked.floors},
        dict(linked.free),
        hidden,
        set(values) - hidden,
        {each for each in inside if not values[each]},
    )
    return part, counted_of(related, neighbour.number)


def _filled(table: Table, counted: Table | None) -> Table:
    """The published table with the counts that it hides as they are counted now, one where that cannot be said any more."""
    now = dict(counts_of(counted)) if counted else {}

    def cell_of(at: int, across: int, cell: Cell) -> Cell:
        if cell.mark is not Mark.HIDDEN or table.columns[across].unit is not Unit.COUNT:
            return cell
        of = table.rows[at].of
        together = sum(row.cells[across].number for row in counted.rows if row.name in of) if of and counted else 0
        there = now.get(name_of(table, at, across))
        return Cell(together or (there.number if there else 1), key=cell.key)

    rows = (replace(row, cells=tuple(cell_of(at, across, cell) for across, cell in enumerate(row.cells))) for at, row in enumerate(table.rows))
    return replace(table, rows=tuple(rows), partnership_from=counted.partnership_from if counted else table.partnership_from)


def _apart(table: Table, counted: Table | None) -> Table:
    """The table with the rows that it puts together one by one, as they are counted now."""
    parts = {row.name: row for row in counted.rows if not row.is_total} if counted else {}

    def apart(row: Row) -> list[Row]:
        return [parts[name] for name in row.of if name in parts] if row.of else [row]

    return replace(table, rows=tuple(each for row in table.rows for each in apart(row)))
