"""What a page of a PDF draws, in the order in which it does: where each letter stands, and what is painted where. No rendering, only reckoning.

Boxes and letters are in the page's own measure. Curves, patterns and what is cut to a shape are kept as something painted there, of no known colour.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from escalation.files.pdf_boxes import SAME, SQUARE, Box, Matrix, around, boxed, holds, matrix, point, rectangle, scale, times, within
from escalation.files.pdf_letters import Font, font_of

Colour = tuple[float, float, float] | None
# Letters and things: some 250 pages, in a quarter of the time that a file has.
MOST_STEPS = 500_000
# A list of all that a longer one says takes more memory than there is for a file.
LONGEST = 4_000_000
DEEPEST = 8
SOLID = 0.95
# A picture of so few dots is a bar, as some programs draw one.
DOTS_OF_A_BAR = 16
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


class TooMuch(Exception):
    """The document draws more than is looked at."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of which the middle of its body stands between two points, `low` and `high`. `colour` is None where it is unknown or not painted."""

    low: tuple[float, float]
    high: tuple[float, float]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Painted:
    """Something painted over a box. `covers`: all of it, so that nothing under it is seen. `colour` is None where it is unknown."""

    box: Box
    covers: bool
    colour: Colour


@dataclass(slots=True)
class State:
    """What q and Q keep."""

    at: Matrix = SAME
    fill: Colour = (0, 0, 0)
    solid: bool = True
    solid_line: bool = True
    blends: bool = False
    # Inside a form that is laid over what is there as a whole, half seen through or mixed with it.
    is_laid: bool = False
    clip: Box | None = EVERYWHERE
    width: float = 1
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

    def step(self, number: int) -> None:
        """So many more letters and things are looked at. Raises TooMuch once they are too many."""
        self.steps += number
        if self.steps > MOST_STEPS:
            raise TooMuch


def drawn(page: Any, pen: Pen) -> Iterator[Letter | Painted]:  # noqa: ANN401 - pikepdf's page
    """All of it, the earliest first. Raises TooMuch once the document draws more than is looked at, and whatever an unreadable page makes fail."""
    yield from Walk(pen, page.obj.get("/Resources"), State(), 0).through(page)


