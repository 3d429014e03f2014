"""A form with a character that cannot be stored: refused before any page, and every answer given back to whoever typed it on a page of ours."""

import pytest
from django.test import Client

from escalation.models import Dispute
from tests.cast import Cast
from tests.web.page import Page

pytestmark = pytest.mark.django_db
TYPED = {"answer": "partly", "reasons": "We looked\0 again.", "actions": "A visit."}


@pytest.fixture
def browser(cast: Cast) -> Client:
    """The receiver's, with forms' tokens checked as in use."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.receiver)
    return client


def test_with_the_pages_token_everything_typed_comes_back_short_answers_too(browser: Client, dispute: Dispute) -> None:
    page = f"/d/{dispute.reference}/respond/"
    token = Page(browser.get(page).content.decode()).all("input", name="csrfmiddlewaretoken")[0].attrs["value"]
    answer = browser.post(page, {**TYPED, "csrfmiddlewaretoken": token})
    shown = Page(answer.content.decode())
    assert answer.status_code == 400
    assert "It is in: reasons." in shown.one("main").text
    given_back = [one.attrs["value"] for one in shown.all("input", readonly="")]
    assert given_back == ["partly", "We looked\ufffd again.", "A visit."]
    assert token not in shown.one("main").text


@pytest.mark.parametrize("forged", [{}, {"csrfmiddlewaretoken": "a" * 64}])
def test_what_another_site_posts_is_refused_and_never_shown(browser: Client, dispute: Dispute, forged: dict[str, str]) -> None:
    page = f"/d/{dispute.reference}/respond/"
    browser.get(page)
    answer = browser.post(page, {**TYPED, **forged}, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 400
    assert "A visit." not in answer.content.decode()
