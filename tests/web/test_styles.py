"""The one style sheet: ours, small, from no one else's server, and readable in every pair of colours that is used."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.ROOT) / "static"
CSS = (STATIC / "css" / "concord.css").read_text(encoding="utf-8-sig")
TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", CSS))

# (text, ground, least contrast): 4.5 for text, 3 for the edge of a control (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = [
    ("ink", "paper", 4.5),
    ("ink", "canvas", 4.5),
    ("quiet", "paper", 4.5),
    ("quiet", "canvas", 4.5),
    ("quiet", "info-ground", 4.5),
    ("paper", "brand", 4.5),
    ("paper", "brand-deep", 4.5),
    ("link", "paper", 4.5),
    ("link", "canvas", 4.5),
    ("link", "info-ground", 4.5),
    ("link", "overdue-ground", 4.5),
    ("ink", "focus", 4.5),
    ("overdue", "overdue-ground", 4.5),
    ("overdue", "paper", 4.5),
    ("paper", "overdue", 4.5),
    ("soon", "soon-ground", 4.5),
    ("soon", "info-ground", 4.5),
    ("soon", "paper", 4.5),
    ("done", "done-ground", 4.5),
    ("ink", "info-ground", 4.5),
    ("ink", "done-ground", 4.5),
    ("brand", "paper", 3),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("foreign", ["GDS Transport", "crest", "@font-face", "https://", "crown"])
def test_nothing_in_it_belongs_to_gov_uk_or_lies_elsewhere(foreign: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert foreign.lower() not in rules.lower()


def test_it_is_small() -> None:
    assert len(gzip.compress(CSS.encode())) < 20_000


def test_every_picture_it_names_is_there() -> None:
    for name in re.findall(r"url\(\"?([^)\"]+)\"?\)", CSS):
        assert (STATIC / "css" / name).resolve().is_file(), name


def test_its_licence_lies_beside_it() -> None:
    assert "MIT License" in (STATIC / "vendor" / "govuk-frontend" / "LICENSE.txt").read_text()
    assert "LICENSE.txt" in CSS[:300]


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_words_can_be_read_on_their_ground(text: str, ground: str, least: float) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= least


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_paper_is_white_to_the_end_of_the_last_page(root: Path) -> None:
    """The page's grey ground is the screen's; browsers print it below the footer."""
    printed = (root / "static" / "css" / "concord.css").read_text(encoding="utf-8").split("@media print", 1)[1]
    assert ".govuk-template{background:none}" in "".join(printed.split("\n"))


@pytest.mark.parametrize("name", ["concord.css", "report-page.css"])
def test_what_is_drawn_and_not_read_out_is_drawn_by_browsers_that_know_no_alternative_text_too(name: str) -> None:
    sheet = (STATIC / "css" / name).read_text(encoding="utf-8-sig")
    silent = re.findall(r"(content: ?[^;{}]+); ?(content: ?[^;{}]+?) ?/ ?\"\"", sheet)
    assert sheet.count('/ ""') + sheet.count('/""') == len(silent) > 0
    assert all(plain == drawn for plain, drawn in silent)
