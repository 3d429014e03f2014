"""Reckoning with the boxes of a PDF's page."""

from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
SAME: Matrix = (1, 0, 0, 1, 0, 0)
SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def times(one: Matrix, other: Matrix) -> Matrix:
    """First one, then the other."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def matrix(given: Any) -> Matrix:  # noqa: ANN401 - six numbers
    """The six numbers of a turn and move."""
    a, b, c, d, e, f = (float(each) for each in given)
    return a, b, c, d, e, f


def point(given: Any, at: Matrix) -> tuple[float, float]:  # noqa: ANN401 - two numbers
    """Where two numbers stand on the page."""
    x, y = float(given[0]), float(given[1])
    return x * at[0] + y * at[2] + at[4], x * at[1] + y * at[3] + at[5]


def scale(at: Matrix) -> float:
    """How much larger things become by it."""
    return float(abs(at[0] * at[3] - at[1] * at[2]) ** 0.5)


def around(path: list[tuple[float, float]]) -> Box:
    """The box around the points."""
    xs, ys = [x for x, _ in path], [y for _, y in path]
    return min(xs), min(ys), max(xs), max(ys)


def rectangle(path: list[tuple[float, float]]) -> Box | None:
    """The box where the path is one that stands upright, else None."""
    points = path[:-1] if len(path) == 5 and path[0] == path[4] else path
    if len(points) != 4:
        return None
    box = around(points)
    edges = {(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])}
    near = all(any(abs(x - a) < 0.01 and abs(y - b) < 0.01 for a, b in edges) for x, y in points)
    is_turned = points[0] == points[2] or points[1] == points[3]
    return box if near and not is_turned else None


def within(one: Box | None, other: Box | None) -> Box | None:
    """What both have; None where one of them is no box."""
    if one is None or other is None:
        return None
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def holds(one: Box | None, other: Box | None) -> bool:
    """Whether the other lies in the one."""
    return one is not None and other is not None and one[0] <= other[0] and one[1] <= other[1] and one[2] >= other[2] and one[3] >= other[3]
