"""What a document is made of: sections of small blocks, each with a template of its own. What is not known is a blank to be filled by hand."""

from dataclasses import dataclass, field
from typing import ClassVar

from reports.documents.kinds import DocumentKind

FEW_ROWS, FEW_LETTERS = 6, 1_500  # A third of a page.


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value; without one a ruled line, or several."""

    label: str
    value: str = ""
    lines: int = 1

    @property
    def rules(self) -> range:
        """The ruled lines of the blank."""
        return range(self.lines)


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values as a table of two columns."""

    shape: ClassVar[str] = "facts"
    caption: str
    rows: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A longer answer under its label; without one, ruled lines."""

    shape: ClassVar[str] = "text"
    label: str
    text: str = ""
    by: str = ""
    lines: int = 4

    @property
    def rules(self) -> range:
        """The ruled lines of the blank."""
        return range(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads, the first cell of each its head. Without rows: a sentence where nothing is expected, else `blanks` empty rows."""

    shape: ClassVar[str] = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    empty: str = ""
    blanks: int = 0
    layout: str = "even"

    @property
    def is_short(self) -> bool:
        """So few rows and words that it stands on one page."""
        return max(len(self.rows), self.blanks) <= FEW_ROWS and sum(len(cell) for row in self.rows for cell in row) <= FEW_LETTERS

    @property
    def blank_rows(self) -> range:
        """Empty rows to be filled by hand."""
        return range(0 if self.rows else self.blanks)


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    shape: ClassVar[str] = "words"
    text: str


Block = Facts | Text | Table | Words


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its heading; `apart` begins a page of its own."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document; `lead` says in a sentence what it is."""

    kind: DocumentKind
    title: str
    lead: str
    sections: tuple[Section, ...]
    has_contents: bool = False
    notes: tuple[str, ...] = field(default=())
