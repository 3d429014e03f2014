"""Processes of the product that the fault tests start and kill, each in a session of its own, ended by its id."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


class Process(Protocol):
    """As `subprocess` has it."""

    pid: int

    def poll(self) -> int | None:
        """The code with which it ended; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """The code, once it ended. Raises TimeoutExpired."""


class Nursery:
    """What `tests/faults/nursery.py` has begun and what it says of it: one for all tests."""

    def __init__(self, log: Path) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "CONCORD_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            # Checking the installation at each start takes longer than what the process does.
            "CELERY_SKIP_CHECKS": "1",
            "CONCORD_TEST_SEALS": str(settings.CONCORD_SEALS_DIR),
        }
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=out, start_new_session=True,
            )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._asked: IO[bytes] = self.process.stdin
        self._told: IO[bytes] = self.process.stdout
        self._heard = b""
        self._begun: list[int] = []
        self.ended: dict[int, int] = {}

    def begin(self, command: tuple[str, ...], told: Mapping[str, str], log: Path) -> "Child":
        """A process that does it, once it is there."""
        self._asked.write(json.dumps({"command": command, "told": told, "log": str(log)}).encode() + b"\n")
        self._asked.flush()
        wait_until(self.has_begun, pause=0.01)
        return Child(self, self._begun.pop())

    def end(self) -> None:
        """Nobody asks any more."""
        self._asked.close()
        self.process.wait(timeout=10)
        self._told.close()

    def has_begun(self) -> bool:
        """Whether the process that was asked for last is there."""
        self.hear()
        return bool(self._begun)

    def hear(self) -> None:
        """Whatever was said since."""
        while select.select([self._told], [], [], 0)[0] and (more := os.read(self._told.fileno(), 65_536)):
            self._heard += more
        *lines, self._heard = self._heard.split(b"\n")
        for what, process, *code in (line.split() for line in lines):
            if what == b"begun":
                self._begun.append(int(process))
            else:
                self.ended[int(process)] = int(code[0])


class Child:
    """A process of the nursery's."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.nursery, self.pid = nursery, pid

    def poll(self) -> int | None:
        """The code with which it ended; None while it runs."""
        self.nursery.hear()
        return self.nursery.ended.get(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """The code, once it ended."""
        wait_until(lambda: self.poll() is not None, seconds=timeout or 60)
        return self.nursery.ended[self.pid]


class Processes:
    """Starts `manage.py` commands and Celery workers on the test's own database."""

    def __init__(self, nursery: Nursery, log: Path, **told: str) -> None:
        self.nursery, self.log = nursery, log
        self.told = {"CONCORD_TEST_SEALS": str(settings.CONCORD_SEALS_DIR), **told}
        self.started: list[Process] = []

    def manage(self, *words: str) -> Process:
        """`manage.py …`, not waited for."""
        return self._begin("manage.py", *words)

    def worker(self) -> Process:
        """A Celery worker with two children."""
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self._begin("celery", "-A", "config", "worker", "-c", "2", "--loglevel", "WARNING", *quiet)

    def _begin(self, *command: str) -> Process:
        process = self.nursery.begin(command, self.told, self.log)
        self.started.append(process)
        return process

    def kill(self, process: Process) -> None:
        """kill -9 of the process and its children: they share the session that we made for it."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def end(self) -> None:
        """None is left behind."""
        for process in self.started:
            self.kill(process)


def wait_until(true: Callable[[], Any], seconds: float = 60, pause: float = 0.02) -> None:
    """Returns once it is true. Raises AssertionError where it does not come true in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not come true in time."
        time.sleep(pause)
