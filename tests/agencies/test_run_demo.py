import socket
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from agencies.management.commands.run_demo import Command, forget, only_one, port_number, refuse_busy


def test_a_busy_port_is_told_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be used .*bin/demo --port {port + 1}"):
            refuse_busy(port)


def test_a_port_that_somebody_takes_while_the_data_are_prepared_is_told_in_the_same_words(tmp_path: Path, settings: Any) -> None:
    settings.VAR = tmp_path
    with socket.socket() as other:
        # As every server has it: until it listens, the port is still to be had.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

        class Demo(Command):
            def prepare(self) -> None:
                other.listen()

        with pytest.raises(CommandError, match=f"Port {port} cannot be used"):
            Demo().handle(port=port, reset=False)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eight", ""])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the command line words it
        port_number(text)


def test_the_command_line_refuses_a_port_that_is_none() -> None:
    with pytest.raises(CommandError, match="--port"):
        call_command("run_demo", "--port=0")


def test_a_second_demonstration_in_one_folder_is_refused_and_a_later_one_not(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(CommandError, match="already running here, as process"):
        only_one(tmp_path)
    only_one(tmp_path).close()


def test_beginning_again_removes_what_is_ours_and_nothing_else(tmp_path: Path) -> None:
    for name in ("concord.sqlite3", "concord.sqlite3-wal", "notes.txt"):
        (tmp_path / name).touch()
    # A message that waits, an attached file, an issued report, an answer to a request for access; and a folder of somebody else's.
    for place in ("queue", "files/ab", "reports", "bundles", "minutes"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "one").touch()
    forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundles", "files", "minutes", "notes.txt", "queue", "reports"]
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")] == ["minutes/one"]
