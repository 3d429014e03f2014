"""Starts the product on one machine with the example partnership; `bin/demo` calls it."""

import fcntl
import http.client
import os
import shutil
import socket
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from agencies.management.supervisor import Supervisor

FIRST_PAGE_SECONDS = 60
# What --reset removes from the folder, and nothing else: it may be a folder that holds other things.
FOLDERS = ("queue", "control", "seals", "mail", "static", "files", "reports", "bundles")
OURS = ("concord.sqlite3*", *FOLDERS, "celerybeat-schedule*", "pages.log", "worker.log")
LOCK = "demo.lock"


def port_number(text: str) -> int:
    """A port from 1 to 65535. Raises ValueError otherwise, which the command line reports."""
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError(text)
    return port


class Command(BaseCommand):
    """`manage.py run_demo`"""

    help = "Start pages, worker and timetable on this machine, with an invented partnership, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The port, and whether to begin again."""
        parser.add_argument("--port", type=port_number, default=8000, help="the port of the pages (8000)")
        parser.add_argument("--reset", action="store_true", help="forget what was entered and build the example anew")

    def handle(self, *, port: int, reset: bool, **_options: object) -> None:
        """Prepare the data, start the processes, wait for the end."""
        home = Path(settings.VAR)
        refuse_unwritable(home)
        with only_one(home):
            refuse_busy(port)
            try:
                if reset:
                    forget(home)
                self.prepare()
            except DatabaseError as error:
                words = "Where it is damaged, bin/demo --reset begins anew, and what was entered in it is lost."
                raise CommandError(f"The demonstration’s database in {home} cannot be used: {error}. {words}") from error
            except OSError as error:
                raise CommandError(f"{error.filename or home} cannot be used: {error.strerror}.") from error
            # That took a while, in which somebody else may have taken the port.
            refuse_busy(port)
            supervisor = Supervisor(home, surroundings(port))
            supervisor.listen()
            try:
                start(supervisor, port)
                self.welcome(port)
                fallen = supervisor.watch()
            finally:
                supervisor.stop()
        if fallen:
            if fallen.name == "pages":
                refuse_busy(port)
            raise CommandError(f"{fallen.name} stopped by itself, so everything was ended. Its last words:\n{fallen.last_words()}")
        self.stdout.write("Ended.")

    def prepare(self) -> None:
        """Bring the tables up to date, build the example partnership where it is not there yet, and catch up with the clocks since last time."""
        self.stdout.write("Preparing the data")
        call_command("migrate", verbosity=0)
        call_command("demo", "--practice", "--last-year", stdout=self.stdout)
        call_command("sweep", stdout=self.stdout)
        connections.close_all()

    def welcome(self, port: int) -> None:
        """The address, and the people one can be."""
        self.stdout.write(f"\nConcord is at http://127.0.0.1:{port}/ with invented people and no real data. Ctrl-C ends it.\n\n")
        call_command("demo", "--people", stdout=self.stdout)
        connections.close_all()
        self.stdout.flush()


def only_one(home: Path) -> TextIO:
    """Hold the folder while the file is open. Raises CommandError where another demonstration holds it."""
    file = (home / LOCK).open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise CommandError(f"The demonstration is already running here, as process {holder}. End that one first with Ctrl-C.") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def refuse_unwritable(home: Path) -> None:
    """Raise CommandError where whoever starts it may not write what a demonstration writes, as after one that was started with sudo: without this the
    pages would come, and nothing that they ask of the worker would be done."""
    for path in (home, *(path for pattern in (LOCK, *OURS) for path in home.glob(pattern))):
        try:
            if path == home or path.name in FOLDERS:
                tempfile.TemporaryFile(dir=path).close()
            else:
                path.open("ab").close()
        except OSError as error:
            raise CommandError(
                f"{path} cannot be written to: {error.strerror}. Where somebody else started the demonstration here, perhaps by sudo, give the "
                f'folder back to yourself (sudo chown -R "$USER" {home}), or set CONCORD_VAR to a folder of your own.'
            ) from error


def refuse_busy(port: int) -> None:
    """Raise CommandError where the port cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used ({error.strerror}). Choose another: bin/demo --port {port % 65535 + 1}") from error


def forget(home: Path) -> None:
    """Remove what this product wrote to the folder, and make the empty folders again."""
    for pattern in OURS:
        for path in home.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
                path.mkdir()
            else:
                path.unlink()


def surroundings(port: int) -> dict[str, str]:
    """What the children are told: the same settings as this process, and the address to put into messages."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "CONCORD_BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def start(supervisor: Supervisor, port: int) -> None:
    """Start the pages and the worker with its timetable; returns when the first page is served or somebody asked to end."""
    pages = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8", "--graceful-timeout", "3", "--no-control-socket"]
    pages += ["--logger-class", "config.access_lines.Lines"]
    worker = ["celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "2", "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    root = Path(settings.ROOT)
    supervisor.start("pages", [sys.executable, "-m", *pages], cwd=root)
    supervisor.start("worker", [sys.executable, "-m", *worker], cwd=root)
    end = time.monotonic() + FIRST_PAGE_SECONDS
    while not supervisor.asked_to_end and not answers(port):
        if fallen := supervisor.fallen():
            if fallen.name == "pages":
                refuse_busy(port)
            raise CommandError(f"{fallen.name} did not start. Its last words:\n{fallen.last_words()}")
        if time.monotonic() > end:
            raise CommandError(f"No page came within {FIRST_PAGE_SECONDS} seconds. See {supervisor.folder / 'pages.log'}.")
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether the pages are up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
