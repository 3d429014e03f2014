from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone
from kombu import Connection

from config.celery import app
from escalation.models import Dispute, Heartbeat
from escalation.services.failing import note_failure, settle
from escalation.services.files.scanning import watch_scanner
from escalation.states import Job
from tests.escalation.attached import daemon, nobody

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def swept(minutes_ago: int) -> None:
    Heartbeat.objects.create(name=Job.SWEEP, finished_at=timezone.now() - timedelta(minutes=minutes_ago))


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


def fails(body: dict[str, Any]) -> list[str]:
    """What fails: of a partnership there may be more to say, such as that bank holidays are not known for long any more."""
    return [words for words in body["why"] if "fails" in words]


def test_a_living_process_says_so_to_anyone(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_it_is_ready_when_the_sweep_has_just_run(client: Client) -> None:
    swept(minutes_ago=1)
    assert ready(client) == (200, {"status": "ready", "why": []})


def test_a_late_sweep_is_told(client: Client) -> None:
    swept(minutes_ago=12)
    assert ready(client) == (200, {"status": "degraded", "why": ["The sweep last finished 12 minutes ago."]})


def test_what_the_jobs_could_not_do_is_told_until_it_is_done(client: Client, dispute: Dispute) -> None:
    swept(minutes_ago=1)
    note_failure(dispute.pk, Job.SWEEP, "It failed.", timezone.now())
    note_failure(dispute.pk, Job.PASS_ON, "It failed.", timezone.now())
    again = "in 1 disagreement: it is tried again, and the log says why."
    status, body = ready(client)
    assert (status, body["status"], fails(body)) == (200, "degraded", [f"The sweep fails {again}", f"Passing on what somebody left fails {again}"])
    settle(Job.SWEEP, [dispute.pk], timezone.now())
    assert fails(ready(client)[1]) == [f"Passing on what somebody left fails {again}"]


def test_a_sweep_that_never_ran_is_told(client: Client) -> None:
    assert ready(client) == (200, {"status": "degraded", "why": ["The sweep has not run yet."]})


def test_a_broker_that_is_away_is_told_and_does_not_close_the_doors(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    swept(minutes_ago=1)
    monkeypatch.setattr(app, "connection_for_write", lambda: Connection("redis://127.0.0.1:1/0"))
    status, body = ready(client)
    assert status == 200
    assert body == {"status": "degraded", "why": ["The message broker does not answer: jobs wait, nothing is lost."]}


def test_a_virus_scanner_that_is_away_is_told_and_one_that_answers_is_not(client: Client, settings: Any) -> None:
    """As its job last found it."""
    swept(minutes_ago=1)
    settings.CONCORD_SCANNER = nobody()
    assert ready(client) == (200, {"status": "degraded", "why": ["Whether the virus scanner answers was not asked yet."]})
    watch_scanner(timezone.now())
    assert ready(client) == (200, {"status": "degraded", "why": ["The virus scanner does not answer: files are refused until it does."]})
    with daemon(lambda _: b"stream: OK\0") as settings.CONCORD_SCANNER:
        watch_scanner(timezone.now())
    assert ready(client) == (200, {"status": "ready", "why": []}), "it is away by now: nobody is asked here"
    watch_scanner(timezone.now() - timedelta(minutes=9))
    assert ready(client)[1]["why"] == ["Whether the virus scanner answers was last asked 9 minutes ago."]
    settings.CONCORD_SCANNER = ""
    assert ready(client) == (200, {"status": "ready", "why": []})


def test_without_the_database_it_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "ensure_connection", away)
    status, body = ready(client)
    assert (status, body["status"]) == (503, "unavailable")


def test_it_cannot_be_written_to(client: Client) -> None:
    assert client.post("/readyz").status_code == 405
