"""What every measure is made of, and the counting that they share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.figures import Cell, Column, Row, Table, Unit
from reports.measures.scope import Group, Scope
from reports.said import said as _

Figures = Callable[[Scope], Table]
# Quantities that several tables show.
RAISED, CLOSED, OPEN, WITHDRAWN, REFERRED, PANELS, LEARNT = "raised", "closed", "open", "withdrawn", "referred", "panels", "learnt"
AS_MANY_DAYS = _("The year is not over: it is compared with as many days of the year before.")
ANSWERED_SINCE = _("What was due in those days counts as it stands now: a response that came after them counts as one.")
NO_EARLIER = _("Nothing is on record from before: there is no earlier year to compare with.")
FROM_A_LOG = _(
    "What was brought in from an earlier log is counted by the dates that the log states, also whether it was in time. What a log cannot know is in "
    "no figure: which messages were sent and arrived, who looked, and what the clocks reminded of."
)
NOT_AS_PUBLISHED = _(
    "What was published of the year before is not what the record comes to now. Of it this table has the sums alone, as they were published, and not "
    "how far each has come."
)
NOT_AS_ISSUED = _(
    "What was published of the year is not what the record comes to now. Of it this table has the sums alone, and not how far each has come."
)
FEW_LEFT = _("How the others stand now is left out: beside what is, or would be, published of the year before it would tell a small number.")
ACTIONS_DUE, ACTIONS_IN_TIME = "actions-due", "actions-in-time"
DUE, IN_TIME, LATE, NO_RESPONSE, SPARE, AHEAD = "due", "in-time", "late", "no-response", "not-needed", "not-yet-due"


@dataclass(frozen=True)
class Measure:
    """One measure: its name, exactly how it is counted in words, and the function that counts it. `public`: part of the public edition.

    `looks_back`: it tells of the year before. `of_all`: it tells of the partnership, whatever disagreements are counted.
    """

    key: str
    name: str
    words: str
    figures: Figures
    public: bool = True
    looks_back: bool = False
    of_all: bool = False


def count(label: str, key: str) -> Column:
    """A column of counts with its key."""
    return Column(label, key=key)


def share(label: str, part: int, whole: int | None) -> Column:
    """A column of percentages made of two other columns; whole None: of the part's own total row."""
    return Column(label, Unit.PERCENT, (part, whole))


def keyed(number: int, key: str) -> Cell:
    """A count that stands in other tables too."""
    return Cell(number, key=key)


def with_total(rows: Iterable[tuple[str, Sequence[int]]], label: str, keys: Mapping[int, str] | None = None) -> list[Row]:
    """Rows of counts and the row of their sums; `keys` names the sums, by column, that stand in other tables too."""
    listed = [(name, list(numbers)) for name, numbers in rows]
    sums = [sum(column) for column in zip(*(numbers for _, numbers in listed), strict=True)]
    body = [Row(name, tuple(Cell(number) for number in numbers)) for name, numbers in listed]
    total = tuple(Cell(number, key=(keys or {}).get(at, "")) for at, number in enumerate(sums))
    return [*body, Row(label, total, is_total=True)] if body else []


def called(rows: Iterable[Row], keys: Iterable[str]) -> list[Row]:
    """The rows with these keys, one for each that is no total, in order: by them later editions know them again, whatever their labels say then."""
    given = iter(keys)
    return [row if row.is_total else replace(row, key=next(given)) for row in rows]


def part_rows(rows: Iterable[tuple[str, int]], whole: int, key: str = "") -> list[Row]:
    """Rows of (part, rest, whole): one for each named part of the same whole. The rest is kept so that it is guarded too."""
    return [Row(name, (Cell(part), Cell(whole - part), keyed(whole, key))) for name, part in rows]


def descending(counts: Mapping[Group, int], names: Mapping[Group, str]) -> list[Group]:
    """The groups by count, most first, then by name."""
    return sorted(counts, key=lambda group: (-counts[group], names.get(group, str(group))))
