"""What a page of a PDF is reckoned through with: letters, things painted, what a program keeps while it draws, and how much is looked at."""

from dataclasses import dataclass, field
from typing import Any

from escalation.files.pdf_boxes import SAME, Box, Matrix
from escalation.files.pdf_letters import Font
from escalation.files.pdf_shapes import Point, Shape

Colour = tuple[float, float, float] | None
# Letters and things: some 250 pages, in a quarter of the time that a file has.
MOST_STEPS = 500_000
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


class TooMuch(Exception):
    """The document draws more than is looked at."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of which the middle of its body stands between two points, `low` and `high`. `colour` is None where it is unknown or not painted.

    `is_inked`: it is painted at all, and no word that a scanner's program put behind its picture.
    """

    low: Point
    high: Point
    colour: Colour
    is_inked: bool = True


@dataclass(frozen=True, slots=True)
class Painted:
    """Something painted over a box, or over what all of its `shapes` have of it. `covers`: all of that, so that nothing under it is seen.

    `colour` is None where it is unknown. `is_picture`: a picture that is not seen through.
    """

    box: Box
    covers: bool
    colour: Colour
    shapes: tuple[Shape, ...] = ()
    is_picture: bool = False


@dataclass(slots=True)
class State:
    """What q and Q keep."""

    at: Matrix = SAME
    fill: Colour = (0, 0, 0)
    # Filled with a colour, or with a pattern that leaves no gap.
    fills: bool = True
    solid: bool = True
    solid_line: bool = True
    blends: bool = False
    # Inside a form that is laid over what is there as a whole, half seen through or mixed with it.
    is_laid: bool = False
    clip: Box | None = EVERYWHERE
    cuts: tuple[Shape, ...] = ()
    width: float = 1
    is_dashed: bool = False
    font: Font | None = None
    size: float = 0
    apart: float = 0
    words_apart: float = 0
    stretch: float = 1
    leading: float = 0
    rise: float = 0
    mode: int = 0


@dataclass(slots=True)
class Pen:
    """What is kept through a document: how much of it was looked at, and its fonts."""

    steps: int = 0
    fonts: dict[Any, Font] = field(default_factory=dict)
    tiles: dict[Any, bool] = field(default_factory=dict)

    def step(self, number: int) -> None:
        """So many more letters and things are looked at. Raises TooMuch once they are too many."""
        self.steps += number
        if self.steps > MOST_STEPS:
            raise TooMuch
