"""The shapes in which figures travel: made by the measures, stored as JSON, shown by page, PDF and data file. Plain values and words only.

Words are English, and said in the reader's language where they are shown (`reports/said.py`); what is read from JSON is shown as it was stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from django.utils.translation import gettext, gettext_noop

from reports.said import Said, plain, shown
from reports.said import said as _

Value = int | float | str | None


class Edition(StrEnum):
    """For whom a report is made."""

    INTERNAL = "internal"
    PUBLIC = "public"

    @property
    def said(self) -> Said:
        """ "Internal edition" or "Public edition"."""
        return _("Public edition") if self is Edition.PUBLIC else _("Internal edition")

    @property
    def words(self) -> str:
        """The same in the language in force."""
        return shown(self.said)


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


class Gather(StrEnum):
    """How small rows may be put together in the public edition: as others, or with their neighbours where the rows have an order."""

    NONE = ""
    OTHERS = "others"
    NEIGHBOURS = "neighbours"


class ChartKind(StrEnum):
    """The three charts that a report may hold."""

    BARS = "bars"
    STACKED = "stacked"
    COLUMNS = "columns"


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


@dataclass(frozen=True, slots=True)
class Block:
    """Which counts add up: `parts` across a row to the column `total`; down the rows to the table's total row where `down`."""

    parts: tuple[int, ...]
    total: int | None = None
    down: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture of a table: one column's bars or columns, or the parts of its last row as one stacked bar."""

    kind: ChartKind
    title: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures. `blocks` say what adds up, for the suppression of small numbers; tables about the directory do not count people.

    `most_first` is the column by whose counts the rows are sorted; None where they have an order of their own, as stages have. `page_rows` is how
    many of the rows pages and paper show, where not all; data files and programs get them all. `partnership_from`, of a table by stages, is the first
    of those that are the partnership's own, where there are such.
    """

    key: str
    caption: str
    row_label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...] = ()
    chart: Chart | None = None
    note: str = ""
    empty: str = _("None.")
    counts_people: bool = True
    gather: Gather = Gather.NONE
    most_first: int | None = None
    page_rows: int | None = None
    partnership_from: int | None = None

    def total(self, column: int) -> Cell:
        """The total row's cell of this column; an empty cell where there is no total row."""
        return next((row.cells[column] for row in self.rows if row.is_total), Cell())

    def with_rows(self, rows: Iterable[Row], smallest_base: int = 1) -> Self:
        """The same table with other rows, its percentages worked out from them. Cells left out at the end of a row are empty.

        A percentage of less than the smallest base is hidden.
        """
        width = len(self.columns)
        full = [replace(row, cells=(*row.cells, *(Cell(),) * (width - len(row.cells)))) for row in rows]
        sums = next((row for row in full if row.is_total), None)
        return replace(self, rows=tuple(_with_shares(self.columns, row, sums, smallest_base) for row in full))


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure is called and exactly how it is counted."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What the business unit says to a chapter: the words, who wrote them, and who signed them for publication on which day; empty if nobody did."""

    words: str
    written_by: str
    signed_by: str = ""
    signed_on: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: its name, its message, its tables, how they were counted, and what is said to it."""

    key: str
    name: str
    message: str
    tables: tuple[Table, ...]
    definitions: tuple[Definition, ...]
    comment: Comment | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the few figures on the summary, and the chapter that it comes from."""

    figure: str
    words: str
    chapter: str


@dataclass(frozen=True, slots=True)
class Cover:
    """The partnership's own look: a colour such as #0d5257, and its mark as a data address with the words in its place; empty where it has none."""

    colour: str = ""
    picture: str = ""
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report, frozen. Moments are ISO 8601 in UTC. `year` is the reporting year; 0 where `days` names the first and the last day instead.

    `agency` is the one whose own side it is; empty for the whole partnership. `subgroup` is the one whose disagreements alone it counts; empty for
    all. `cover` is how it was printed, None by our own design. `beside` are the keys of the issued public editions that it was held against. `title`
    is what a document of a page or two is called; empty for the reports.
    """

    partnership: str
    unit_name: str
    year: int
    edition: Edition
    snapshot: str
    is_running: bool
    is_empty: bool
    is_invented: bool
    headlines: tuple[Headline, ...]
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    method: tuple[str, ...]
    days: tuple[str, ...] = ()
    agency: str = ""
    subgroup: str = ""
    cover: Cover | None = None
    beside: tuple[str, ...] = ()
    title: str = ""

    def as_json(self) -> dict[str, Any]:
        """The document as JSON's own types, its words in English or, of one that is worded, as they are."""
        found: dict[str, Any] = plain(self)
        return found

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Document":
        """The document that `as_json` gave."""
        plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        plain |= {
            "edition": Edition(data["edition"]),
            "headlines": tuple(Headline(**item) for item in data["headlines"]),
            "sections": tuple(_section(item) for item in data["sections"]),
            "cover": Cover(**data["cover"]) if data.get("cover") else None,
        }
        return cls(**plain)


def percent(part: int, whole: int) -> Cell:
    """The whole per cent, rounded once from the exact value, halves up; not applicable where there is nothing to take a share of."""
    if not whole:
        return NOT_APPLICABLE
    return Cell(int((Decimal(100 * part) / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def _with_shares(columns: tuple[Column, ...], row: Row, sums: Row | None, smallest_base: int) -> Row:
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


def _section(data: dict[str, Any]) -> Section:
    return Section(
        **data
        | {
            "tables": tuple(_table(item) for item in data["tables"]),
            "definitions": tuple(Definition(**item) for item in data["definitions"]),
            "comment": Comment(**data["comment"]) if data.get("comment") else None,
        }
    )


def _table(data: dict[str, Any]) -> Table:
    chart = data["chart"]
    return Table(
        **data
        | {
            "columns": tuple(_column(item) for item in data["columns"]),
            "rows": tuple(_row(item) for item in data["rows"]),
            "blocks": tuple(Block(tuple(item["parts"]), item["total"], item["down"]) for item in data["blocks"]),
            "gather": Gather(data.get("gather", "")),
            "chart": chart and Chart(ChartKind(chart["kind"]), chart["title"], tuple(chart["columns"])),
        }
    )


def _column(data: dict[str, Any]) -> Column:
    share, minus = data["share"], data.get("minus")
    return Column(
        data["label"], Unit(data["unit"]), (share[0], share[1]) if share else None, data["seen"], (minus[0], minus[1]) if minus else None,
        data.get("key", ""),
    )  # fmt: skip


def _row(data: dict[str, Any]) -> Row:
    cells = tuple(Cell(item["value"], Mark(item["mark"]), item["key"]) for item in data["cells"])
    return Row(data["label"], cells, data["is_total"], tuple(data.get("of", ())), data.get("key", ""))
