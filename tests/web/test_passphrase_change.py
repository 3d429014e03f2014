"""Changing one's own passphrase: the old one is asked for, and nobody who knew it stays in."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.models import SignInEvent
from agencies.services.tokens import make_token
from agencies.sign_ins import SignInKind
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
PAGE, NEW = "/account/passphrase/", "heron lamp seven violin"


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.raiser)
    return client


def change(client: Client, old: str = PASSWORD, new: str = NEW) -> Any:
    return client.post(PAGE, {"old_password": old, "password": new})


def test_the_new_one_holds_and_whoever_is_in_elsewhere_is_out(cast: Cast) -> None:
    here, elsewhere, program = browser(cast), browser(cast), Caller(None)
    program.client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(cast.raiser, now=MONDAY).secret}")
    before = here.session.session_key
    assert change(here).headers["Location"] == "/account/"
    cast.raiser.refresh_from_db()
    assert cast.raiser.check_password(NEW)
    assert here.get("/my-work/").status_code == 200
    assert here.session.session_key != before
    assert elsewhere.get("/my-work/").status_code == 302
    assert program.get("me/").status_code == 401
    assert SignInEvent.objects.filter(user=cast.raiser, kind=SignInKind.PASSPHRASE_SET).count() == 1


def test_a_wrong_old_one_changes_nothing_and_counts_as_a_try(cast: Cast) -> None:
    client = browser(cast)
    assert "This is not your passphrase" in Page(change(client, old="not mine at all").content.decode()).one("main").text
    for _ in range(9):
        answer = change(client, old="not mine at all")
    assert answer.status_code == 429
    cast.raiser.refresh_from_db()
    assert cast.raiser.check_password(PASSWORD)


def test_a_poor_new_one_is_refused_before_the_old_one_is_looked_at(cast: Cast) -> None:
    page = Page(change(browser(cast), new="concordconcord").content.decode())
    assert "three or four words" in page.one("main").text
    assert page.one("input", name="old_password").attrs.get("value", "") == ""
    cast.raiser.refresh_from_db()
    assert cast.raiser.check_password(PASSWORD)


def test_somebody_without_a_passphrase_is_led_to_the_link(cast: Cast) -> None:
    client = Client()
    cast.raiser.set_unusable_password()
    cast.raiser.save()
    client.force_login(cast.raiser)
    assert client.get(PAGE).headers["Location"] == "/passphrase/"


def test_the_account_leads_there(cast: Cast) -> None:
    assert Page(browser(cast).get("/account/").content.decode()).one("a", href=PAGE).text == "Change your passphrase"
