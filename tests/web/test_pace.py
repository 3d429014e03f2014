"""Who does very much in a few minutes is stopped, never in what is urgent; and what is refused is a line without what was typed."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver

from agencies.services import pace
from agencies.services.identity.tries import forget_old_tries
from escalation.models import Dispute, Draft
from tests.access.routes import routes
from tests.cast import Cast
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
HEAVY = {
    "report-make", "report-data", "report-issue", "report-download", "report-html", "report-cover", "agency-data", "agency-scorecard", "board-data",
    "processing-data", "standing-make", "standing-data", "document-pdf", "search", "case-print", "access-file", "earlier-log", "one-child",
    "directory-import", "findings-data", "audit-data",
}  # fmt: skip
GO_ON = {"log", "log-danger", "log-door", "log-step", "log-check", "log-past", "verb"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def marked(name: str) -> set[str]:
    return {route for route, pattern in routes(get_resolver()) if getattr(pattern.callback, name, False)}


def test_these_pages_cost_much_or_give_out_much_and_these_take_what_is_urgent() -> None:
    assert marked("is_heavy") == HEAVY
    assert marked("goes_on_where") == GO_ON


def in_as(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_searches_stop_at_the_number_for_this_person_alone_until_the_ten_minutes_are_over(cast: Cast, settings: Any, clock: Any) -> None:
    settings.CONCORD_HEAVY_IN_TEN_MINUTES = 3
    client = in_as(cast.raiser)
    assert [client.post("/search/", {"q": "ESC-1"}).status_code for _ in range(4)] == [200, 200, 200, 429]
    stopped = client.post("/search/", {"q": "ESC-1"})
    assert "You have done very much in a few minutes" in stopped.content.decode()
    left = int(stopped.headers["Retry-After"])
    assert 0 < left <= 600
    assert in_as(cast.receiver).post("/search/", {"q": "ESC-1"}).status_code == 200
    assert client.get("/my-work/").status_code == 200
    clock.shift(timedelta(seconds=left))
    assert client.post("/search/", {"q": "ESC-1"}).status_code == 200


def test_counts_are_forgotten_once_they_count_no_more(cast: Cast, settings: Any, clock: Any) -> None:
    assert pace.step(pace.FORMS, cast.raiser.pk, now=MONDAY) == 0
    assert forget_old_tries(MONDAY + timedelta(minutes=10)) == 0
    assert forget_old_tries(MONDAY + timedelta(minutes=16)) == 1


def test_forms_stop_at_the_number_and_what_is_urgent_goes_on(cast: Cast, settings: Any, clock: Any) -> None:
    world = World(cast)
    plain, urgent = world.sent(), world.sent()
    Dispute.objects.filter(pk=urgent.pk).update(is_urgent=True)
    client = in_as(cast.raiser)
    settings.CONCORD_FORMS_IN_TEN_MINUTES = 0
    note = {"text": "A note."}
    stopped = client.post(f"/d/{plain.reference}/add-note/", note)
    assert (stopped.status_code, "A note." in stopped.content.decode()) == (429, True)
    assert client.post(f"/d/{urgent.reference}/add-note/", note).status_code != 429
    assert client.post("/log/danger/", {}).status_code != 429
    # Nobody who is stopped learns by it that there is an urgent one which is not theirs.
    addresses = [f"/d/{reference}/add-note/" for reference in (urgent.reference, plain.reference, "ESC-ZZZZZZ")]
    assert [in_as(cast.stranger).post(address, note).status_code for address in addresses] == [429] * 3


def test_a_draft_that_is_said_to_be_urgent_goes_on_and_another_does_not(cast: Cast, settings: Any, clock: Any) -> None:
    World(cast).log()
    client = in_as(cast.raiser)
    client.post("/log/", {})
    draft = Draft.objects.select_related("dispute").first()
    assert draft is not None
    settings.CONCORD_FORMS_IN_TEN_MINUTES = 0
    answered = {}
    for urgent in (False, True):
        Draft.objects.filter(pk=draft.pk).update(answers=draft.answers | {"danger_now": False, "is_urgent": urgent})
        answered[urgent] = client.post(f"/log/{draft.dispute.reference}/tried/", {}).status_code
    assert (answered[False], answered[True] != 429) == (429, True)


def test_a_refused_form_and_a_limit_are_lines_without_what_was_typed(cast: Cast, settings: Any, clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    client = in_as(cast.lead)
    with caplog.at_level(logging.INFO, logger="config.middleware"):
        client.post("/account/passphrase/", {"old_password": "s3cr3t-typed", "password": ""})
        settings.CONCORD_HEAVY_IN_TEN_MINUTES = 0
        client.post("/search/", {"q": "s3cr3t-typed"})
    lines = [record.getMessage() for record in caplog.records if record.name == "config.middleware"]
    assert lines == [
        f"Refused what was sent: POST passphrase-change, ChangeForm.password, by {cast.lead.pk}",
        f"Refused with 429: POST search by {cast.lead.pk}",
    ]
