"""What a page weighs: its HTML, and all that a first visit transfers. HTML goes as it is, since secrets on compressed pages can be guessed; styles
and scripts go as WhiteNoise keeps them, compressed; pictures as they are."""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.web.page import Page

HTML_AIM, ALL_AIM = 50_000, 150_000
TEXT = {".css", ".js", ".svg"}
FETCHED = {"link": "href", "script": "src", "img": "src"}
WITHIN = re.compile(r'url\("?([^")]+)"?\)')


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a page's HTML, and of everything."""

    html: int
    everything: int


def weigh(html: str) -> Weight:
    """A page with what it fetches, and what its style sheets fetch. Raises FileNotFoundError where it fetches what is not there."""
    size = len(html.encode())
    found = [one.attrs.get(FETCHED[one.tag], "") for one in Page(html).elements if one.tag in FETCHED]
    files = {_file(address.removeprefix("/static/")) for address in found if address.startswith("/static/")}
    files |= {inner for file in files if file.suffix == ".css" for inner in _fetched_by(file)}
    return Weight(size, size + sum(_transferred(file) for file in files))


@cache
def _file(name: str) -> Path:
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)


@cache
def _fetched_by(sheet: Path) -> frozenset[Path]:
    names = WITHIN.findall(sheet.read_text(encoding="utf-8"))
    return frozenset((sheet.parent / name).resolve(strict=True) for name in names if not name.startswith("data:"))


@cache
def _transferred(file: Path) -> int:
    content = file.read_bytes()
    return len(gzip.compress(content, 9)) if file.suffix in TEXT else len(content)
