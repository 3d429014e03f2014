"""The shapes in which figures travel: made by the measures, stored as JSON, shown by page, PDF and data file. Plain values and words only.

Words are English, and said in the reader's language where they are shown (`reports/said.py`); what is read from JSON is shown as it was stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from reports.cells import (
    ALL,
    HIDDEN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    SMALLEST_FOR_A_CHANGE,
    Cell,
    Column,
    Mark,
    Row,
    Unit,
    percent,
    with_shares,
)
from reports.said import Said, plain, shown
from reports.said import said as _

# Those of `reports.cells`, by the name under which everything asks for them, and its own.
__all__ = [
    "ALL",
    "HIDDEN",
    "NOT_APPLICABLE",
    "NOT_AVAILABLE",
    "SMALLEST_FOR_A_CHANGE",
    "Block",
    "Cell",
    "Chart",
    "ChartKind",
    "Column",
    "Comment",
    "Cover",
    "Definition",
    "Document",
    "Edition",
    "Gather",
    "Headline",
    "Mark",
    "Row",
    "Section",
    "Table",
    "Unit",
    "percent",
]


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


ANYWHERE = 0  # At whatever stage.


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures. `blocks` say what adds up, for the suppression of small numbers; tables about the directory do not count people.

    `most_first` is the column by whose counts the rows are sorted; None where they have an order of their own, as stages have. `page_rows` is how
    many of the rows pages and paper show, where not all; data files and programs get them all. `partnership_from`, of a table by stages, is the first
    of those that are the partnership's own, where there are such: of `highest` in every procedure, of `settled` in any. Of `outcomes` it is ANYWHERE
    where the record has what only a route comes to of one that did not take it.
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
        return replace(self, rows=tuple(with_shares(self.columns, row, sums, smallest_base) for row in full))


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
    is what a document of a page or two is called; empty for the reports. `language` is the one in which its words were kept, such as "cy", and in
    which it is shown and printed whole; empty where they are said in the language in force.
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
    language: str = ""

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
