"""What the doors in bin/ say where a machine does not let them: one plain sentence each, and the way out."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import name_what_is_left

OLD = "#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2\n"


def said(root: Path, *command: str, **environment: str) -> str:
    """What stands in the terminal after a command that must fail, in one line and without a traceback."""
    own = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(command, cwd=root, env=own | environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def bootstrap(root: Path, script: str, **environment: str) -> str:
    """The same of a step of `bin/_bootstrap`."""
    return said(root, "bash", "-c", f"source bin/_bootstrap; {script}", **environment)


def test_a_busy_port_is_told_before_anything_is_installed(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert said(root, "bin/demo", "--port", str(port)) == f"Port {port} is in use. Choose another: bin/demo --port {port % 65535 + 1}"


@pytest.mark.parametrize("words", [("--port", "eight"), ("--port", "0"), ("--port",), ("--colour",)])
def test_what_the_command_line_cannot_mean_is_told_with_how_to_write_it(root: Path, words: tuple[str, ...]) -> None:
    assert said(root, "bin/demo", *words).endswith("Usage: bin/demo [--port 8000] [--reset]")


def test_a_project_in_a_folder_that_cannot_be_written_is_told_so(root: Path) -> None:
    assert bootstrap(root, "root=/proc; writable") == (
        "This folder cannot be written to: /proc. Copy the project to a folder of your own and start again."
    )


def test_data_in_a_folder_that_cannot_be_made_are_told_so(root: Path) -> None:
    where = "/proc/concord"
    told = said(root, sys.executable, "manage.py", "run_demo", CONCORD_VAR=where)
    assert told.startswith(f"The settings are not right. {where}/queue cannot be made: ")
    assert told.endswith("Set CONCORD_VAR to a folder of your own.")


def started(root: Path, home: Path) -> str:
    """What a demonstration says that must not start with these data."""
    return said(root, sys.executable, "manage.py", "run_demo", CONCORD_VAR=str(home))


def test_data_that_somebody_else_owns_are_told_with_how_to_get_them_back(root: Path, tmp_path: Path) -> None:
    (tmp_path / "queue").symlink_to("/proc")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "pages.log").mkdir()
    for home, part in ((tmp_path, "queue"), (tmp_path / "other", "pages.log")):
        told = started(root, home)
        assert told.startswith(f"CommandError: {home / part} cannot be written to: ")
        assert f'(sudo chown -R "$USER" {home})' in told


def test_a_damaged_database_of_the_demonstration_is_told_with_how_to_begin_anew(root: Path, tmp_path: Path) -> None:
    (tmp_path / "concord.sqlite3").write_text("no database at all")
    told = started(root, tmp_path)
    assert told.startswith(f"CommandError: The demonstration’s database in {tmp_path} cannot be used: file is not a database. ")
    assert "bin/demo --reset begins anew" in told


@pytest.mark.parametrize("command", ["sweep", "import_directory tests --partnership=north"])
def test_a_command_on_a_database_without_tables_is_told_what_to_run_first(root: Path, tmp_path: Path, command: str) -> None:
    told = said(root, sys.executable, "manage.py", *command.split(), CONCORD_VAR=str(tmp_path))
    assert told.startswith("Tables or columns are missing in the database: run manage.py migrate first (no such table: ")


def test_a_command_on_a_damaged_database_is_not_told_to_migrate(root: Path, tmp_path: Path) -> None:
    (tmp_path / "concord.sqlite3").write_text("no database at all")
    told = said(root, sys.executable, "manage.py", "sweep", CONCORD_VAR=str(tmp_path))
    assert told.startswith("The database is damaged, or its file holds something else: put back a copy of it (")
    assert "migrate" not in told


def test_an_old_python_is_told_with_what_to_install(root: Path, tmp_path: Path) -> None:
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3"):
        (tmp_path / name).write_text(OLD)
        (tmp_path / name).chmod(0o755)
    told = bootstrap(root, f"system={tmp_path} venv={tmp_path}/none; packages requirements.txt", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert told == "Python 3.11 or newer is needed; this machine has Python 3.9.2. Install python3.11 and python3.11-venv and start again."


def found_python(root: Path, system: Path, path: Path) -> str:
    """Which Python a machine with these two folders has."""
    script = f"source bin/_bootstrap; system={system}; python_of_this_machine"
    own = {"PATH": f"{path}:{os.environ['PATH']}"}
    return subprocess.run(["bash", "-c", script], cwd=root, env=own, capture_output=True, text=True, check=True).stdout.strip()


def test_the_systems_own_python_goes_before_another_and_one_that_makes_no_environment_after_it(root: Path, tmp_path: Path) -> None:
    system, path = tmp_path / "system", tmp_path / "path"
    for folder in (system, path):
        folder.mkdir()
        (folder / "python3.11").symlink_to(sys.executable)
    assert found_python(root, system, path) == f"{system}/python3.11"
    (system / "python3.11").unlink()
    (system / "python3.11").write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n')
    (system / "python3.11").chmod(0o755)
    assert found_python(root, system, path) == f"{path}/python3.11"


def test_without_a_network_the_packages_are_asked_for_in_vain_and_that_is_told(root: Path, tmp_path: Path) -> None:
    """An index that nobody answers for; the folder in which pip would look first is empty."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)
    away = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull, "PIP_TARGET": str(tmp_path / "there"), "PIP_NO_CACHE_DIR": "1"}
    told = bootstrap(root, f"venv={tmp_path}; packages requirements.txt", **away)
    assert told.splitlines()[-1] == "The packages could not be fetched. Is this machine on the network?"


def test_what_only_the_whole_asks_is_named_for_bin_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_TEST_LEFT", str(tmp_path / "left"))
    for _process in range(2):
        name_what_is_left(["tests/a.py::test_long"])
    assert (tmp_path / "left").read_text() == "tests/a.py::test_long\n" * 2
