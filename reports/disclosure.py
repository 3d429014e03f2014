"""Small numbers in the public edition: which counts are small, and how a table's counts add up. Pure.

Counts of 1 to 5 are hidden and zeros shown. Because totals are shown too, a hidden count could be found by subtraction, so further counts are hidden
until none can be worked out: `reports/proof.py` does that over all tables together, and proves it.

A reader is taken to know every shown count, that hidden counts are whole numbers of at least 1 (zeros are shown) or of what the counts of
agencies tell (`reports/floors.py`), and nothing else.
"""

from collections.abc import Hashable
from dataclasses import dataclass

SMALL = range(1, 6)
LEAST = 1
SMALLEST_BASE = 10  # A percentage of fewer is not published.

Name = Hashable


@dataclass(frozen=True)
class Grid:
    """A table of counts: their names in rows and columns, each name once. The last row or column holds totals where said so."""

    names: tuple[tuple[Name, ...], ...]
    total_row: bool = True
    total_column: bool = True
