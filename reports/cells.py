"""The cells of which tables of figures are made, their columns and rows, and the arithmetic of percentages and differences: pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext, gettext_noop

Value = int | float | str | None


class Unit(StrEnum):
    """What a column's figures are."""

    COUNT = "count"
    PERCENT = "percent"
    DAYS = "working days"
    DIFFERENCE = "difference"
    CHANGE = "change in %"
    POINTS = "percentage points"
    AGENCIES = "agencies"
    TEXT = "text"

    @property
    def words(self) -> str:
        """In the language in force."""
        return gettext(UNITS[self])


UNITS = {
    Unit.COUNT: gettext_noop("count"), Unit.PERCENT: gettext_noop("percent"), Unit.DAYS: gettext_noop("working days"),
    Unit.DIFFERENCE: gettext_noop("difference"), Unit.CHANGE: gettext_noop("change in %"), Unit.POINTS: gettext_noop("percentage points"),
    Unit.AGENCIES: gettext_noop("agencies"), Unit.TEXT: gettext_noop("text"),
}  # fmt: skip
SIGNED = frozenset({Unit.DIFFERENCE, Unit.CHANGE, Unit.POINTS})
ALL = "all"  # The name of every total row, and the key of columns of totals.
SMALLEST_FOR_A_CHANGE = 20  # A change of fewer, now or before, is not given in per cent.


class Mark(StrEnum):
    """Why a cell has no figure; the shorthand of official statistics."""

    NONE = ""
    HIDDEN = "c"
    NOT_APPLICABLE = "z"
    NOT_AVAILABLE = "x"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure, or the mark that stands in its place. Cells with the same `key` are one quantity in several tables."""

    value: Value = None
    mark: Mark = Mark.NONE
    key: str = ""

    @property
    def number(self) -> int:
        """The count, 0 where there is no figure."""
        return self.value if isinstance(self.value, int) and not self.mark else 0

    def text(self, unit: Unit) -> str:
        """The figure as it is printed."""
        if self.mark:
            return f"[{self.mark}]"
        if self.value is None:
            return ""
        if unit is Unit.PERCENT:
            return f"{self.value}%"
        if unit in SIGNED and isinstance(self.value, int):
            number = f"{self.value:+,}".replace("-", "\N{MINUS SIGN}") if self.value else "0"
            return number + ("%" if unit is Unit.CHANGE else "")
        if isinstance(self.value, float):
            return f"{self.value:g}"
        return f"{self.value:,}" if isinstance(self.value, int) else self.value


HIDDEN = Cell(mark=Mark.HIDDEN)
NOT_APPLICABLE = Cell(mark=Mark.NOT_APPLICABLE)
NOT_AVAILABLE = Cell(mark=Mark.NOT_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures. `share` names the columns (part, whole) of which a percentage is made, whole None being the part's own total row.

    `minus` names the columns (now, before) of which a difference or change is made; of points, the two columns of percentages. An unseen column only
    guards against subtraction. `key` says which it is whatever its label says.
    """

    label: str
    unit: Unit = Unit.COUNT
    share: tuple[int, int | None] | None = None
    seen: bool = True
    minus: tuple[int, int] | None = None
    key: str = ""

    @property
    def name(self) -> str:
        """What it is called over all editions: its key, or where it has none its label."""
        return self.key or self.label


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its header. `of` are the names of the rows that it puts together; `key` says which it is whatever its label says."""

    label: str
    cells: tuple[Cell, ...]
    is_total: bool = False
    of: tuple[str, ...] = ()
    key: str = ""

    @property
    def name(self) -> str:
        """What it is called over all editions: its key, or where it has none its label; all total rows alike."""
        return self.key or (ALL if self.is_total else self.label)


def percent(part: int, whole: int) -> Cell:
    """The whole per cent, rounded once from the exact value, halves up; not applicable where there is nothing to take a share of."""
    if not whole:
        return NOT_APPLICABLE
    return Cell(int((Decimal(100 * part) / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def with_shares(columns: tuple[Column, ...], row: Row, sums: Row | None, smallest_base: int) -> Row:
    """The row with every percentage, difference and change worked out from the counts that it is made of."""
    cells = list(row.cells)
    for at, column in enumerate(columns):
        if column.share:
            part, whole = column.share
            base = row.cells[whole] if whole is not None else sums.cells[part] if sums else Cell()
            cells[at] = HIDDEN if 0 < base.number < smallest_base else _share(row.cells[part], base)
    for at, column in enumerate(columns):
        if column.minus:
            cells[at] = _minus(columns, cells, column)
    return replace(row, cells=tuple(cells))


def _minus(columns: tuple[Column, ...], cells: Sequence[Cell], column: Column) -> Cell:
    """A difference has the mark of what it is made of. Points are taken from the exact shares and rounded once, not from the rounded ones."""
    now, before = column.minus or (0, 0)
    mark = cells[now].mark or cells[before].mark
    if mark:
        return Cell(mark=Mark(mark))
    if column.unit is Unit.POINTS:
        return Cell(_rounded(100 * (_exact(columns, cells, now) - _exact(columns, cells, before))))
    recent, past = cells[now].number, cells[before].number
    if column.unit is Unit.DIFFERENCE:
        return Cell(recent - past)
    return NOT_APPLICABLE if min(recent, past) < SMALLEST_FOR_A_CHANGE else Cell(_rounded(Fraction(100 * (recent - past), past)))


def _exact(columns: tuple[Column, ...], cells: Sequence[Cell], at: int) -> Fraction:
    part, whole = columns[at].share or (at, at)
    return Fraction(cells[part].number, cells[whole].number if whole is not None else 1)


def _rounded(exact: Fraction) -> int:
    """Rounded once, halves away from nothing."""
    size = int(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def _share(part: Cell, whole: Cell) -> Cell:
    """A percentage has the mark of what it is made of."""
    mark = part.mark or whole.mark
    return Cell(mark=Mark(mark)) if mark else percent(part.number, whole.number)
