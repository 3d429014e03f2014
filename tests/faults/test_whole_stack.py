"""All of production's processes at once, and one disagreement through them while the worker dies and the broker goes away: late, never lost."""

import json
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
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
SAID = {"respond": "No assessment is needed.", "reject": "It does not speak to the child."}
# Who it is about, what was typed, and of whom: people, agencies and their codes.
SECRETS = [
    *TYPED.values(), *SAID.values(), CHILD["reference"], CHILD["born_on"], "1 May 2015", r"\bQX\b",
    "Hillside", "hillside", "ocial Care", "social-care",
    "Aled", "Priya", "Rashida", "aled.morgan", "priya.nair", "rashida.shah",
]  # fmt: skip
# Has a role and no post, and no part in any other test.
LEAVER = "sinead.gallagher@harbour.northshire.example"


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

    def holds(self) -> str:
        """Every key and everything under it, as text; of messages what they carry, unpacked."""
        pair = {"ssl_certfile": str(self.tls / "certificate.pem"), "ssl_keyfile": str(self.tls / "key.pem")}
        with redis.Redis(port=self.port, ssl=True, ssl_ca_certs=str(self.tls / "authority.pem"), decode_responses=True, **pair) as asked:
            kept = [text for key in asked.scan_iter() for text in (key, *self._under(asked, key))]
        return "\n".join([*kept, *(b64decode(message["body"]).decode() for message in map(_message, kept) if "body" in message)])

    @staticmethod
    def _under(asked: Any, key: str) -> list[str]:
        reads: dict[str, Callable[[], Any]] = {
            "string": lambda: [asked.get(key)], "list": lambda: asked.lrange(key, 0, -1), "set": lambda: asked.smembers(key),
            "zset": lambda: asked.zrange(key, 0, -1), "hash": lambda: asked.hvals(key),
        }  # fmt: skip
        return [str(one) for one in reads[asked.type(key)]()]


def _message(text: str) -> dict[str, Any]:
    """A message of the queue; of one that a worker has taken the first of three parts; else nothing."""
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    first = read[0] if isinstance(read, list) and read else read
    return first if isinstance(first, dict) else {}


@pytest.fixture
def broker(installation: Stack, tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path, installation.folder / "tls" / "redis")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def whole(installation: Stack, broker: Broker) -> Iterator[Stack]:
    """Pages, worker and timetable, on a broker of their own; no other is at work on the same rows."""
    installation.stop()
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
    assert said_of_the_case(words(letters(whole, RECEIVER, reference)[0])) == []

    whole.kill("first")
    before = len(letters(whole, RAISER, reference))
    receiver.do(reference, "respond", answer="disagrees", reasons=SAID["respond"])
    time.sleep(3)
    held = broker.holds()
    assert "escalation.tasks.deliver" in held
    assert said_of_the_case(held) == []
    assert len(letters(whole, RAISER, reference)) == before
    whole.start_worker("second")
    whole.until(lambda: len(letters(whole, RAISER, reference)) > before, "the mail that the second worker sends", 90)

    broker.stop()
    _is_degraded(whole)
    known = len(letters(whole, RECEIVER, reference))
    manager.do(reference, "reject", reason=SAID["reject"])
    broker.start()
    whole.until(lambda: tended(whole) and len(letters(whole, RECEIVER, reference)) > known, "the mail after the broker came back", 120)
    waiting = "SELECT count(*) FROM escalation_notification WHERE is_urgent AND state = 'waiting'"
    # What a worker had taken when it ended is held for four minutes, and then sent.
    whole.until(lambda: tended(whole) and whole.query(waiting) == 0, "the last of the mail", 300)
    _access_ends(whole)
    logs = {path.name: path.read_text(errors="replace") for path in (*whole.folder.glob("*.log"), *broker.folder.glob("*.log"))}
    assert {"pages.log", "first.log", "second.log", "beat.log", "broker.log"} <= set(logs)
    assert reference in logs["pages.log"], "the addresses of programs' calls"
    assert {name: found for name, text in logs.items() if (found := said_of_the_case(text))} == {}


def tended(stack: Stack) -> bool:
    """As a supervisor does (docker-compose.yml restarts what ends): a Celery worker that held a message when its broker went away may end itself."""
    for name, process in list(stack.processes.items()):
        if process.poll() is not None:
            del stack.processes[name]
            stack.start_timetable(f"{name}-again") if name.startswith("beat") else stack.start_worker(f"{name}-again")
    return True


def said_of_the_case(text: str) -> list[str]:
    """Which of the secrets stand in it."""
    return [secret for secret in SECRETS if re.search(secret, text)]


def _access_ends(stack: Stack) -> None:
    """The last role's last day is over, by nothing but a row of the database: within a minute the token that was there opens nothing."""
    token = Caller(stack, LEAVER).token
    assert stack.ask("GET", "/api/v1/me/", token=token)[0] == 200
    ended = (
        "UPDATE agencies_membership SET until = current_date - 2 FROM agencies_user u WHERE u.id = user_id AND u.email LIKE 'sinead.%' RETURNING 1"
    )
    assert stack.query(ended) == 1
    stack.until(lambda: tended(stack) and stack.ask("GET", "/api/v1/me/", token=token)[0] == 401, "the end of access", 60)


def _is_degraded(whole: Stack) -> None:
    """Alive, and ready with a sentence that says what is behind."""
    assert whole.ask("GET", "/healthz")[0] == 200
    status, body = whole.ask("GET", "/readyz")
    assert (status, body["status"]) == (200, "degraded")
    assert any("broker" in sentence for sentence in body["why"])
