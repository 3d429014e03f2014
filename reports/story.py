"""Figures in sentences: the message of each chapter and the summary. Pure: made from tables alone, so that words and figures cannot disagree.

A sentence that would need a hidden or missing figure is not written: the function gives an empty text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from reports.figures import Cell, Mark, Row, Table

PLAIN = {
    Fraction(1, 2): "one in two", Fraction(1, 3): "one in three", Fraction(2, 3): "two in three", Fraction(1, 4): "one in four",
    Fraction(3, 4): "three in four", Fraction(1, 5): "one in five", Fraction(2, 5): "two in five", Fraction(3, 5): "three in five",
    Fraction(4, 5): "four in five", Fraction(1, 10): "one in ten", Fraction(9, 10): "nine in ten",
}  # fmt: skip
CLOSE = Fraction(1, 50)
FEW = 10
NEARLY = Fraction(19, 20)


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing in one and in many."""

    one: str
    many: str

    def counted(self, number: int) -> str:
        """ "No disagreements", "1 disagreement", "1,204 disagreements", as the beginning of a sentence."""
        return f"{number:,} {self.one if number == 1 else self.many}" if number else f"No {self.many}"


DISAGREEMENT = Noun("disagreement", "disagreements")
RESPONSE = Noun("response due", "responses due")
CLOSED = Noun("closed disagreement", "closed disagreements")


def part_of(part: int, whole: int, noun: Noun) -> str:
    """ "About three in four responses due", "7 of the 9 responses due": the share in words, as the beginning of a sentence. `whole` is above 0."""
    if whole == 2 and part != 1:
        return f"{'Both' if part else 'Neither of the two'} {noun.many}"
    if part == 0:
        return f"None of the {whole:,} {noun.many}" if whole > 1 else f"No {noun.one}"
    if part == whole:
        return f"All {whole:,} {noun.many}" if whole > 1 else f"The one {noun.one}"
    if whole < FEW:
        return f"{part} of the {whole} {noun.many}"
    exact = Fraction(part, whole)
    nearest = min(PLAIN, key=lambda share: abs(share - exact))
    if nearest == exact:
        return f"{PLAIN[nearest].capitalize()} {noun.many}"
    if abs(nearest - exact) <= CLOSE:
        return f"About {PLAIN[nearest]} {noun.many}"
    if exact >= NEARLY:
        return f"Nearly all {noun.many}"
    return f"{part:,} of the {whole:,} {noun.many}"


def volume(tables: Mapping[str, Table]) -> str:
    """How many were raised, and how many of them withdrawn."""
    table = tables["raised"]
    raised, gone = number(table.total(2)), number(table.total(1))
    if raised is None:
        return ""
    if not raised or not gone:
        return f"{DISAGREEMENT.counted(raised)} {were(raised)} raised"
    return f"{DISAGREEMENT.counted(raised)} {were(raised)} raised; {gone:,} {were(gone)} withdrawn"


def timeliness(tables: Mapping[str, Table]) -> str:
    """The share of responses in time; of the other steps where the procedure sets no time for a response."""
    for key, noun in (("responses", RESPONSE), ("steps", Noun("step due", "steps due"))):
        if key in tables and tables[key].rows:
            met, due = number(tables[key].total(0)), number(tables[key].total(3))
            if met is not None and due:
                return f"{part_of(met, due, noun)} came in time"
            return f"No {noun.many} had come due" if due == 0 else ""
    return "Nothing was due in the year"


def stages(tables: Mapping[str, Table]) -> str:
    """Where most were settled."""
    best = largest(tables["settled"].rows)
    whole = number(tables["settled"].total(0))
    if best is None or not whole:
        return "No disagreement was closed" if whole == 0 else ""
    return f"{part_of(best.cells[0].number, whole, CLOSED)} ended at {stage_name(best.label)}"


def agencies(tables: Mapping[str, Table]) -> str:
    """How many member agencies raised none."""
    table = tables["silent-kinds"]
    quiet, every = number(table.total(0)), number(table.total(1))
    if not every:
        return "The directory holds no member agency"
    if not quiet:
        return "Every member agency raised at least one"
    if quiet == every:
        return "No member agency raised any"
    return f"{quiet} of {every} member agencies raised none"