class Walk:
    """Through the content of a page, or of a form that it draws."""

    def __init__(self, pen: Pen, resources: Any, state: State, depth: int) -> None:  # noqa: ANN401 - a PDF's object
        self.pen, self.state, self.depth = pen, state, depth
        self.resources = resources if isinstance(resources, pikepdf.Dictionary) else pikepdf.Dictionary()
        self.kept: list[State] = []
        self.paths: list[list[tuple[float, float]]] = []
        self.is_curved = self.clips = False
        self.line_at: Matrix = SAME
        self.text_at: Matrix = SAME

    def through(self, content: Any) -> Iterator[Letter | Painted]:  # noqa: ANN401 - a page or a stream
        """Each letter and each thing painted."""
        if _length(content) > LONGEST:
            raise TooMuch
        for said in pikepdf.parse_content_stream(content):
            self.pen.step(1)
            yield from self._step(str(said.operator), list(said.operands))

    def _step(self, operator: str, given: list[Any]) -> Iterator[Letter | Painted]:
        if operator in SHOWS:
            yield from self._shown(operator, given)
        elif operator in PAINTS:
            yield from self._painted(operator)
        elif operator == "Do":
            yield from self._done(str(given[0]))
        elif operator == "INLINE IMAGE":
            yield self._over(boxed(SQUARE, self.state.at), covers=False, colour=None)
        elif operator == "sh" and self.state.clip is not None:
            yield Painted(self.state.clip, covers=False, colour=None)
        elif operator in STEPS:
            STEPS[operator](self, given)

    # -- what is kept -----------------------------------------------------------------------------------------------------

    def _keep(self, _given: list[Any]) -> None:
        self.kept.append(replace(self.state))

    def _back(self, _given: list[Any]) -> None:
        if self.kept:
            self.state = self.kept.pop()

    def _turn(self, given: list[Any]) -> None:
        self.state.at = times(matrix(given), self.state.at)

    def _look(self, given: list[Any]) -> None:
        """How solid what follows is painted."""
        found = self._resource("/ExtGState", str(given[0]))
        if not isinstance(found, pikepdf.Dictionary):
            return
        if "/ca" in found:
            self.state.solid = float(found["/ca"]) >= SOLID
        if "/CA" in found:
            self.state.solid_line = float(found["/CA"]) >= SOLID
        if "/BM" in found:
            self.state.blends = str(found["/BM"]) not in {"/Normal", "/Compatible"}
        if "/SMask" in found:
            self.state.blends = self.state.blends or isinstance(found["/SMask"], pikepdf.Dictionary)
        if "/LW" in found:
            self.state.width = float(found["/LW"])

    def _coloured(self, given: list[Any]) -> None:
        parts = [float(each) for each in given if not isinstance(each, pikepdf.Name)]
        self.state.fill = _colour(parts) if len(parts) == len(given) else None

    def _wide(self, given: list[Any]) -> None:
        self.state.width = float(given[0])

    # -- paths ------------------------------------------------------------------------------------------------------------

    def _moved(self, given: list[Any]) -> None:
        self.paths.append([point(given, self.state.at)])

    def _lined(self, given: list[Any]) -> None:
        if self.paths:
            self.paths[-1].append(point(given, self.state.at))

    def _curved(self, given: list[Any]) -> None:
        self.is_curved = True
        self._lined(given[-2:])

    def _boxed(self, given: list[Any]) -> None:
        x, y, wide, high = (float(each) for each in given)
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        self.paths.append([point(corner, self.state.at) for corner in corners])

    def _clipped(self, _given: list[Any]) -> None:
        self.clips = True

    def _painted(self, operator: str) -> Iterator[Painted]:
        """What the path paints, and what it cuts from now on."""
        if operator in FILLS:
            yield from self._filled(even="*" in operator)
        if operator in LINES:
            yield from self._drawn_as_bars()
        if self.clips:
            box = rectangle(self.paths[0]) if len(self.paths) == 1 and not self.is_curved else None
            self.state.clip = within(self.state.clip, box)
        self.paths, self.is_curved, self.clips = [], False, False

    def _filled(self, *, even: bool) -> Iterator[Painted]:
        boxes = [rectangle(path) for path in self.paths] if not self.is_curved else [None] * len(self.paths)
        has_holes = len(boxes) > 1 and (even or any(holds(one, other) for one in boxes for other in boxes[:50] if one is not other))
        covers = self.state.solid and not self.state.blends and self.state.fill is not None and not has_holes
        for path, box in zip(self.paths, boxes, strict=True):
            yield self._over(box or around(path), covers=covers and box is not None, colour=self.state.fill if box is not None else None)

    def _drawn_as_bars(self) -> Iterator[Painted]:
        """A bar may be one thick line."""
        thick = self.state.width * scale(self.state.at) / 2
        for path in self.paths:
            if len(path) == 2 and not self.is_curved and path[0][1] == path[1][1]:
                left, right = sorted((path[0][0], path[1][0]))
                box = (left, path[0][1] - thick, right, path[0][1] + thick)
                yield self._over(box, covers=self.state.solid_line and not self.state.blends, colour=None)

    def _over(self, box: Box, *, covers: bool, colour: Colour) -> Painted:
        """Cut to what is shown of it; where that is no box, it covers nothing for certain."""
        cut = within(self.state.clip, box)
        sure = cut is not None and not self.state.is_laid
        return Painted(cut or box, covers=covers and sure, colour=colour if sure else None)

    def _done(self, name: str) -> Iterator[Letter | Painted]:
        found = self._resource("/XObject", name)
        if not isinstance(found, pikepdf.Stream):
            return
        if str(found.get("/Subtype", "")) == "/Image":
            dots = int(found.get("/Width", 0)) * int(found.get("/Height", 0))
            is_bar = 0 < dots <= DOTS_OF_A_BAR and self.state.solid and not self.state.blends and "/SMask" not in found and "/Mask" not in found
            yield self._over(boxed(SQUARE, self.state.at), covers=is_bar, colour=None)
        elif self.depth < DEEPEST:
            inner = replace(self.state, is_laid=self.state.is_laid or self.state.blends or not self.state.solid)
            inner.at = times(matrix(found.get("/Matrix", SAME)), inner.at)
            if isinstance(found.get("/BBox"), pikepdf.Array):
                left, low, right, high = (float(each) for each in found["/BBox"])
                inner.clip = within(inner.clip, rectangle([point(c, inner.at) for c in ((left, low), (right, low), (right, high), (left, high))]))
            yield from Walk(self.pen, found.get("/Resources", self.resources), inner, self.depth + 1).through(found)

    # -- words ------------------------------------------------------------------------------------------------------------

    def _begun(self, _given: list[Any]) -> None:
        self.line_at = self.text_at = SAME

    def _lettered(self, given: list[Any]) -> None:
        found = self._resource("/Font", str(given[0]))
        self.state.size = float(given[1])
        if isinstance(found, pikepdf.Dictionary):
            key = found.objgen
            # One that stands in the page itself has no number to be known by.
            self.state.font = self.pen.fonts.get(key) or font_of(found)
            if found.is_indirect:
                self.pen.fonts[key] = self.state.font

    def _next_line(self, given: list[Any]) -> None:
        self.line_at = self.text_at = times((1, 0, 0, 1, float(given[0]), float(given[1])), self.line_at)

    def _next_line_apart(self, given: list[Any]) -> None:
        self.state.leading = -float(given[1])
        self._next_line(given)

    def _placed(self, given: list[Any]) -> None:
        self.line_at = self.text_at = matrix(given)

    def _after(self, _given: list[Any]) -> None:
        self._next_line([0, -self.state.leading])

    def _spaced(self, given: list[Any]) -> None:
        self.state.apart = float(given[0])

    def _words_spaced(self, given: list[Any]) -> None:
        self.state.words_apart = float(given[0])

    def _stretched(self, given: list[Any]) -> None:
        self.state.stretch = float(given[0]) / 100

    def _led(self, given: list[Any]) -> None:
        self.state.leading = float(given[0])

    def _raised(self, given: list[Any]) -> None:
        self.state.rise = float(given[0])

    def _how(self, given: list[Any]) -> None:
        self.state.mode = int(given[0])

    def _shown(self, operator: str, given: list[Any]) -> Iterator[Letter]:
        if operator == '"':
            self.state.words_apart, self.state.apart = float(given[0]), float(given[1])
        if operator in {"'", '"'}:
            self._after([])
        for part in given[0] if operator == "TJ" else given[-1:]:
            if isinstance(part, pikepdf.String):
                yield from self._letters(bytes(part))
            elif not isinstance(part, pikepdf.Object):
                self._forth(-float(part) / 1000 * self.state.size * self.state.stretch)

    def _letters(self, text: bytes) -> Iterator[Letter]:
        state, font = self.state, self.state.font
        if font is None:
            return
        self.pen.step(len(text))
        colour = state.fill if state.mode in {0, 2, 4, 6} and state.solid and not state.blends else None
        for code in font.codes(text):
            wide = font.width(code) * state.size
            if not font.is_space(code):
                yield self._letter(wide / 2 * state.stretch, colour)
            extra = state.words_apart if code == 32 and not font.is_wide else 0
            self._forth((wide + state.apart + extra) * state.stretch)

    def _letter(self, middle: float, colour: Colour) -> Letter:
        here = times(self.text_at, self.state.at)
        low, high = ((middle, self.state.rise + part * self.state.size) for part in (0.12, 0.42))
        return Letter(point(low, here), point(high, here), colour)

    def _forth(self, by: float) -> None:
        self.text_at = times((1, 0, 0, 1, by, 0), self.text_at)

    def _resource(self, kind: str, name: str) -> Any:  # noqa: ANN401 - a PDF's object
        found = self.resources.get(kind)
        return found.get(name) if isinstance(found, pikepdf.Dictionary) else None


