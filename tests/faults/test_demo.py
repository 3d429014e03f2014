"""`bin/demo` itself: from nothing to the first page, a message that the worker delivered, and an end that leaves nothing behind but the data."""

import json
import os
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from django.utils import timezone

from agencies.services.example import EXAMPLE_PASSPHRASE
from tests.faults.test_one_dispute import RAISER
from tests.servers import free_port, spawn

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]
TYPED = {"what": "It was closed.", "impact": "The same risk.", "outcome_sought": "An assessment.", "tried": "Two calls.", "basis": "evidence"}


class Demonstration:
    """One start of it, in a folder of its own and on a port of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.log = home, port, home.parent / "demo.log"
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {"CONCORD_VAR": str(home), "CONCORD_SWEEP_SECONDS": "2"}
        self.process = spawn([str(ROOT / "bin/demo"), "--port", str(port)], log=self.log, cwd=ROOT, environment=environment)
        self.until(lambda: "Ctrl-C ends it" in self.said, "the address", 120)

    @property
    def said(self) -> str:
        """What stands in the terminal."""
        return self.log.read_text(errors="replace")

    def until(self, holds: Callable[[], object], what: str, seconds: float = 30) -> None:
        """Waits, and fails with what stands in the terminal."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{what} did not come within {seconds} seconds\n{self.said}"
            assert self.process.poll() is None, self.said
            time.sleep(0.2)

    def ask(self, browser: OpenerDirector, path: str, data: Any = None, **headers: str) -> str:
        """One page or call."""
        sent = None if data is None else data if isinstance(data, bytes) else json.dumps(data).encode()
        request = Request(f"http://127.0.0.1:{self.port}{path}", sent, {"Content-Type": "application/json", **headers})
        try:
            with browser.open(request, timeout=30) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read().decode()[:1500]}") from error

    def signed_in(self, email: str) -> OpenerDirector:
        """A browser with its cookies, signed in through the page."""
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask(browser, "/sign-in/"))
        assert token is not None
        typed = urlencode({"csrfmiddlewaretoken": token[1], "email": email, "password": EXAMPLE_PASSPHRASE}).encode()
        page = self.ask(browser, "/sign-in/", typed, **{"Content-Type": "application/x-www-form-urlencoded"})
        assert "Sign out" in page
        return browser

    def states(self, reference: str) -> list[str]:
        """What became of the messages about it."""
        with sqlite3.connect(f"file:{self.home / 'concord.sqlite3'}?mode=ro", uri=True) as connection:
            rows = connection.execute(
                "SELECT n.state FROM escalation_notification n JOIN escalation_dispute d ON d.id = n.dispute_id WHERE d.reference = ?", [reference]
            )
            return [row[0] for row in rows]

    def processes(self) -> list[str]:
        """The command of every process of this machine that was started for this folder."""
        mark, found = f"CONCORD_VAR={self.home}".encode(), []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found

    def interrupt(self) -> int:
        """Ctrl-C, as a terminal sends it; the code with which it ended."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def log_urgently(demo: Demonstration, browser: OpenerDirector) -> str:
    """By a program of the same person: urgent, so that its messages leave at any hour."""
    made = json.loads(demo.ask(build_opener(), "/api/v1/token/", {"email": RAISER, "passphrase": EXAMPLE_PASSPHRASE}))
    bearer = {"Authorization": f"Bearer {made['token']}"}
    agencies = json.loads(demo.ask(build_opener(), "/api/v1/agencies/", **bearer))["agencies"]
    receiving = next(agency["id"] for agency in agencies if "social care" in agency["name"].lower())
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    child = {"initials": "QX", "born_on": "2015-05-01"}
    body = {"receiving": [receiving], "children": [child], "themes": ["threshold"], "is_urgent": True, "respond_by": soon, **TYPED}
    return str(json.loads(demo.ask(build_opener(), "/api/v1/disputes/", body, **bearer))["reference"])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_starts_delivers_ends_without_a_trace_and_goes_on_with_what_was_entered(tmp_path: Path) -> None:
    home, port = tmp_path / "var", free_port()
    demo = Demonstration(home, port)
    try:
        browser = demo.signed_in(RAISER)
        reference = log_urgently(demo, browser)
        demo.until(lambda: set(demo.states(reference)) == {"sent"}, "the messages", 90)
        assert reference in demo.ask(browser, "/my-work/")
        # The supervisor, gunicorn with its worker process, and Celery with its timetable.
        assert len(demo.processes()) >= 4
        assert (demo.interrupt(), demo.said.endswith("Ended.\n")) == (0, True)
        assert (demo.processes(), is_free(port)) == ([], True)
        demo = Demonstration(home, port)
        assert reference in demo.ask(demo.signed_in(RAISER), "/my-work/")
    finally:
        demo.interrupt()
    assert (demo.processes(), is_free(port), "Traceback" in demo.said) == ([], True, False)