def themes(tables: Mapping[str, Table]) -> str:
    """The most frequent area."""
    best = largest(tables["themes"].rows)
    return f"The most frequent area was: {lower(best.label)}" if best else ""


def outcomes(tables: Mapping[str, Table]) -> str:
    """How often the plan for the child changed."""
    table = tables["outcomes"]
    changed, whole = number(table.total(0)), number(table.total(4)) if table.rows else 0
    if not table.rows:
        return "No disagreement was closed"
    if changed is None or not whole:
        return ""
    return f"{part_of(changed, whole, CLOSED)} changed the plan for the child"


def partnership(tables: Mapping[str, Table]) -> str:
    """How many came before the partnership."""
    referred = number(tables["routes"].total(0))
    if referred is None:
        return ""
    return f"{DISAGREEMENT.counted(referred)} came before the partnership"


def learning(tables: Mapping[str, Table]) -> str:
    """Learning points and what became of them."""
    table = tables["learning"]
    if not table.rows:
        return "No learning point was recorded"
    every, done = number(table.total(4)), number(table.total(0))
    if every is None or done is None:
        return ""
    return f"{Noun('learning point', 'learning points').counted(every)} {were(every)} recorded; {done or 'none'} {were(done or 2)} done"


def directory(tables: Mapping[str, Table]) -> str:
    """How well the directory is kept."""
    confirmed, every = number(tables["directory"].total(0)), number(tables["directory"].total(1))
    if not every:
        return "The directory holds no posts"
    return f"{part_of(confirmed or 0, every, Noun('level with a post', 'levels with a post'))} had a contact confirmed lately"


def summary(tables: Mapping[str, Table], words: str, *, is_running: bool) -> tuple[str, ...]:
    """The year in a few paragraphs; `words` is the period, such as "1 April 2025 to 31 March 2026"."""
    kept, closed, still = (number(row.cells[0]) for row in tables["other"].rows[:3])
    much = [
        f"{'So far in' if is_running else 'In'} the year from {words}, {lower(volume(tables)) or 'the number of disagreements raised is not shown'}"
    ]
    if closed is not None:
        much.append(f"{DISAGREEMENT.counted(closed)} {were(closed)} closed in the year, raised in it or before")
    if still is not None:
        verb = were(still) if not is_running else "is" if still == 1 else "are"
        much.append(f"{DISAGREEMENT.counted(still)} {verb} {lower(tables['other'].rows[2].label)}")
    if kept:
        much.append(f"{DISAGREEMENT.counted(kept)} stayed inside one agency")
    paragraphs = (
        much,
        [timeliness(tables), stages(tables), partnership(tables)],
        [outcomes(tables), learning(tables)],
        [themes(tables), agencies(tables)],
    )
    return tuple(" ".join(f"{line}." for line in lines if line) for lines in paragraphs if any(lines))


def largest(rows: Iterable[Row]) -> Row | None:
    """The row with the most in its first column; None where there is none above 0, or where a hidden one may be larger, as far as the total tells."""
    listed = list(rows)
    body, whole = [row for row in listed if not row.is_total], next((row.cells[0] for row in listed if row.is_total), Cell())
    best = max(body, key=lambda row: row.cells[0].number, default=None)
    if best is None or not best.cells[0].number:
        return None
    hidden = whole.number - sum(row.cells[0].number for row in body)
    if any(row.cells[0].mark is Mark.HIDDEN for row in body) and (whole.mark or hidden < 0 or best.cells[0].number <= hidden):
        return None
    return best


def number(cell: Cell) -> int | None:
    """The count, 0 where the table has no such row; None where it is hidden."""
    return None if cell.mark else cell.number


def were(count: int) -> str:
    """ "was" of one, "were" of none and of many."""
    return "was" if count == 1 else "were"


def lower(text: str) -> str:
    """The text with a small first letter, but for words that are written in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def stage_name(label: str) -> str:
    """ "Stage 1" of "Stage 1: team managers"."""
    return label.partition(":")[0]
