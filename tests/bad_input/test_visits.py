"""What a browser or a program brings along, and what is sent before anybody is signed in."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from agencies.web.access import page_of
from tests.access.routes import Addresses
from tests.bad_input.driving import browser, nothing_stored
from tests.bad_input.reading import spelled, table

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_no_cookie_signs_anybody_in_or_stops_anybody() -> None:
    with nothing_stored() as drive:
        for name, value, address, status, words in table("visits")["cookies"]:
            answer = browser(None).get(address, headers={"Cookie": f"{name}={spelled(value)}"})
            drive.check((name, value), answer, status, words)


def test_no_header_stops_anybody(settings: Any) -> None:
    settings.CONCORD_PROXIES = 1
    with nothing_stored() as drive:
        for name, value, address, status, words in table("visits")["headers"]:
            drive.check((name, value), browser(None).get(address, headers={name: spelled(value)}), status, words)


def test_no_token_but_a_good_one_is_taken(settings: Any) -> None:
    with nothing_stored() as drive:
        for name, value, path, status, words in table("visits")["programs"]:
            drive.check((name, value), browser(None).get(f"/api/v1/{path}", headers={name: spelled(value)}), status, words)


def posted(client: Client, address: str, form: dict[str, str]) -> Any:
    return client.post(spelled(address), {name: spelled(value) for name, value in form.items()})


def encoded(client: Client, address: str, form: dict[str, str]) -> Any:
    """As a browser sends a form without files."""
    text = "&".join(f"{name}={quoted(spelled(value))}" for name, value in form.items())
    return client.post(spelled(address), text, content_type="application/x-www-form-urlencoded")


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_the_doors_before_signing_in_refuse_what_is_no_answer(db: None) -> None:
    with nothing_stored() as drive:
        for number, (address, form, status, words) in enumerate(table("visits")["doors"]):
            # Each from a place of its own: many wrong tries from one would be slowed.
            client = browser(None, REMOTE_ADDR=f"192.0.2.{number}")
            drive.check((address, form), encoded(client, address, form), status, words)
            drive.check((address, form), posted(client, address, form), status, words)


def test_the_pages_of_ones_own_account_refuse_what_is_no_answer(addresses: Addresses) -> None:
    with nothing_stored(changing=("agencies_user",)) as drive:
        for address, form, status, words in table("visits")["inside"]:
            drive.check((address, form), encoded(browser(addresses.cast.raiser), address, form), status, words)


@pytest.mark.parametrize("came_from", ["http://[", "http://testserver", "http://testserver:x/", "//[", "", "\x7f", "http://testserver/d/%00/"])
def test_a_broken_word_on_where_one_came_from_is_no_error(came_from: str) -> None:
    request = RequestFactory().post("/here/", headers={"Referer": came_from})
    assert page_of(request).startswith("/")
