"""A mailed link for a passphrase: its code is in no address that a browser sends, and opens one thing, once."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from agencies.models import User
from agencies.services.passphrases import passphrase_link
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page

pytestmark = pytest.mark.django_db
NEW = {"password": "velvet anchor tumbles sideways"}


def code_of(user: User) -> str:
    """What the link carries behind the #; all that stands before it is the same for everybody."""
    link = urlsplit(passphrase_link(user))
    assert (link.path, link.query) == ("/passphrase/open/", "")
    return link.fragment


def test_a_mailed_code_comes_in_a_form_and_no_address_carries_it(cast: Cast, client: Client) -> None:
    code = code_of(cast.lead)
    page = Page(client.get("/passphrase/open/").content.decode())
    assert page.one("input", name="code").attrs["type"] == "text"
    first = client.post("/passphrase/open/", {"code": code})
    assert (first.status_code, first.headers["Location"]) == (302, "/passphrase/new/")
    shown = client.get("/passphrase/new/")
    assert (shown.status_code, code.partition(".")[2] in shown.content.decode()) == (200, False)
    assert client.post("/passphrase/new/", NEW).headers["Location"] == "/sign-in/"
    assert User.objects.get(pk=cast.lead.pk).check_password(NEW["password"])
    assert "no longer works" in client.get("/passphrase/new/").content.decode()


def test_the_whole_link_may_be_pasted(cast: Cast, client: Client) -> None:
    client.post("/passphrase/open/", {"code": f" {passphrase_link(cast.lead)} "})
    assert "Set passphrase" in client.get("/passphrase/new/").content.decode()


def test_the_address_opens_nothing_in_another_browser(cast: Cast, client: Client) -> None:
    client.post("/passphrase/open/", {"code": code_of(cast.lead)})
    assert "no longer works" in Client().get("/passphrase/new/").content.decode()
    Client().post("/passphrase/new/", NEW)
    assert User.objects.get(pk=cast.lead.pk).check_password(PASSWORD)


def test_a_code_for_somebody_else_or_made_up_or_of_a_closed_account_opens_nothing(cast: Cast, client: Client) -> None:
    key, _, token = code_of(cast.lead).partition(".")
    closed = code_of(cast.receiver)
    User.objects.filter(pk=cast.receiver.pk).update(is_active=False)
    for code in (f"{cast.raiser.pk}.{token}", f"{key}.x", f"{key}", f"x.{token}", ".", "\u2603", closed, f"{key}.{token}x"):
        client.post("/passphrase/open/", {"code": code})
        assert "no longer works" in client.get("/passphrase/new/").content.decode(), code
