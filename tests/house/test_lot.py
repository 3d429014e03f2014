"""What a test draws by lot follows from the test: the same in every run, another in every test, and drawn anew where a run is to explore."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.keys import new_key, new_link
from escalation.services.drafts import new_reference
from tests.house.source import ROOT
from tests.lot import HAND, as_written

DRAWS = """
import secrets

import pytest


@pytest.fixture(scope="module")
def shared():
    return secrets.token_hex(8)


@pytest.mark.parametrize("which", [1, 2])
def test_one(shared, which):
    print("drawn", shared, secrets.token_hex(8))
"""


@pytest.fixture(autouse=True)
def _repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked in a run that explores too."""
    monkeypatch.delenv("CONCORD_TEST_EXPLORE", raising=False)


def drawn() -> list[object]:
    """One of everything; of a key what does not hang on the time of day."""
    return [new_reference(), new_link(), new_key().int & (1 << 62) - 1, uuid4(), secrets.token_bytes(8), os.urandom(8)]


def test_under_one_name_the_same_is_drawn_and_under_another_something_else() -> None:
    with HAND.follows_from("one"):
        first = drawn()
    with HAND.follows_from("one"):
        assert drawn() == first
    with HAND.follows_from("other"):
        assert not set(drawn()) & set(first)


def test_what_is_drawn_under_a_name_of_its_own_changes_nothing_of_what_comes_after() -> None:
    with HAND.follows_from("a test"):
        drawn()
        after = drawn()
    with HAND.follows_from("a test"):
        drawn()
        with HAND.follows_from("rows for many tests"):
            drawn()
        assert drawn() == after


@settings(max_examples=100, database=None)
@given(one=st.text())
def made_up(one: str) -> None:
    MADE_UP.append(one)


MADE_UP: list[str] = []


def test_what_is_made_up_does_not_follow_from_which_files_were_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn = []
    for name in ("one", "two"):
        # A file of the project, as Hypothesis sees it, with many texts.
        (tmp_path / f"{name}.py").write_text("\n".join(f'TEXT = "{name} {number} stands here"' for number in range(200)), encoding="utf-8")
        module = ModuleType(name)
        module.__file__ = str(tmp_path / f"{name}.py")
        monkeypatch.setitem(sys.modules, name, module)
        MADE_UP.clear()
        made_up()
        drawn.append(list(MADE_UP))
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) >= 100
    assert not any("stands here" in one for one in drawn[0])


def test_words_are_looked_for_beside_what_is_drawn() -> None:
    letter = f"AB was born. {new_reference()} {secrets.token_hex(16)}\nhttps://one.example/guest/{new_link()}/ {uuid4()}, {secrets.token_urlsafe(16)}"
    assert as_written(letter) == "AB was born. … …\nhttps://one.example/guest/…/ …, …"
    assert as_written("/d/born-2015/ESC-NOBODY") == "/d/born-2015/ESC-NOBODY", "O is no letter of a reference"


def test_a_process_that_was_begun_as_a_copy_draws_for_itself() -> None:
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, secrets.token_bytes(8))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 8) != secrets.token_bytes(8)
    os.close(reading)
    os.close(writing)


def run(folder: Path, *arguments: str, **environment: str) -> list[str]:
    """What the two tests of a run print."""
    (folder / "test_draws.py").write_text(DRAWS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider", "-p", "tests.lot"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_TEST")} | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(
        [*command, *arguments, "test_draws.py"], cwd=folder, env=known | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line.partition("drawn ")[2] for line in ended.stdout.splitlines() if "drawn " in line]


def test_each_run_draws_what_the_last_one_drew_whichever_test_comes_first(tmp_path: Path) -> None:
    one, two = run(tmp_path)
    assert run(tmp_path) == [one, two]
    assert run(tmp_path, "--deselect", "test_draws.py::test_one[1]") == [two]
    assert one.split()[0] == two.split()[0], "both stand on what was set up for the file"
    assert one.split()[1] != two.split()[1]


def test_a_run_that_explores_draws_anew(tmp_path: Path) -> None:
    assert not set(run(tmp_path, CONCORD_TEST_EXPLORE="1")) & set(run(tmp_path, CONCORD_TEST_EXPLORE="1"))
