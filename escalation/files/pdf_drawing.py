"""What a page of a PDF draws, in the order in which it does: where each letter stands, and what is painted where. No rendering, only reckoning.

Boxes and letters are in the page's own measure. What is no upright box has a shape beside the box around it; a picture is kept as one, and a pattern
covers where it has no gaps for certain.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pikepdf

from escalation.files.pdf_boxes import SAME, SQUARE, Box, Matrix, around, holds, matrix, point, rectangle, scale, times, within
from escalation.files.pdf_letters import font_of
from escalation.files.pdf_shapes import Point, Shape, curve, stroke
from escalation.files.pdf_things import Colour, Letter, Painted, Pen, State, TooMuch

# A list of all that a longer one says takes more memory than there is for a file.
LONGEST = 4_000_000
DEEPEST = 8
SOLID = 0.95
# A picture of so few dots is a bar, as some programs draw one.
DOTS_OF_A_BAR = 16
# A line thinner than this, to each side of its middle, is none that hides words.
THIN = 0.75
# Cut to more shapes than these, nothing is certain of what is painted.
MOST_CUTS = 8


def drawn(page: Any, pen: Pen) -> Iterator[Letter | Painted]:  # noqa: ANN401 - pikepdf's page
    """All of it, the earliest first. Raises TooMuch once the document draws more than is looked at, and whatever an unreadable page makes fail."""
    yield from Walk(pen, page.obj.get("/Resources"), State(), 0).through(page)


class Walk:
    """Through the content of a page, or of a form that it draws."""

    def __init__(self, pen: Pen, resources: Any, state: State, depth: int) -> None:  # noqa: ANN401 - a PDF's object
        self.pen, self.state, self.depth = pen, state, depth
        self.resources = resources if isinstance(resources, pikepdf.Dictionary) else pikepdf.Dictionary()
        self.kept: list[State] = []
        self.paths: list[list[Point]] = []
        # Whether the path cuts what is painted from now on, and whether by its even rule.
        self.clips: bool | None = None
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
            yield self._pictured(is_bar=False, is_cut=bool(given[0].image_mask))
        elif operator == "sh" and self.state.clip is not None:
            whole = self.state.solid and not self.state.blends and _is_everywhere(self._resource("/Shading", str(given[0])))
            yield self._over(self.state.clip, covers=whole, colour=None)
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
        is_plain = len(parts) == len(given)
        self.state.fill = _colour(parts) if is_plain else None
        self.state.fills = is_plain or self._is_whole(self._resource("/Pattern", str(given[-1])))

    def _is_whole(self, pattern: Any) -> bool:  # noqa: ANN401 - a PDF's object
        """Whether what is filled with the pattern shows nothing through."""
        if isinstance(pattern, pikepdf.Stream):
            key = pattern.objgen
            if key not in self.pen.tiles:
                self.pen.tiles[key] = self.depth < DEEPEST and self._is_tiled(pattern)
            return self.pen.tiles[key]
        return isinstance(pattern, pikepdf.Dictionary) and _is_everywhere(pattern.get("/Shading"))

    def _is_tiled(self, pattern: Any) -> bool:  # noqa: ANN401 - a PDF's object
        """Whether one of its tiles is painted all over, and the next one begins where it ends."""
        left, low, right, high = (float(each) for each in pattern["/BBox"])
        if abs(float(pattern["/XStep"])) > abs(right - left) or abs(float(pattern["/YStep"])) > abs(high - low):
            return False
        tile = (min(left, right), min(low, high), max(left, right), max(low, high))
        inside = Walk(self.pen, pattern.get("/Resources"), State(), self.depth + 1).through(pattern)
        return any(isinstance(each, Painted) and (each.covers or each.is_picture) and not each.shapes and holds(each.box, tile) for each in inside)

    def _wide(self, given: list[Any]) -> None:
        self.state.width = float(given[0])

    def _dashed(self, given: list[Any]) -> None:
        self.state.is_dashed = len(given[0]) > 0

    # -- paths ------------------------------------------------------------------------------------------------------------

    def _moved(self, given: list[Any]) -> None:
        self.paths.append([point(given, self.state.at)])

    def _lined(self, given: list[Any]) -> None:
        if self.paths:
            self.paths[-1].append(point(given, self.state.at))

    def _curved(self, given: list[Any]) -> None:
        self._bent(given[:2], given[2:4], given[4:6])

    def _curved_from_here(self, given: list[Any]) -> None:
        self._bent(None, given[:2], given[2:4])

    def _curved_to_there(self, given: list[Any]) -> None:
        self._bent(given[:2], given[2:4], given[2:4])

    def _bent(self, first: list[Any] | None, second: list[Any], end: list[Any]) -> None:
        if self.paths:
            start, at = self.paths[-1][-1], self.state.at
            self.paths[-1] += curve(start, point(first, at) if first else start, point(second, at), point(end, at))

    def _boxed(self, given: list[Any]) -> None:
        x, y, wide, high = (float(each) for each in given)
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        self.paths.append([point(corner, self.state.at) for corner in corners])

    def _clipped(self, _given: list[Any]) -> None:
        self.clips = False

    def _clipped_evenly(self, _given: list[Any]) -> None:
        self.clips = True

    def _painted(self, operator: str) -> Iterator[Painted]:
        """What the path paints, and what it cuts from now on."""
        if operator in FILLS:
            yield from self._filled(even="*" in operator)
        if operator in LINES:
            yield from self._drawn_as_bars()
        if self.clips is not None:
            self._cut(even=self.clips)
        self.paths, self.clips = [], None

    def _cut(self, *, even: bool) -> None:
        box = rectangle(self.paths[0]) if len(self.paths) == 1 else None
        if box is not None:
            self.state.clip = within(self.state.clip, box)
        elif not self.paths or len(self.state.cuts) >= MOST_CUTS:
            self.state.clip = None
        else:
            self.state.clip = within(self.state.clip, self._around())
            self.state.cuts = (*self.state.cuts, self._shape(even=even))

    def _around(self) -> Box:
        return around([each for path in self.paths for each in path])

    def _shape(self, *, even: bool) -> Shape:
        return Shape(tuple(tuple(path) for path in self.paths), even)

    def _filled(self, *, even: bool) -> Iterator[Painted]:
        covers = self.state.solid and not self.state.blends and self.state.fills
        boxes = [rectangle(path) for path in self.paths]
        has_holes = len(boxes) > 1 and (even or any(holds(one, other) for one in boxes for other in boxes[:50] if one is not other))
        if self.paths and (has_holes or not all(boxes)):
            yield self._over(self._around(), covers=covers, colour=self.state.fill, shape=self._shape(even=even))
            return
        for box in boxes:
            if box is not None:
                yield self._over(box, covers=covers, colour=self.state.fill)

    def _drawn_as_bars(self) -> Iterator[Painted]:
        """A bar may be one thick line, and what somebody scribbled over words several."""
        thick = self.state.width * scale(self.state.at) / 2
        covers = self.state.solid_line and not self.state.blends and not self.state.is_dashed
        for path in self.paths if thick >= THIN else []:
            if len(path) == 2 and path[0][1] == path[1][1]:
                left, right = sorted((path[0][0], path[1][0]))
                yield self._over((left, path[0][1] - thick, right, path[0][1] + thick), covers=covers, colour=None)
            elif (shape := stroke(path, thick)) is not None:
                box = around([each for outline in shape.outlines for each in outline])
                yield self._over(box, covers=covers, colour=None, shape=shape)

    def _over(self, box: Box, *, covers: bool, colour: Colour, shape: Shape | None = None, is_picture: bool = False) -> Painted:
        """Cut to what is shown of it; where nobody knows what that is, it covers nothing for certain."""
        cut = within(self.state.clip, box)
        sure = cut is not None and not self.state.is_laid
        shapes = (*self.state.cuts, shape) if shape is not None else self.state.cuts
        return Painted(cut or box, covers=covers and sure, colour=colour if sure else None, shapes=shapes, is_picture=is_picture and sure)

    def _pictured(self, *, is_bar: bool, is_cut: bool) -> Painted:
        """A picture, turned as it is; `is_cut` where parts of it are seen through."""
        corners = [point(corner, self.state.at) for corner in SQUARE]
        whole = self.state.solid and not self.state.blends and not is_cut
        shape = None if rectangle(corners) is not None else Shape((tuple(corners),))
        return self._over(around(corners), covers=is_bar and whole, colour=None, shape=shape, is_picture=whole and not is_bar)

    def _done(self, name: str) -> Iterator[Letter | Painted]:
        found = self._resource("/XObject", name)
        if not isinstance(found, pikepdf.Stream):
            return
        if str(found.get("/Subtype", "")) == "/Image":
            dots = int(found.get("/Width", 0)) * int(found.get("/Height", 0))
            is_cut = "/SMask" in found or "/Mask" in found or bool(found.get("/ImageMask", False))
            yield self._pictured(is_bar=0 < dots <= DOTS_OF_A_BAR, is_cut=is_cut)
        elif self.depth < DEEPEST:
            inner = replace(self.state, is_laid=self.state.is_laid or self.state.blends or not self.state.solid)
            inner.at = times(matrix(found.get("/Matrix", SAME)), inner.at)
            if isinstance(found.get("/BBox"), pikepdf.Array):
                left, low, right, high = (float(each) for each in found["/BBox"])
                corners = [point(c, inner.at) for c in ((left, low), (right, low), (right, high), (left, high))]
                inner.clip = within(inner.clip, around(corners))
                if rectangle(corners) is None:
                    inner.cuts = (*inner.cuts, Shape((tuple(corners),)))
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
        if state.mode >= CUTS:
            # What comes next is seen in the forms of the letters alone.
            state.clip = None
        for code in font.codes(text):
            wide = font.width(code) * state.size
            if not font.is_space(code):
                yield self._letter(wide / 2 * state.stretch, colour, is_inked=state.mode not in UNSEEN)
            extra = state.words_apart if code == 32 and not font.is_wide else 0
            self._forth((wide + state.apart + extra) * state.stretch)

    def _letter(self, middle: float, colour: Colour, *, is_inked: bool) -> Letter:
        here = times(self.text_at, self.state.at)
        low, high = ((middle, self.state.rise + part * self.state.size) for part in (0.12, 0.42))
        return Letter(point(low, here), point(high, here), colour, is_inked)

    def _forth(self, by: float) -> None:
        self.text_at = times((1, 0, 0, 1, by, 0), self.text_at)

    def _resource(self, kind: str, name: str) -> Any:  # noqa: ANN401 - a PDF's object
        found = self.resources.get(kind)
        return found.get(name) if isinstance(found, pikepdf.Dictionary) else None


# How letters are drawn: not at all; and from this one on as what is cut to.
UNSEEN, CUTS = frozenset({3, 7}), 4
SHOWS = frozenset({"Tj", "TJ", "'", '"'})
FILLS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})
LINES = frozenset({"S", "s", "B", "B*", "b", "b*"})
PAINTS = FILLS | LINES | {"n"}
STEPS = {
    "q": Walk._keep, "Q": Walk._back, "cm": Walk._turn, "gs": Walk._look, "w": Walk._wide,
    "g": Walk._coloured, "rg": Walk._coloured, "k": Walk._coloured, "sc": Walk._coloured, "scn": Walk._coloured,
    "m": Walk._moved, "l": Walk._lined, "c": Walk._curved, "v": Walk._curved_from_here, "y": Walk._curved_to_there, "re": Walk._boxed,
    "W": Walk._clipped, "W*": Walk._clipped_evenly, "d": Walk._dashed,
    "BT": Walk._begun, "Tf": Walk._lettered, "Td": Walk._next_line, "TD": Walk._next_line_apart, "Tm": Walk._placed, "T*": Walk._after,
    "Tc": Walk._spaced, "Tw": Walk._words_spaced, "Tz": Walk._stretched, "TL": Walk._led, "Ts": Walk._raised, "Tr": Walk._how,
}  # fmt: skip


def _is_everywhere(shading: Any) -> bool:  # noqa: ANN401 - a PDF's object
    """Whether a run of colours has one wherever it is painted: along a line that goes on at both ends."""
    if not isinstance(shading, pikepdf.Dictionary) or "/BBox" in shading or int(shading.get("/ShadingType", 0)) != 2:
        return False
    ends = shading.get("/Extend")
    return "/Background" in shading or (isinstance(ends, pikepdf.Array) and len(ends) == 2 and all(bool(end) for end in ends))


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
