"""Charts as SVG text: sorted bars, one stacked bar, columns by quarter. Pure strings: no style and no script, so that any page may hold them.

Every chart has a title, a description that gives the figures in words, and labels on the bars; colour never carries meaning alone. Sizes are in the
chart's own units; a wide frame has the labels beside the bars (paper), a narrow one above them (a phone). Where a frame is shown as wide as its units
say, or wider, no letter in it is smaller than SIZE; columns that have no room for that are drawn as bars.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

INK, QUIET, PAPER, BRAND = "#16232a", "#4b5b63", "#ffffff", "#0d5257"
PARTS = ("#1b6238", "#7a4600", "#9b1c28", "#4b5b63")
FONT = "'Source Sans 3', system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
SIZE, LINE = 15, 18
MOST_PARTS = 4
APART = 1  # Between the words of one column and the next.
WIDEST = 0.62  # Of the font's size: the average letter of a short label in capitals and wide letters.
MANY = 10  # More bars than this stand closer together.


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that a chart has: its width, and how much of it the labels beside the bars take (0: they stand above).

    `letter` is an average letter's width as a share of the font's size: the document's own font is known, a page's is the reader's. `is_paper`: the
    title says the figures too, since it is all that a PDF tells those who cannot see the chart. `tall` is the highest column's height. `brand` is the
    colour of bars and columns. `beside` is the room of a chart that has a narrow table on its right; None where each table stands below. `desk` is
    the room that the same page has on a desk: there the chart is drawn for it as well.
    """

    width: int
    labels: int
    letter: float
    is_paper: bool
    tall: int = 150
    brand: str = BRAND
    beside: "Frame | None" = None
    desk: "Frame | None" = None

    def in_colour(self, brand: str) -> "Frame":
        """The same room, with bars and columns in this colour."""
        return replace(
            self, brand=brand, beside=self.beside and replace(self.beside, brand=brand), desk=self.desk and replace(self.desk, brand=brand)
        )


# Half the width of a printed page (78 mm), the table beside it: letters as large as those of that table.
HALF = Frame(370, 196, 0.5, is_paper=True, tall=84)
# As wide as a page is in a window of 960 pixels, from which on it counts as a desk's.
DESK = Frame(900, 330, 0.6, is_paper=False)
# As wide as a page's text is on paper (162 mm), and on the narrowest telephone.
WIDE, NARROW = Frame(640, 272, 0.5, is_paper=True, beside=replace(HALF, tall=104)), Frame(290, 0, 0.6, is_paper=False, tall=120, desk=DESK)


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure: None where it is not shown, and then `text` says what stands in its place."""

    label: str
    value: int | None
    text: str


def bars(title: str, items: Sequence[Bar], *, key: str, frame: Frame = WIDE) -> str:
    """Horizontal bars in the order given, each with its label and figure. `key` makes the ids unique on the page."""
    top = max((item.value or 0 for item in items), default=0) or 1
    side = _side(items, frame)
    # A figure is bold: its letters are wider than a label's.
    longest = max((len(item.text) for item in items), default=0)
    left, right = (side + 10 if side else 0), max(50, 6 + round(longest * SIZE * (frame.letter + 0.2)))
    room = frame.width - left - right
    body, y = [], 0.0
    thick = 20 if len(items) <= MANY else 14
    for item in items:
        lines = wrapped(item.label, frame.labels or frame.width, frame.letter)
        if frame.labels:
            height = float(max(thick + 10, LINE * len(lines) + 6))
            first = y + height / 2 - LINE * (len(lines) - 1) / 2 + 5
            body += [_text(side, first + LINE * at, line, anchor="end") for at, line in enumerate(lines)]
            at = y + (height - thick) / 2
        else:
            body += [_text(0, y + 15 + LINE * number, line) for number, line in enumerate(lines)]
            at = y + LINE * len(lines) + 4
            height = at - y + thick + 10
        length = round(room * (item.value or 0) / top, 1)
        if length:
            body.append(_box(left, at, max(length, 1), thick, frame.brand))
        body.append(_text(left + length + (6 if length else 0), at + thick / 2 + 5, item.text, weight=600))
        y += height
    return _svg(title, items, frame, y, body, key)


def _side(items: Sequence[Bar], frame: Frame) -> float:
    """How much room the labels beside the bars take: the frame's, or less where all are shorter. 0 where they stand above."""
    longest = max((len(line) for item in items for line in wrapped(item.label, frame.labels, frame.letter)), default=0) if frame.labels else 0
    return min(frame.labels, round(longest * SIZE * WIDEST))