SHOWS = frozenset({"Tj", "TJ", "'", '"'})
FILLS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})
LINES = frozenset({"S", "s", "B", "B*", "b", "b*"})
PAINTS = FILLS | LINES | {"n"}
STEPS = {
    "q": Walk._keep, "Q": Walk._back, "cm": Walk._turn, "gs": Walk._look, "w": Walk._wide,
    "g": Walk._coloured, "rg": Walk._coloured, "k": Walk._coloured, "sc": Walk._coloured, "scn": Walk._coloured,
    "m": Walk._moved, "l": Walk._lined, "c": Walk._curved, "v": Walk._curved, "y": Walk._curved, "re": Walk._boxed,
    "W": Walk._clipped, "W*": Walk._clipped,
    "BT": Walk._begun, "Tf": Walk._lettered, "Td": Walk._next_line, "TD": Walk._next_line_apart, "Tm": Walk._placed, "T*": Walk._after,
    "Tc": Walk._spaced, "Tw": Walk._words_spaced, "Tz": Walk._stretched, "TL": Walk._led, "Ts": Walk._raised, "Tr": Walk._how,
}  # fmt: skip


def _length(content: Any) -> int:  # noqa: ANN401 - a page or a stream
    streams = content if isinstance(content, pikepdf.Stream) else content.obj.get("/Contents")
    if isinstance(streams, pikepdf.Array):
        return sum(len(each.read_bytes()) for each in streams)
    return len(streams.read_bytes()) if isinstance(streams, pikepdf.Stream) else 0


def _colour(parts: list[float]) -> Colour:
    if len(parts) == 1:
        return parts[0], parts[0], parts[0]
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None
