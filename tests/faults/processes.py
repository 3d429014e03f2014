"""Processes of the product that the fault tests start and kill, each in a session of its own, ended by its id."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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
    """What `tests/faults/nursery.py` has begun and what it says of it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.pid = process, process.pid
        self._asked: IO[bytes] = process.stdin
        self._told: IO[bytes] = process.stdout
        self._heard = b""
        self._begun: list[int] = []
        self.ended: dict[int, int] = {}

    def begin(self, command: tuple[str, ...]) -> "Child":
        """A process that does it, once it is there."""
        self._asked.write(json.dumps(command).encode() + b"\n")
        self._asked.flush()
        wait_until(self.has_begun, pause=0.01)
        return Child(self, self._begun.pop())

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

    def __init__(self, log: Path, **environment: str) -> None:
        self.log = log
        self.started: list[Process] = []
        self._nursery: Nursery | None = None
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "CONCORD_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            # Checking the installation at each start takes longer than what the process does.
            "CELERY_SKIP_CHECKS": "1",
            "CONCORD_TEST_SEALS": str(settings.CONCORD_SEALS_DIR),
            **environment,
        }

    def manage(self, *command: str) -> Process:
        """`manage.py …`, not waited for."""
        if self._nursery is None:
            self._nursery = Nursery(self._start("-m", "tests.faults.nursery", piped=True))
        process = self._nursery.begin(command)
        self.started.append(process)
        return process

    def worker(self) -> Process:
        """A Celery worker with two children."""
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self._start("-m", "celery", "-A", "config", "worker", "-c", "2", "--loglevel", "WARNING", *quiet)

    def _start(self, *arguments: str, piped: bool = False) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as out:
            asked, told = (subprocess.PIPE, subprocess.PIPE) if piped else (subprocess.DEVNULL, out)
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=told, stderr=out, stdin=asked, start_new_session=True
            )
        self.started.append(process)
        return process

    def kill(self, process: Process) -> None:
        """kill -9 of the process and its children: they share the session that we made for it."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def end(self) -> None:
        """None is left behind."""
        # The nursery came before its children, and says how they ended.
        for process in reversed(self.started):
            self.kill(process)


def wait_until(true: Callable[[], Any], seconds: float = 60, pause: float = 0.02) -> None:
    """Returns once it is true. Raises AssertionError where it does not come true in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not come true in time."
        time.sleep(pause)
