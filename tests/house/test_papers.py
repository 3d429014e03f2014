"""What the security papers show as proof is there: a test that was renamed or taken away must not go on standing in them."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PAPERS = sorted((ROOT / "docs" / "security").glob("*.md"))


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
