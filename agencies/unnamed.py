"""The columns of a file behind the last that its heading names: a spreadsheet writes every one that ever held something. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass
class Unnamed:
    """The places of these columns, from `start` to `end`. Nothing is read in them; what stands there is told once for each."""

    start: int
    end: int
    told: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, heading: Sequence[str]) -> "Unnamed":
        """Those of a heading whose names have no space around them."""
        return cls(next((place for place in range(len(heading), 0, -1) if heading[place - 1]), 0), len(heading))

    def found_in(self, cells: Sequence[str]) -> Iterator[str]:
        """What is wrong with a row: a sentence without its end for each column that holds something here and was not told before."""
        words = _("has something in column {place}, which the heading does not name: name it, or put a text with a comma in quotation marks")
        for place, cell in enumerate(cells[self.start : self.end], start=self.start + 1):
            if cell.strip() and place not in self.told:
                self.told.add(place)
                yield words.format(place=place)

    def taken_out_of(self, cells: list[str]) -> list[str]:
        """The cells of a row without theirs."""
        return cells[: self.start] + cells[self.end :]
