"""Words of a PDF that somebody believes gone: under a bar or a box that was drawn over them, or written on one in its own colour.

They are in the file, and whoever marks and copies them reads them. What lies under a picture is not told from the words that a scanner's program puts
there; what is cut to a shape or drawn with curves, and what a document draws beyond `MOST_STEPS`, is not looked at.
"""

from collections import defaultdict
from decimal import DecimalException
from typing import Any

import pikepdf

from agencies.marks import gettext_noop
from escalation.files.pdf_boxes import Box
from escalation.files.pdf_drawing import Colour, Letter, Painted, Pen, TooMuch, drawn
from escalation.files.refusal import Refused

COVERED = gettext_noop(
    "Words in the PDF lie under a bar or a box, or dark on one of their own colour: they are not seen, and can still be read in it. "
    "Take them out in the document that it was made from, or have a program black them out for good (Redact), then attach that."
)
ROW = 12.0
# One letter may lie under a frame or a sign; two are somebody's initials.
ENOUGH = 2
MOST_LOOKS = 3_000_000
NEAR, DARK = 0.02, 0.4
# A page that cannot be reckoned is left to the eye: it is no reason to refuse the file.
UNREADABLE = (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, DecimalException, RecursionError)


def require_nothing_covered(pdf: Any) -> None:  # noqa: ANN401 - pikepdf's document
    """Raises Refused where words of a page are covered."""
    pen = Pen()
    for page in pdf.pages:
        try:
            is_covered = Sheet().covers(page, pen)
        except TooMuch:
            return
        except UNREADABLE:
            continue
        if is_covered:
            raise Refused(COVERED)


class Sheet:
    """What lies on a page, by rows, so that each thing is compared with its neighbours alone."""

    def __init__(self) -> None:
        self.letters: defaultdict[int, list[Letter]] = defaultdict(list)
        self.painted: defaultdict[int, list[Painted]] = defaultdict(list)
        self.looks = self.found = 0

    def covers(self, page: Any, pen: Pen) -> bool:  # noqa: ANN401 - pikepdf's page
        """Whether words of it are covered. Raises TooMuch beyond what is looked at."""
        media = page.mediabox
        sheet = (*(float(each) for each in media),)
        for each in drawn(page, pen):
            if isinstance(each, Letter):
                self._write(each, sheet)
            else:
                self._paint(each, sheet)
            if self.found >= ENOUGH:
                return True
        return False

    def _write(self, letter: Letter, sheet: Any) -> None:  # noqa: ANN401 - four numbers
        if not _is_in(letter, sheet):
            return
        row = int(letter.low[1] // ROW)
        self.letters[row].append(letter)
        if letter.colour is None:
            return
        for below in reversed(self.painted[row]):
            self._look()
            if _is_in(letter, below.box):
                self.found += _is_same(letter.colour, below.colour)
                return

    def _paint(self, painted: Painted, sheet: Any) -> None:  # noqa: ANN401 - four numbers
        low, high = max(painted.box[1], sheet[1]), min(painted.box[3], sheet[3])
        if low > high or painted.box[0] >= painted.box[2]:
            return
        for row in range(int(low // ROW), int(high // ROW) + 1):
            self.painted[row].append(painted)
            if not painted.covers:
                continue
            left = []
            for letter in self.letters[row]:
                self._look()
                if _is_in(letter, painted.box):
                    self.found += 1
                else:
                    left.append(letter)
            self.letters[row] = left

    def _look(self) -> None:
        self.looks += 1
        if self.looks > MOST_LOOKS:
            raise TooMuch


def _is_in(letter: Letter, box: Box) -> bool:
    return all(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in (letter.low, letter.high))


def _is_same(one: Colour, other: Colour) -> bool:
    """Dark on dark, as whoever blackens words has it; white on white is what browsers leave of a page that is printed without its backgrounds."""
    if one is None or other is None or max(other) > DARK:
        return False
    return all(abs(a - b) < NEAR for a, b in zip(one, other, strict=True))
