"""What is shipped names no machine of ours, fetches nothing from outside and carries nobody's brand."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT, none

TEXT = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".yaml", ".cfg", ".json", ".sh", ".css", ".scss", ".js", ".csv", ""}


def shipped() -> list[Path]:
    """The files under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file() and Path(name).suffix in TEXT]


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.css")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_style_sheet_brings_no_brand_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    none(word for word in ("GDS Transport", "crest", "@import", "https://", "http://") if word in text)


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    private = re.compile(r"(?<![\w.-])/work/|\.\./shared")
    allowed = {"tests/house/test_texts.py"}
    found = [str(path.relative_to(ROOT)) for path in shipped() if private.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert set(found) - allowed == set()


def test_the_lock_files_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_pages_fetch_nothing_from_outside() -> None:
    outside = re.compile(r"""(?:src|srcset|href)\s*=\s*["'](?:https?:)?//[^"']+\.(?:js|css|woff2?|png|svg|jpe?g)""", re.IGNORECASE)
    pages = [path for path in shipped() if path.is_relative_to(ROOT / "templates")]
    none(str(path.relative_to(ROOT)) for path in pages if outside.search(path.read_text(encoding="utf-8")))
