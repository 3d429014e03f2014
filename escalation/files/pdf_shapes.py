"""Forms on a PDF's page that are no upright boxes: with round corners, at a slant, with holes, or a stroke. As outlines of straight edges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
# A curve as so many straight pieces: bars and boxes are what is looked for, not letters.
PIECES = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """What outlines enclose: where two lie over each other, both (`even` False, by how often they go around) or neither."""

    outlines: tuple[tuple[Point, ...], ...]
    even: bool = False

    @property
    def edges(self) -> int:
        """How many edges are looked at to say whether it holds a point."""
        return sum(len(outline) for outline in self.outlines)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        around = 0
        for outline in self.outlines:
            before = outline[-1]
            for here in outline:
                if (before[1] <= y) != (here[1] <= y):
                    at = before[0] + (y - before[1]) * (here[0] - before[0]) / (here[1] - before[1])
                    if at > x:
                        around += 1 if here[1] > before[1] else -1
                before = here
        return bool(around % 2 if self.even else around)


def curve(start: Point, first: Point, second: Point, end: Point) -> Iterator[Point]:
    """The curve as a chain of points after its start."""
    for step in range(1, PIECES + 1):
        t = step / PIECES
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield tuple(a * p + b * q + c * r + d * s for p, q, r, s in zip(start, first, second, end, strict=True))  # type: ignore[misc]


def stroke(path: Sequence[Point], thick: float) -> Shape | None:
    """What a line along the path covers, `thick` to each side; None where it goes nowhere."""
    bars = []
    for (x, y), (to_x, to_y) in zip(path, path[1:], strict=False):
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        if length:
            across, up = -(to_y - y) / length * thick, (to_x - x) / length * thick
            bars.append(((x + across, y + up), (to_x + across, to_y + up), (to_x - across, to_y - up), (x - across, y - up)))
    return Shape(tuple(bars)) if bars else None
