"""What is shipped names no machine of ours, fetches nothing from outside and carries nobody's brand."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, none

TEXT = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".yaml", ".cfg", ".json", ".sh", ".css", ".scss", ".js", ".csv", ""}


def shipped() -> list[Path]:
    """The project's own text files: what it keeps and what it installs is left out."""
    # In a work tree `.git` is a file.
    left_out = {"var", "node_modules", "staticfiles", ".git"}
    tops = [path for path in ROOT.iterdir() if path.name not in left_out and (path.is_file() or not path.name.startswith("."))]
    files = (file for top in tops for file in (top.rglob("*") if top.is_dir() else [top]))
    return [file for file in files if file.is_file() and file.suffix in TEXT and "__pycache__" not in file.parts]


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
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-installer.txt"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_scripts_write_no_markup_run_no_text_and_keep_nothing_in_the_browser() -> None:
    """The product's own scripts; what stands in `static/vendor` is others'."""
    writes, runs = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", r"\beval\(|new Function"
    keeps, listens = r"Storage\b|indexedDB|document\.cookie", r"postMessage|[\"']message[\"']"
    never = re.compile("|".join((writes, runs, keeps, listens)))
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    assert scripts
    none(path.name for path in scripts if never.search(path.read_text(encoding="utf-8")))


def test_pages_fetch_nothing_from_outside() -> None:
    outside = re.compile(r"""(?:src|srcset|href)\s*=\s*["'](?:https?:)?//[^"']+\.(?:js|css|woff2?|png|svg|jpe?g)""", re.IGNORECASE)
    pages = [path for path in shipped() if path.is_relative_to(ROOT / "templates")]
    none(str(path.relative_to(ROOT)) for path in pages if outside.search(path.read_text(encoding="utf-8")))
