"""A form that was open while its writer signed out and in again in another window: its words wait on its page for them, and for nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.models import KeptForm, Membership
from agencies.services.identity import kept_forms
from agencies.web.identity.form_secret import was_given_to
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
ADD = "/directory/people/add/hillside-school/"
TYPED = {"name": "O’Brien & <Sons>", "email": "o.brien@example.org", "phone": "0117 900 0123", "role": "manager", "job_title": 'Head of "Year"'}
OURS = {"Origin": "http://testserver", "Referer": f"http://testserver{ADD}", "Sec-Fetch-Site": "same-origin"}


class Browser:
    """A browser with several windows, whose forms carry the token of the page they stand on, as the product asks."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.client = cast, Client(enforce_csrf_checks=True)
        self.sign_in()

    def sign_in(self, part: str = "lead") -> None:
        sent = {"email": getattr(self.cast, part).email, "password": PASSWORD, "csrfmiddlewaretoken": self.token_on("/sign-in/")}
        assert self.client.post("/sign-in/", sent).status_code == 302

    def sign_out(self) -> None:
        self.client.post("/sign-out/", {"csrfmiddlewaretoken": self.token_on("/account/")})

    def token_on(self, address: str) -> str:
        return Page(self.client.get(address).content.decode()).all("input", name="csrfmiddlewaretoken")[0].attrs["value"]

    def send(self, token: str, headers: dict[str, str] = OURS, **more: str) -> Any:
        return self.client.post(ADD, TYPED | {"csrfmiddlewaretoken": token} | more, headers=headers)

    def shown(self) -> Page:
        return Page(self.client.get(ADD).content.decode())


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.CONCORD_IDLE_MINUTES, settings.CONCORD_SESSION_HOURS = 30, 12


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(cast: Cast, clock: time_machine.Traveller) -> Browser:
    return Browser(cast)


@pytest.fixture
def old(browser: Browser) -> str:
    """The token of a form that was open while the lead signed out and in again."""
    token = browser.token_on(ADD)
    browser.sign_out()
    browser.sign_in()
    return token


def nothing_done(browser: Browser) -> bool:
    return not Membership.objects.filter(user__email=TYPED["email"]).exists()


def test_the_form_opens_with_every_word_says_why_and_was_not_sent(browser: Browser, old: str) -> None:
    answer = browser.send(old)
    assert (answer.status_code, answer["Location"], nothing_done(browser)) == (302, ADD, True)
    page = browser.shown()
    words = page.one("main").text + " ".join(one.text for one in page.all("div", class_="govuk-notification-banner"))
    assert ("signed out or in again in another window" in words, "It has not been sent yet" in words) == (True, True)
    assert {name: page.one("input", name=name).attrs["value"] for name in ("name", "email", "job_title")} == {
        name: TYPED[name] for name in ("name", "email", "job_title")
    }
    sent = browser.send(browser.token_on(ADD))
    assert (sent.status_code, nothing_done(browser), KeptForm.objects.exists()) == (302, False, False)


def test_a_session_that_ended_by_time_and_was_begun_anew_in_another_window_is_the_same(browser: Browser, clock: time_machine.Traveller) -> None:
    token = browser.token_on(ADD)
    clock.shift(timedelta(hours=2))
    browser.client.get("/directory/")
    browser.sign_in()
    assert browser.send(token)["Location"] == ADD
    assert browser.shown().one("input", name="name").attrs["value"] == TYPED["name"]


def test_another_person_who_signed_in_there_is_kept_nothing_and_the_writer_neither(browser: Browser, cast: Cast) -> None:
    token = browser.token_on(ADD)
    browser.sign_out()
    browser.sign_in("receiving_lead")
    assert browser.send(token).status_code == 403
    assert not KeptForm.objects.exists()
    browser.client.post("/sign-out/", {"csrfmiddlewaretoken": browser.token_on("/account/")})
    browser.sign_in()
    assert browser.shown().one("input", name="name").attrs.get("value", "") == ""


@pytest.mark.parametrize(
    "headers", [{}, OURS | {"Origin": "https://elsewhere.example"}, {"Referer": "https://elsewhere.example/"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_what_another_site_posts_is_never_kept_though_it_knew_the_old_token(browser: Browser, old: str, headers: dict[str, str]) -> None:
    answer = browser.send(old, headers=headers)
    assert (answer.status_code, KeptForm.objects.exists(), TYPED["name"] in answer.content.decode()) == (403, False, False)


@pytest.mark.parametrize("token", ["", "x" * 64, "é" * 64, "x" * 32, "0" * 63])
def test_a_token_that_was_given_to_nobody_keeps_nothing_and_the_words_are_there_to_copy(browser: Browser, token: str) -> None:
    answer = browser.send(token)
    page = Page(answer.content.decode())
    assert (answer.status_code, KeptForm.objects.exists(), nothing_done(browser)) == (403, False, True)
    assert TYPED["name"] in {one.attrs.get("value") for one in page.all("input")}


def test_what_was_typed_in_the_new_window_stays_and_the_old_words_are_there_to_copy(
    browser: Browser, old: str, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=1))
    kept_forms.keep_form(user=cast.lead, page=ADD, action=ADD, typed=[("name", ["Newer"])], now=MONDAY + timedelta(minutes=1))
    answer = browser.send(old)
    assert (answer.status_code, TYPED["email"] in answer.content.decode()) == (403, True)
    assert browser.shown().one("input", name="name").attrs["value"] == "Newer"


def test_what_was_kept_of_the_same_form_before_gives_way_to_what_is_sent_of_it(browser: Browser, cast: Cast, clock: time_machine.Traveller) -> None:
    token = browser.token_on(ADD)
    kept_forms.keep_form(user=cast.lead, page=ADD, action=ADD, typed=[("name", ["O’Br"])], now=MONDAY)
    clock.shift(timedelta(minutes=1))
    browser.sign_out()
    browser.sign_in()
    assert browser.send(token).status_code == 302
    assert browser.shown().one("input", name="name").attrs["value"] == TYPED["name"]


def test_where_no_more_pages_are_kept_the_words_are_there_to_copy(browser: Browser, old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 0)
    answer = browser.send(old)
    assert (answer.status_code, TYPED["email"] in answer.content.decode(), KeptForm.objects.exists()) == (403, True, False)


def test_a_session_whose_time_is_over_keeps_nothing_by_it(browser: Browser, old: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=2))
    assert (browser.send(old).status_code, KeptForm.objects.exists()) == (403, False)


def test_each_signing_in_draws_another_secret_that_only_its_own_person_fits(browser: Browser, old: str, cast: Cast) -> None:
    new = browser.token_on(ADD)
    assert browser.send(new).status_code == 302
    assert [was_given_to(cast.lead, token) for token in (old, new)] == [True, True]
    assert not any(was_given_to(user, old) for _part, user in cast.users() if user != cast.lead)
    assert browser.client.cookies["csrftoken"].value[:16] not in {old[:16], new[:16]}