def columns(title: str, items: Sequence[Bar], *, key: str, frame: Frame = WIDE) -> str:
    """Upright columns in order of time; bars in the same order where a label or a figure is wider than its column's room."""
    top = max((item.value or 0 for item in items), default=0) or 1
    tall, step = frame.tall, frame.width / max(len(items), 1)
    room, names = step - APART, _without_repeated_years([item.label for item in items])
    if max((len(word) for word in _beside_others(names, items)), default=0) * SIZE * frame.letter > room:
        return bars(title, items, key=key, frame=frame)
    labels = [wrapped(name, room, frame.letter, least=1) for name in names]
    body = []
    for number, item in enumerate(items):
        middle = round(step * (number + 0.5), 1)
        height = round(tall * (item.value or 0) / top, 1)
        if height:
            body.append(_box(middle - step * 0.3, 24 + tall - height, step * 0.6, max(height, 1), frame.brand))
        body.append(_text(middle, 24 + tall - height - 6, item.text, anchor="middle", weight=600))
        body += [_text(middle, 24 + tall + 20 + LINE * at, line, anchor="middle") for at, line in enumerate(labels[number])]
    body.append(f'<path d="M0 {24 + tall}H{frame.width}" stroke="{QUIET}" stroke-width="1"/>')
    deepest = max((len(lines) for lines in labels), default=1)
    return _svg(title, items, frame, 24 + tall + 10 + LINE * deepest, body, key)


def _without_repeated_years(labels: Sequence[str]) -> list[str]:
    """Each label without its year where the one before it has the same: "Apr to Jun 2026", "Jul to Sep", "Oct to Dec, so far"."""
    years = [next((word.rstrip(",") for word in reversed(label.split()) if word.rstrip(",").isdecimal()), "") for label in labels]
    return [
        label.replace(f" {year}", "") if at and year and year == years[at - 1] and label.partition(",")[0].endswith(f" {year}") else label
        for at, (label, year) in enumerate(zip(labels, years, strict=True))
    ]


def _beside_others(names: Sequence[str], items: Sequence[Bar]) -> Iterator[str]:
    """The words that stand side by side with those of the next column: all but a year beside which there is none."""
    alone = [name.split()[-1:] if name.split()[-1:] and name.split()[-1].isdecimal() else [] for name in names]
    for at, (name, item) in enumerate(zip(names, items, strict=True)):
        yield item.text
        words = name.split()
        has_room = alone[at] and not (at + 1 < len(names) and alone[at + 1])
        yield from words[:-1] if has_room else words


def stacked(title: str, items: Sequence[Bar], *, key: str, frame: Frame = WIDE) -> str:
    """One bar of at most four parts, each named under it where it begins. Raises ValueError for more parts than can be told apart."""
    if len(items) > MOST_PARTS:
        raise ValueError(f"A stacked bar has at most {MOST_PARTS} parts, not {len(items)}.")
    whole = sum(item.value or 0 for item in items)
    body: list[str] = []
    x, level = 0.0, 0
    ends = [0.0] * (len(items) + 1)
    for colour, item in zip(PARTS, items, strict=False):
        length = round(frame.width * (item.value or 0) / whole, 1) if whole else 0.0
        if length:
            body.append(_box(x, 0, max(length - 2, 1), 40, colour))
        words = f"{item.label}: {item.text}"
        wide = len(words) * SIZE * frame.letter + 18
        start = min(x, frame.width - wide)
        level = next(at for at, end in enumerate(ends) if end <= start)
        ends[level] = start + wide
        y = 62 + level * (LINE + 4)
        body += [_box(start, y - 11, 11, 11, colour), _text(start + 16, y, words)]
        x += length
    return _svg(title, items, frame, 62 + max(at for at, end in enumerate(ends) if end or not at) * (LINE + 4) + 8, body, key)


def wrapped(label: str, width: float, letter: float, least: int = 8) -> list[str]:
    """The label in lines that fit the width, of so many letters at least, broken between words."""
    most = max(int(width / (SIZE * letter)), least)
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def described(items: Sequence[Bar]) -> str:
    """The figures in words: what somebody who cannot see the chart is told."""
    return "; ".join(f"{item.label}: {item.text}" for item in items) + "."


def _svg(title: str, items: Sequence[Bar], frame: Frame, height: float, body: Sequence[str], key: str) -> str:
    said = described(items)
    name = f"{title}. {said}" if frame.is_paper else title
    # Within a page a chart needs neither its namespace nor another font than the page's.
    alone, font = (' xmlns="http://www.w3.org/2000/svg"', f' font-family="{FONT}"') if frame.is_paper else ("", "")
    return (
        f'<svg{alone} role="img" aria-labelledby="{key}-title {key}-desc" viewBox="0 0 {frame.width} {round(height)}" '
        f'width="{frame.width}" height="{round(height)}"{font} font-size="{SIZE}" fill="{INK}">'
        f'<title id="{key}-title">{escape(name)}</title><desc id="{key}-desc">{escape(said)}</desc>{"".join(body)}</svg>'
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "", weight: int = 0) -> str:
    more = (f' text-anchor="{anchor}"' if anchor else "") + (f' font-weight="{weight}"' if weight else "")
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(words)}</text>'
