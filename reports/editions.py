"""What the public edition hides: small numbers, what they could be worked out from, and percentages of few."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from reports.disclosure import SMALL, SMALLEST_BASE, Name
from reports.earlier import NOTHING, Earlier, counted_of, counts_of, name_of
from reports.figures import HIDDEN, NOT_AVAILABLE, Block, Cell, Mark, Table, Unit
from reports.floors import floors_of, sums_put_together, without_nil
from reports.gathering import deciding, formed_of, gathered, gathered_as
from reports.known import Part
from reports.measures.base import FEW_LEFT, NOT_AS_ISSUED, NOT_AS_PUBLISHED
from reports.neighbours import over_both
from reports.proof import Hiding, Move, System, TooLong, protected
from reports.relations import BEFORE_PUT_TOGETHER, relations_of
from reports.said import listing, shown
from reports.sums import flows_of, grids_of

# So many proofs are kept: a draft is looked at, taken out, checked and issued, and that its counts are safe is the same proof each time.
KEPT = 16


# Of what they count it is known later only how it ended: a table of them is of the day on which it was counted.
GOING_ON = frozenset({"actions", "learning"})


class Exposed(InvalidInput):
    """A number that the edition must hide could be worked out, whatever else is hidden: it is not issued."""


@dataclass(frozen=True)
class Suppressed:
    """The tables of a public edition, the counts behind them, and the proof: for each hidden count another set of counts that fits what is shown."""

    tables: dict[str, Table]
    system: System
    hidden: frozenset[Name]
    proofs: Mapping[Name, Move]

    @property
    def unproven(self) -> set[Name]:
        """Hidden counts without a proof: none, unless an earlier edition already gave them away."""
        return set(self.hidden) - set(self.proofs)

    def require_proven(self) -> None:
        """Raises Exposed, naming the first table, where a hidden count has no proof."""
        unproven = self.unproven
        for table in self.tables.values() if unproven else ():
            # What was put together stands in no cell: its name begins with its table's key.
            inside = any(isinstance(name, tuple) and name[0] == table.key for name in unproven)
            if table.counts_people and (inside or any(name in unproven for name, _cell in counts_of(table))):
                words = _("The public edition cannot be made: in the table “{table}” a number that it must hide could be worked out.")
                raise Exposed(words.format(table=shown(table.caption)), field="year")
        if unproven:
            raise Exposed(_("The public edition cannot be made: beside it a number that an issued edition hides could be worked out."), field="year")


def suppress(tables: Mapping[str, Table], earlier: Earlier = NOTHING) -> dict[str, Table]:
    """The tables with small counts hidden, and as many others as it takes that none of them can be worked out; percentages follow their parts.

    Raises Exposed where that cannot be proved of one of them.
    """
    found = suppressed(tables, earlier)
    found.require_proven()
    return found.tables


def suppressed(tables: Mapping[str, Table], earlier: Earlier = NOTHING) -> Suppressed:
    """The same with its proof. Tables are treated together: a quantity that stands in several is hidden everywhere or nowhere.

    What an earlier edition hid stays hidden, and what it shows and still is so guards nothing. Where hiding would empty a table of categories, small
    ones are put together first; once an edition was issued, the same ones in each later edition. Raises Exposed where the proof would take too long.
    """
    singly = people = {key: _as_published(table, earlier) for key, table in tables.items() if table.counts_people}
    floors = floors_of(tables, earlier.shown)
    if earlier.gatherings is not None:
        people = {key: gathered_as(table, earlier.gatherings.get(key, ())) for key, table in people.items()}
    try:
        return _suppressed(tables, people, singly, floors, earlier)
    except TooLong as error:
        words = _("The public edition cannot be made: it would take too long to prove that no number that it hides can be worked out.")
        raise Exposed(words, field="year") from error


def _suppressed(
    tables: Mapping[str, Table], people: Mapping[str, Table], singly: Mapping[str, Table], floors: Mapping[Name, int], earlier: Earlier
) -> Suppressed:
    system, hidden, proofs = _protect(people, singly, floors, earlier)
    emptied = [key for key, table in people.items() if table.gather and _is_emptied(table, hidden)] if earlier.gatherings is None else []
    if emptied:
        people = {**people} | {key: gathered(people[key]) for key in emptied}
        system, hidden, proofs = _protect(people, singly, floors, earlier)
    published = {key: without_nil(hide(people[key], hidden)) if key in people else table for key, table in tables.items()}
    return Suppressed(published, system, hidden, proofs)


def _protect(
    people: Mapping[str, Table], singly: Mapping[str, Table], floors: Mapping[Name, int], earlier: Earlier
) -> tuple[System, frozenset[Name], Mapping[Name, Move]]:
    """`singly` are the tables before rows were put together: what is put together is hidden, and is guarded as such."""
    values = {name: cell.number for table in people.values() for name, cell in counts_of(table) if not cell.mark}
    together = [one for key, table in people.items() for one in sums_put_together(singly[key], table, deciding(table))]
    counts = {name: cell.number for table in singly.values() for name, cell in counts_of(table)}
    inside = {part for one in together for part in one.parts}
    values |= {part: counts[part] for part in inside}
    related = {**people, **{key: singly[key] for key in BEFORE_PUT_TOGETHER & singly.keys()}}
    between = relations_of(related, floors)
    part = Part(
        [grid for table in people.values() for grid in grids_of(table)],
        [*flows_of(values), *together],
        list(between.within),
        [one for key, table in people.items() if (one := formed_of(singly[key], table)) and values.keys() >= set(one.names)],
        values,
        {**floors, **between.floors},
        dict(between.free),
        set(earlier.hidden & values.keys()) | inside,
    )
    this = counted_of(related)
    for first, second in ((earlier.just_before, this), (this, earlier.just_after)):
        if first and second:
            part.add(over_both(first, second))
    part.nothing = {each for each in inside if not values[each]}
    part.shown = {name for name, value in values.items() if earlier.shown.get(name) == value and name not in part.hidden}
    return _guarded(Asked(part, earlier.beside))


class Asked:
    """A year's own counts beside the editions of other years; equal to another that is the same in every line, count and order."""

    def __init__(self, part: Part, beside: Sequence[Part]) -> None:
        self.part, self.beside = part, beside
        self._told = (part.told, *(each.told for each in beside))
        self._hash = hash(self._told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and self._told == other._told

    def __hash__(self) -> int:
        return self._hash


@lru_cache(maxsize=KEPT)
def _guarded(asked: Asked) -> tuple[System, frozenset[Name], Mapping[Name, Move]]:
    """The own counts guarded beside the editions of other years, and what those hide beside it; all but what they gave away by themselves."""
    whole, others, own = Part(), Part(), set(asked.part.values)
    whole.add(asked.part)
    for each in asked.beside:
        others.add(each)
        whole.add(each)
    # Of its own counts one that another edition shows is known only if it is still so.
    whole.shown = asked.part.shown | (others.shown - own)
    alone = _system(others)
    system = _system(whole)

    def may_be_told(name: Name) -> bool:
        return name in whole.nothing or (name in others.hidden and Hiding(alone, others.hidden).witness(name) is None)

    hidden, proofs = protected(system, whole.hidden, own, is_given_away=may_be_told)
    return system, frozenset(hidden), MappingProxyType(proofs)


def _system(part: Part) -> System:
    return System(part.grids, part.values, part.shown - part.hidden, part.sums, part.floors, part.within, part.free, part.formed)


def _as_published(table: Table, earlier: Earlier) -> Table:
    """Last year's counts as they were published, where they were: beside them a count taken anew would show what was recorded since. Of the year's
    own actions and learning, which go on being done after its edition was issued, the sums alone once they stand otherwise than it says."""
    if table.key in GOING_ON and _went_on(table, earlier):
        return _sums_alone(table, [block for block in table.blocks if block.total is not None], [NOT_AS_ISSUED])
    if not any("@" in cell.key for row in table.rows for cell in row.cells):
        return table
    rows = [replace(row, cells=tuple(_published(cell, earlier) for cell in row.cells)) for row in table.rows]
    return _adding_up(table.with_rows(rows), earlier.shown)


def _adding_up(table: Table, shown: Mapping[Name, int]) -> Table:
    """The table itself where it adds up and what was published (`shown`) leaves no small number to its other parts. Else what was published is not
    what the parts come to any more, and they would tell by how much, or all of the small number could stand in one of them: of these it keeps its
    sums alone."""
    moved = [block for block in table.blocks if not _adds_up(table, block)]
    few = [block for block in table.blocks if block not in moved and _leaves_few(table, block, shown)]
    return _sums_alone(table, [*moved, *few], [*([NOT_AS_PUBLISHED] if moved else []), *([FEW_LEFT] if few else [])])


def _sums_alone(table: Table, off: Sequence[Block], why: Sequence[str]) -> Table:
    """The table without what stands in these blocks, but for the counts of its total that stand in other tables or editions too; itself if none."""
    if not off:
        return table
    parts = {at for block in off for at in (*block.parts, block.total) if at is not None}
    rows = [
        replace(row, cells=tuple(NOT_AVAILABLE if at in parts and not cell.key else cell for at, cell in enumerate(row.cells)))
        for row in table.rows if row.is_total
    ]  # fmt: skip
    kept = tuple(block for block in table.blocks if block not in off)
    note = listing([*filter(None, [table.note]), *why], " ")
    return replace(table, blocks=kept, note=note).with_rows(rows)


def _went_on(table: Table, earlier: Earlier) -> bool:
    """Whether an edition of the year hides any of the table's counts, and shows one of their sums that is less now.

    Once the last is done, the nothing that is left tells of each row how many were done late. That it is nothing is not what this goes by: where
    fewer are left, the sums stand alone too, so that they do not tell of it.
    """
    hidden = any(isinstance(name, tuple) and name[0] == table.key for name in earlier.hidden)
    sums = (name_of(table, at, across) for at, row in enumerate(table.rows) if row.is_total for across in range(len(row.cells)))
    now = dict(counts_of(table))
    return hidden and any(earlier.shown.get(name, 0) > now[name].number for name in sums if name in now)


def _adds_up(table: Table, block: Block) -> bool:
    """Whether the block's parts come to its total across each row, and its rows down each column to theirs."""
    across = [(sum(row.cells[at].number for at in block.parts), row.cells[block.total].number) for row in table.rows if block.total is not None]
    columns = [at for at in (*block.parts, block.total) if at is not None] if block.down and any(row.is_total for row in table.rows) else []
    down = [(sum(row.cells[at].number for row in table.rows if not row.is_total), table.total(at).number) for at in columns]
    return all(parts == whole for parts, whole in (*across, *down))


def _leaves_few(table: Table, block: Block, shown: Mapping[Name, int]) -> bool:
    """Whether in some row the published sum less its published parts is small: said of published counts alone, whatever the others are."""
    if block.total is None:
        return False
    for row in table.rows:
        whole, parts = row.cells[block.total], [row.cells[at].key for at in block.parts]
        known = [shown[key] for key in parts if "@" in key and key in shown]
        if "@" in whole.key and known and shown.get(whole.key, 0) - sum(known) in SMALL and len(known) < len(parts):
            return True
    return False


def _published(cell: Cell, earlier: Earlier) -> Cell:
    return replace(cell, value=earlier.shown[cell.key]) if "@" in cell.key and not cell.mark and cell.key in earlier.shown else cell


def _is_emptied(table: Table, hidden: Collection[Name]) -> bool:
    """More of its counts above nothing are hidden than shown, totals left aside."""
    counts = [
        name_of(table, at, across) in hidden
        for at, row in enumerate(table.rows) if not row.is_total
        for across, column in enumerate(table.columns)
        if column.unit is Unit.COUNT and column.seen and row.cells[across].number
    ]  # fmt: skip
    return sum(counts) * 2 > len(counts)


def hide(table: Table, hidden: Collection[Name]) -> Table:
    """The table as it is published: the mark in the place of each count that is hidden, and its rows in an order that tells nothing of them."""
    rows = []
    for at, row in enumerate(table.rows):
        cells = [
            replace(HIDDEN, key=cell.key) if column.unit is Unit.COUNT and not cell.mark and name_of(table, at, across) in hidden else cell
            for across, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True))
        ]
        rows.append(replace(row, cells=tuple(cells)))
    return _in_order(table.with_rows(rows, smallest_base=SMALLEST_BASE))


def _in_order(table: Table) -> Table:
    """Sorted by what is shown alone, most first, then by label; the rows of hidden counts by label before the total.

    In the order of the true counts two hidden ones that make three would be told: the first is two.
    """
    if table.most_first is None:
        return table
    at = table.most_first
    order = sorted(table.rows, key=lambda row: (row.is_total, row.cells[at].mark is Mark.HIDDEN, -row.cells[at].number, row.label))
    return replace(table, rows=tuple(order))
