"""How wide the letters of a PDF's font are, and which of them is a space."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

USUAL = 0.5
SPACES = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<(?:0020|00[Aa]0)>")


@dataclass(slots=True)
class Font:
    """Widths by code, in parts of the font's size; `is_wide`: each code takes two bytes."""

    is_wide: bool = False
    widths: dict[int, float] = field(default_factory=dict)
    usual: float = USUAL
    spaces: frozenset[int] = frozenset({32})

    def codes(self, text: bytes) -> Iterator[int]:
        """The letters' codes in a string that is shown."""
        if not self.is_wide:
            yield from text
            return
        for at in range(0, len(text) - 1, 2):
            yield text[at] * 256 + text[at + 1]

    def width(self, code: int) -> float:
        """How far the letter moves the next one on."""
        return self.widths.get(code, self.usual)

    def is_space(self, code: int) -> bool:
        """Whether nothing is to be seen of it."""
        return code in self.spaces


def font_of(found: Any) -> Font:  # noqa: ANN401 - a PDF's object
    """What the document says of the font; where it says nothing of a letter, half its size."""
    spaces = _spaces(found.get("/ToUnicode"))
    if str(found.get("/Subtype", "")) == "/Type0":
        inner = found.get("/DescendantFonts")
        inner = inner[0] if isinstance(inner, pikepdf.Array) and len(inner) else pikepdf.Dictionary()
        return Font(is_wide=True, widths=dict(_wide_widths(inner.get("/W"))), usual=float(inner.get("/DW", 1000)) / 1000, spaces=spaces)
    unit = 1 / 1000
    if str(found.get("/Subtype", "")) == "/Type3" and isinstance(found.get("/FontMatrix"), pikepdf.Array):
        unit = abs(float(found["/FontMatrix"][0]))
    first, widths = int(found.get("/FirstChar", 0)), found.get("/Widths")
    known = {first + at: float(wide) * unit for at, wide in enumerate(widths)} if isinstance(widths, pikepdf.Array) else {}
    return Font(widths=known, spaces=spaces | {32})


def _spaces(said: Any) -> frozenset[int]:  # noqa: ANN401 - a PDF's object
    if not isinstance(said, pikepdf.Stream):
        return frozenset()
    return frozenset(int(code, 16) for code in SPACES.findall(said.read_bytes()))


def _wide_widths(said: Any) -> Iterator[tuple[int, float]]:  # noqa: ANN401 - a PDF's object
    """`first [a b c]` and `first last a`, in any order."""
    if not isinstance(said, pikepdf.Array):
        return
    waiting: list[Any] = []
    for each in said:
        if isinstance(each, pikepdf.Array) and waiting:
            yield from ((int(waiting[-1]) + at, float(wide) / 1000) for at, wide in enumerate(each))
            waiting = []
            continue
        waiting.append(each)
        if len(waiting) == 3:
            first, last, wide = waiting
            yield from ((code, float(wide) / 1000) for code in range(int(first), min(int(last), 0xFFFF) + 1))
            waiting = []
