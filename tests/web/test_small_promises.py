"""Small promises of the table of OWASP's requirements that no test of a page happens to show."""

import logging
import math
import secrets
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.db import models
from django.test import Client

from agencies.models import User
from agencies.services.passphrases import passphrase_link
from agencies.sessions import SessionStore
from escalation.engine.perform import Seen
from escalation.models import Dispute, EventBody
from escalation.states import EventKind
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LONG = "the quick brown heron waits beside the 64th lock; ‘über’ 水 " * 8


@pytest.mark.parametrize("length", [64, 500])
def test_a_passphrase_of_64_characters_and_many_more_is_taken_whole(cast: Cast, length: int) -> None:
    passphrase, client = LONG[:length], Client()
    client.post("/passphrase/open/", {"code": passphrase_link(cast.lead)})
    assert client.post("/passphrase/new/", {"password": passphrase}).status_code == 302
    assert client.post("/sign-in/", {"email": cast.lead.email, "password": passphrase[:-1]}).status_code == 200
    assert client.post("/sign-in/", {"email": cast.lead.email, "password": passphrase}).status_code == 302


def test_no_hint_of_a_passphrase_and_no_secret_question_is_kept_or_asked(cast: Cast) -> None:
    tables: list[Any] = [User, *related(User)]
    kept = {field.name for table in tables for field in table._meta.get_fields()}
    assert "password" in kept
    assert [name for name in kept if any(word in name for word in ("hint", "question", "answer", "reminder"))] == []
    asked = {page: visible(Client().get(page).content.decode()) for page in ("/sign-in/", "/passphrase/")}
    assert asked == {"/sign-in/": ["email", "password"], "/passphrase/": ["email"]}


def visible(page: str) -> list[str]:
    """The fields that a page asks for."""
    return [one.attrs["name"] for one in Page(page).all("input") if one.attrs.get("type") != "hidden"]


def related(model: type[models.Model]) -> list[type[models.Model]]:
    """The tables of the directory that belong to one account."""
    found: list[Any] = [one.related_model for one in model._meta.related_objects if one.related_model._meta.app_label == "agencies"]
    return found


def test_a_session_key_is_drawn_from_more_than_128_random_bits() -> None:
    store: Any = SessionStore()
    keys = {store._get_new_session_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}
    assert 32 * math.log2(len(set(VALID_KEY_CHARS))) > 128
    assert set("".join(keys)) == set(VALID_KEY_CHARS), "every sign is drawn"
    assert type(store)._get_new_session_key.__globals__["get_random_string"].__globals__["secrets"] is secrets


def test_a_session_that_somebody_made_up_opens_nothing_and_is_not_taken_over(cast: Cast) -> None:
    """A key that was put into the browser beforehand is not the one that signing in goes on with."""
    client, made_up = Client(), "a" * 32
    client.cookies["sessionid"] = made_up
    assert client.get("/account/").headers["Location"] == "/sign-in/?next=/account/"
    client.post("/sign-in/", {"email": cast.lead.email, "password": PASSWORD})
    assert client.get("/account/").status_code == 200
    assert client.cookies["sessionid"].value != made_up
    client.cookies["sessionid"] = made_up
    assert client.get("/account/").status_code == 302


def test_a_passphrase_is_checked_exactly_as_typed(cast: Cast) -> None:
    for typed in (f" {PASSWORD}", f"{PASSWORD} ", PASSWORD.swapcase(), f"{PASSWORD}\x00"):
        assert Client().post("/sign-in/", {"email": cast.lead.email, "password": typed}).status_code in {200, 400}, typed
    assert Client().post("/sign-in/", {"email": cast.lead.email, "password": PASSWORD}).status_code == 302


def test_an_installation_begins_without_an_account(db: None) -> None:
    assert not User.objects.exists()


def test_an_address_with_line_breaks_is_one_line_of_the_log(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [caplog.handler])
    client.get("/no-such-page%0d%0aERROR%20forged%20%e2%80%a8/")
    assert "forged" in caplog.text
    assert not [record for record in caplog.records if len(record.getMessage().splitlines()) > 1]


def test_no_folder_lists_what_is_in_it(client: Client) -> None:
    assert client.get("/static/css/concord.css").status_code == 200
    for folder in ("/static/", "/static/css/", "/static", "/static/../", "/files/", "/media/"):
        answer = client.get(folder)
        assert answer.status_code == 404 or answer.headers["Location"].startswith(("/sign-in/", "/static/")), folder
        assert "concord.css" not in answer.content.decode().partition("<body")[2], folder


def note_of(dispute: Dispute) -> str:
    return str(EventBody.objects.get(event__dispute=dispute, event__kind=EventKind.NOTE).text["text"])


def test_what_stands_in_the_address_is_never_taken_for_what_a_form_sends(cast: Cast, dispute: Dispute) -> None:
    client = Client()
    client.force_login(cast.receiver)
    seen = str(Seen.of(dispute))
    page = f"/d/{dispute.reference}/add-note/?text=From+the+address.&private=on&seen=1.99&confirmed=1"
    assert client.post(page, {"seen": seen}).status_code == 400
    assert client.post(page, {"seen": seen, "text": "From the form."}).status_code == 302
    assert note_of(dispute) == "From the form."
    assert not dispute.events.get(kind=EventKind.NOTE).facts.get("private")


def test_nor_for_what_a_call_sends(cast: Cast, dispute: Dispute) -> None:
    call, seen = f"disputes/{dispute.reference}/add_note/?text=From+the+address.&private=true", str(Seen.of(dispute))
    with time_machine.travel(MONDAY, tick=False):
        assert Caller(cast.receiver).post(call, {"seen": seen}).status_code == 400
        assert Caller(cast.receiver).post(call, {"seen": seen, "text": "From the body."}).status_code == 200
    assert note_of(dispute) == "From the body."
