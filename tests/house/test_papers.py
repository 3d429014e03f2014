"""What the papers name is there: a file that moved, or a test that is shown as proof and was taken away, must not go on standing in them."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, none

NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PAPERS = sorted((ROOT / "docs" / "security").glob("*.md"))
READ = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = (*FLOORS, "bin", "docs", "static", "templates", "tests")
CODE = {".py", ".toml", ".html", ".sql", ".css", ".js", ".yml"}


def test_there_are_papers_that_name_tests() -> None:
    assert len(NAMED.findall("".join(paper.read_text(encoding="utf-8") for paper in PAPERS))) > 100


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.name))
def test_every_test_that_a_paper_names_is_there(paper: Path) -> None:
    missing = []
    for path, name in NAMED.findall(paper.read_text(encoding="utf-8")):
        file = ROOT / "tests" / path
        if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            missing.append(f"{path}::{name}")
    assert missing == []


def _named_paths(paper: Path) -> Iterator[str]:
    """What stands between backquotes and is a file or folder of ours: `reports/`, `services/staging.py`, `templates/emails/<kind>/`."""
    for word in re.findall(r"`([\w.*<>/-]+)`", paper.read_text(encoding="utf-8")):
        if word.partition("/")[0] in ROOMS or Path(word).suffix in CODE:
            yield word


def _linked(paper: Path) -> Iterator[str]:
    """Each place inside the project to which it leads."""
    found = re.findall(r"\]\(([^)\s#]+)", paper.read_text(encoding="utf-8"))
    return (place for place in found if ":" not in place)


def test_every_path_that_a_paper_names_or_leads_to_is_there() -> None:
    files = [*(ROOT / name for name in ROOMS), *(path for name in ROOMS for path in (ROOT / name).rglob("*")), *ROOT.glob("*.*")]
    # A paper that has said in which room it is names the rest of the way alone.
    ends = {"/".join(parts[at:]) for parts in (path.relative_to(ROOT).parts for path in files) for at in range(len(parts))}
    named = {(paper, word) for paper in READ for word in _named_paths(paper)}
    assert len(named) > 100
    patterns = {word: re.sub(r"<\w+>", "*", word).rstrip("/") for _, word in named}
    lost = {word for word, way in patterns.items() if way not in ends and ("*" not in way or not any(fnmatch(end, way) for end in ends))}
    gone = [f"{paper.relative_to(ROOT)}: {word}" for paper, word in sorted(named) if word in lost]
    none(gone + [f"{paper.relative_to(ROOT)}: {place}" for paper in READ for place in _linked(paper) if not (paper.parent / place).exists()])


def test_every_button_and_link_that_a_guide_names_is_somewhere_in_the_product() -> None:
    said = " ".join(path.read_text(encoding="utf-8") for room in (*FLOORS, "templates") for path in (ROOT / room).rglob("*.*") if path.suffix in CODE)
    said = re.sub(r"[\s’']+", " ", said).casefold()
    guides = {guide: guide.read_text(encoding="utf-8") for guide in (ROOT / "docs" / "guide").glob("*.md")}
    labels = [(guide.name, label) for guide, text in guides.items() for label in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)]
    assert len(labels) > 50
    # What stands in a place of the words, a name or a time, is another on each page.
    none([f"{guide}: {label}" for guide, label in labels if re.sub(r"^… | \d\S+$|[’']", "", label).casefold() not in said])


def test_the_counts_of_the_table_are_those_of_its_rows() -> None:
    text = (ROOT / "docs" / "security" / "asvs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+\.\d+\.\d+ \| ([12]) \| .*? \| (met|partly|\*\*not met\*\*|does not apply) \|", text, re.MULTILINE)
    # Items of 10.3, 10.4, 10.6 and 10.7 are counted as not applying and have no row of their own.
    unlisted = {"1": 5, "2": 15}
    for level in "12":
        found = [verdict.strip("*") for at, verdict in rows if at == level]
        counts = [found.count(verdict) for verdict in ("met", "partly", "not met")]
        line = [sum(counts), *counts, found.count("does not apply") + unlisted[level]]
        assert f"| {level} | {' | '.join(map(str, line))} |" in text
