"""A mailed link for a passphrase: its token leaves the address with its first opening."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.services.passphrases import passphrase_link
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW = {"password": "velvet anchor tumbles sideways"}


def test_a_mailed_token_is_exchanged_for_a_session_and_an_address_without_it(cast: Cast, client: Client) -> None:
    link = passphrase_link(cast.lead)
    key, token = link.rstrip("/").split("/")[-2:]
    first = client.get(link)
    there = first.headers["Location"]
    assert (first.status_code, there) == (302, reverse("passphrase-set", args=[key, "set-password"]))
    page = client.get(there)
    assert (page.status_code, token in page.content.decode()) == (200, False)
    assert client.post(there, NEW).headers["Location"] == reverse("sign-in")
    assert User.objects.get(pk=cast.lead.pk).check_password(NEW["password"])


def test_the_address_without_the_token_opens_nothing_in_another_browser(cast: Cast, client: Client) -> None:
    there = client.get(passphrase_link(cast.lead)).headers["Location"]
    assert "no longer works" in Client().get(there).content.decode()
    Client().post(there, NEW)
    assert not User.objects.get(pk=cast.lead.pk).check_password(NEW["password"])
