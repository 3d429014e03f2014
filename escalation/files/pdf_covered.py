"""Words of a PDF that somebody believes gone: under a bar, a box or a picture that was laid over them, written on one in its own colour, or beyond
the edge to which their page was cropped.

They are in the file, and whoever marks and copies them reads them. A picture over all the words of a page is not told from what a scanner's program
makes. What cannot be looked through is refused: more than `MOST_STEPS`, and pages that are not made as the standard says.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import DecimalException
from typing import Any

import pikepdf

from agencies.marks import gettext_noop
from escalation.files.pdf_boxes import Box
from escalation.files.pdf_drawing import drawn
from escalation.files.pdf_shapes import Point
from escalation.files.pdf_things import Colour, Letter, Painted, Pen, TooMuch
from escalation.files.refusal import Refused

COVERED = gettext_noop(
    "Words in the PDF lie under a bar, a box or a picture, or dark on one of their own colour: they are not seen, and can still be read in it. "
    "Take them out in the document that it was made from, or have a program black them out for good (Redact), then attach that."
)
CROPPED = gettext_noop(
    "Words in the PDF lie beyond the edge to which a page was cropped: they are not seen, and can still be read in it. "
    "Take them out in the document that it was made from, then attach that; or undo the crop where they may be read."
)
TOO_LONG = gettext_noop(
    "The PDF is too long, or drawn of too many pieces, to look for words in it that are covered: that is done for some 250 pages. "
    "Attach it in pieces; a plan or a drawing as a picture."
)
NOT_LOOKED_AT = gettext_noop("A page of the PDF is made so that nobody could look for covered words in it. Print it to a new PDF, then attach that.")
ROW = 12.0
# One letter may lie under a frame or a sign; two are somebody's initials.
ENOUGH = 2
MOST_LOOKS = 3_000_000
NEAR, DARK = 0.02, 0.4
# How far to each side of its middle a letter must lie under a shape, as a part of what is between its two points: the stem of a letter that is
# drawn as a shape, where the words are there as words too, hides none.
ASIDE = 0.6
UNREADABLE = (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, DecimalException, RecursionError)


def require_nothing_covered(pdf: Any) -> None:  # noqa: ANN401 - pikepdf's document
    """Raises Refused where words of a page are covered or cropped away, and where that cannot be looked for."""
    pen = Pen()
    for page in pdf.pages:
        try:
            why = Sheet().hides(page, pen)
        except TooMuch:
            raise Refused(TOO_LONG) from None
        except UNREADABLE:
            raise Refused(NOT_LOOKED_AT) from None
        if why:
            raise Refused(why)


class Sheet:
    """What lies on a page, by rows, so that each thing is compared with its neighbours alone. Letters with their place in the order of drawing."""

    def __init__(self) -> None:
        self.letters: defaultdict[int, list[tuple[int, Letter]]] = defaultdict(list)
        self.painted: defaultdict[int, list[Painted]] = defaultdict(list)
        self.looks = self.found = self.cropped = self.written = 0
        # Words under pictures, and how many had been written when the last of those was laid.
        self.under = self.until = 0

    def hides(self, page: Any, pen: Pen) -> str:  # noqa: ANN401 - pikepdf's page
        """What is said of words of it that are not seen; empty where there are none. Raises TooMuch beyond what is looked at."""
        media = page.mediabox
        sheet, shown = (*(float(each) for each in media),), _shown(page)
        for each in drawn(page, pen):
            if isinstance(each, Letter):
                self._write(each, sheet, shown)
            else:
                self._paint(each, sheet)
            if self.found >= ENOUGH or self.cropped >= ENOUGH:
                return COVERED if self.found >= ENOUGH else CROPPED
        return COVERED if self.under >= ENOUGH and self._is_seen_beside() else ""

    def _is_seen_beside(self) -> bool:
        """Words that were there before the picture are seen: it is none of a scan, whose words all lie under it."""
        return any(at <= self.until and letter.is_inked for row in self.letters.values() for at, letter in row)

    def _write(self, letter: Letter, sheet: Any, shown: Box) -> None:  # noqa: ANN401 - four numbers
        if not _is_in(letter, sheet):
            return
        self.cropped += not any(_holds(shown, point) for point in (letter.low, letter.high))
        self.written += 1
        row = int(letter.low[1] // ROW)
        self.letters[row].append((self.written, letter))
        if letter.colour is None:
            return
        for below in reversed(self.painted[row]):
            if self._is_on(letter, below):
                self.found += _is_same(letter.colour, below.colour)
                return

    def _paint(self, painted: Painted, sheet: Any) -> None:  # noqa: ANN401 - four numbers
        low, high = max(painted.box[1], sheet[1]), min(painted.box[3], sheet[3])
        if low > high or painted.box[0] >= painted.box[2]:
            return
        for row in range(int(low // ROW), int(high // ROW) + 1):
            self.painted[row].append(painted)
            if painted.covers or painted.is_picture:
                self._hide(row, painted)

    def _hide(self, row: int, painted: Painted) -> None:
        """Take the letters of the row that lie under it from those that are seen; of words behind a scan's picture nothing is said."""
        left = []
        for at, letter in self.letters[row]:
            if not (letter.is_inked or painted.covers) or not self._is_on(letter, painted):
                left.append((at, letter))
            elif painted.covers:
                self.found += 1
            else:
                self.under, self.until = self.under + 1, self.written
        self.letters[row] = left

    def _is_on(self, letter: Letter, painted: Painted) -> bool:
        self._look()
        if not _is_in(letter, painted.box):
            return False
        for shape in painted.shapes:
            self._look(shape.edges)
        return all(shape.holds(x, y) for shape in painted.shapes for x, y in _body(letter))

    def _look(self, number: int = 1) -> None:
        self.looks += number
        if self.looks > MOST_LOOKS:
            raise TooMuch


def _shown(page: Any) -> Box:  # noqa: ANN401 - pikepdf's page
    """What is shown of it; all of it where it was not cropped, or to nothing at all, which no reader does."""
    shown = _upright(page.cropbox)
    return shown if shown[0] < shown[2] and shown[1] < shown[3] else _upright(page.mediabox)


def _upright(given: Any) -> Box:  # noqa: ANN401 - four numbers, whichever corner is the first
    left, low, right, high = (float(each) for each in given)
    return min(left, right), min(low, high), max(left, right), max(low, high)


def _is_in(letter: Letter, box: Box) -> bool:
    return _holds(box, letter.low) and _holds(box, letter.high)


def _holds(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _body(letter: Letter) -> Iterator[Point]:
    """Its two points, and one to each side of the middle between them, whichever way it is turned."""
    (x, y), (high_x, high_y) = letter.low, letter.high
    along, across = (high_x - x) * ASIDE, (high_y - y) * ASIDE
    middle = (x + high_x) / 2, (y + high_y) / 2
    yield from (letter.low, letter.high, (middle[0] + across, middle[1] - along), (middle[0] - across, middle[1] + along))


def _is_same(one: Colour, other: Colour) -> bool:
    """Dark on dark, as whoever blackens words has it; white on white is what browsers leave of a page that is printed without its backgrounds."""
    if one is None or other is None or max(other) > DARK:
        return False
    return all(abs(a - b) < NEAR for a, b in zip(one, other, strict=True))
