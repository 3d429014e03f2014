"""What stands before every page."""

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.mark.django_db
def test_no_browser_keeps_what_a_signed_in_person_saw(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.raiser)
    assert client.get("/directory/")["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_the_sign_in_page_and_health_are_not_a_persons() -> None:
    assert "no-store, private" not in Client().get("/healthz").get("Cache-Control", "")
