"""All of production's processes at once, and one disagreement through them while the worker dies and the broker goes away: late, never lost."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import compose, servers
from tests.faults.test_one_dispute import MANAGER, RAISER, RECEIVER, Caller
from tests.stack import OPERATORS, Stack, words

pytestmark = [pytest.mark.postgresql, pytest.mark.faults]

TYPED = {
    "what": "The referral of Friday was closed without an assessment.", "impact": "The same risk each evening.",
    "outcome_sought": "An assessment by Thursday.", "tried": "Two calls to the duty team.",
}  # fmt: skip
CHILD = {"initials": "QX", "born_on": "2015-05-01", "reference": "S-1001"}


class Broker:
    """A Redis of this test's own, which it can take away."""

    def __init__(self, folder: Path, tls: Path) -> None:
        self.folder, self.tls, self.port = folder, tls, servers.free_port()

    def start(self) -> None:
        """Empty: what it held is lost with it."""
        log = self.folder / "broker.log"
        _valkey, *words = compose.services(OPERATORS)["redis"].command
        here = compose.placed(words, {"6379": str(self.port), "/tls": str(self.tls)})
        self.process = servers.spawn([servers.binary("redis-server"), *here, "--bind", "127.0.0.1", "--dir", str(self.folder)], log=log)
        servers.wait_for(self.port, self.process, log)

    def stop(self) -> None:
        """By its process id."""
        servers.stop(self.process)


@pytest.fixture
def broker(installation: Stack, tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path, installation.folder / "tls" / "redis")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def whole(installation: Stack, broker: Broker) -> Iterator[Stack]:
    """Pages, worker and timetable, on a broker of their own."""
    places = {**installation.places, "CONCORD_BROKER_URL": f"rediss://localhost:{broker.port}/0"}
    stack = replace(installation, places=places, port=servers.free_port(), processes={})
    stack.start_pages()
    stack.start_worker("first")
    stack.start_timetable()
    yield stack
    stack.stop()


def letters(stack: Stack, address: str, reference: str) -> list[Any]:
    """The mails about it that this person was sent."""
    return [letter for letter in stack.letterbox.letters if address in str(letter["To"]) and reference in words(letter)]


def log_urgently(raiser: Caller) -> str:
    """Urgent: it goes out at once, at any hour of any day, and so do its messages."""
    receiving = next(agency["id"] for agency in raiser.get("agencies/")["agencies"] if "social care" in agency["name"].lower())
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    shown = raiser.post(
        "disputes/", receiving=[receiving], children=[CHILD], themes=["threshold"], basis="evidence", danger_now=False,
        is_urgent=True, respond_by=soon, **TYPED,
    )  # fmt: skip
    return str(shown["reference"])


def test_a_killed_worker_and_a_broker_that_went_away_make_mail_late_and_lose_none(whole: Stack, broker: Broker) -> None:
    raiser, manager, receiver = (Caller(whole, email) for email in (RAISER, MANAGER, RECEIVER))
    reference = log_urgently(raiser)
    whole.until(lambda: bool(letters(whole, RECEIVER, reference)), "the receiver's first mail", 90)
    _says_nothing_of_the_case(words(letters(whole, RECEIVER, reference)[0]))

    whole.kill("first")
    before = len(letters(whole, RAISER, reference))
    receiver.do(reference, "respond", answer="disagrees", reasons="No assessment is needed.")
    time.sleep(3)
    assert len(letters(whole, RAISER, reference)) == before
    whole.start_worker("second")
    whole.until(lambda: len(letters(whole, RAISER, reference)) > before, "the mail that the second worker sends", 90)

    broker.stop()
    _is_degraded(whole)
    known = len(letters(whole, RECEIVER, reference))
    manager.do(reference, "reject", reason="It does not speak to the child.")
    broker.start()
    whole.until(lambda: tended(whole) and len(letters(whole, RECEIVER, reference)) > known, "the mail after the broker came back", 120)
    waiting = "SELECT count(*) FROM escalation_notification WHERE is_urgent AND state = 'waiting'"
    # What a worker had taken when it ended is held for four minutes, and then sent.
    whole.until(lambda: tended(whole) and whole.query(waiting) == 0, "the last of the mail", 300)


def tended(stack: Stack) -> bool:
    """As a supervisor does (docker-compose.yml restarts what ends): a Celery worker that held a message when its broker went away may end itself."""
    for name, process in list(stack.processes.items()):
        if process.poll() is not None:
            del stack.processes[name]
            stack.start_timetable(f"{name}-again") if name.startswith("beat") else stack.start_worker(f"{name}-again")
    return True


def _says_nothing_of_the_case(mail: str) -> None:
    assert not [secret for secret in (*TYPED.values(), CHILD["initials"], CHILD["reference"], "Hillside", "Aled") if secret in mail]


def _is_degraded(whole: Stack) -> None:
    """Alive, and ready with a sentence that says what is behind."""
    assert whole.ask("GET", "/healthz")[0] == 200
    status, body = whole.ask("GET", "/readyz")
    assert (status, body["status"]) == (200, "degraded")
    assert any("broker" in sentence for sentence in body["why"])
