"""Processes of the product that the fault tests start and kill, each in a session of its own, ended by its id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


class Processes:
    """Starts `manage.py` commands and Celery workers on the test's own database."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.log = log
        self.started: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "CONCORD_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            # Checking the installation at each start takes longer than what the process does.
            "CELERY_SKIP_CHECKS": "1",
            "CONCORD_TEST_SEALS": str(settings.CONCORD_SEALS_DIR),
            **environment,
        }

    def manage(self, *command: str) -> subprocess.Popen[bytes]:
        """`manage.py …`, not waited for."""
        return self._start("manage.py", *command)

    def worker(self) -> subprocess.Popen[bytes]:
        """A Celery worker with two children."""
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self._start("-m", "celery", "-A", "config", "worker", "-c", "2", "--loglevel", "WARNING", *quiet)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self.started.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
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
