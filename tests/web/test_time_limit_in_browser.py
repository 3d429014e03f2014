"""The warning before a session ends, in a real browser: it can be put off, and what is typed survives."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from agencies.models import KeptForm, Session
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.test_directory_in_browser import problems
from tests.web.test_keep_typing_in_browser import with_a_second_form
from tests.world import MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADD = "/directory/people/add/hillside-school/"


class Desk:
    """The school's lead on the page that adds somebody; the clocks of page and server move together."""

    def __init__(self, page: Page, site: str, cast: Cast, server: time_machine.Traveller) -> None:
        self.page, self.site, self.cast, self.server, self.now = page, site, cast, server, MONDAY
        page.clock.install(time=MONDAY)
        page.goto(site + ADD)
        self.sign_in()

    def sign_in(self) -> None:
        self.page.fill("[name=email]", self.cast.lead.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url(self.site + ADD)

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.server.move_to(self.now, tick=False)
        self.page.clock.fast_forward(seconds * 1000)


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.CONCORD_IDLE_MINUTES, settings.CONCORD_SESSION_HOURS = 30, 12


@pytest.fixture
def desk(page: Page, live_server: LiveServer, cast: Cast) -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False) as server:
        yield Desk(page, live_server.url, cast, server)


def test_it_warns_three_minutes_before_and_escape_puts_it_off(desk: Desk) -> None:
    desk.page.fill("[name=name]", "Ann New")
    desk.wait(26 * 60)
    expect(desk.page.get_by_role("dialog")).to_be_hidden()
    desk.wait(61)
    dialog = desk.page.get_by_role("dialog", name="You are about to be signed out")
    expect(dialog).to_be_visible()
    assert "3 minutes" in dialog.inner_text()
    assert problems(desk.page) == []
    desk.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    desk.wait(10 * 60)
    expect(dialog).to_be_hidden()
    expect(desk.page.locator("[name=name]")).to_have_value("Ann New")


def test_a_page_on_which_nothing_was_typed_ends_too(desk: Desk) -> None:
    desk.wait(27 * 60 + 1)
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    for _ in range(13):
        desk.wait(15)
    desk.page.wait_for_url("**/sign-in/?next=*")
    assert not Session.objects.filter(user=desk.cast.lead).exists()


def test_one_may_sign_out_at_once_from_the_warning_and_each_form_is_kept(desk: Desk) -> None:
    desk.page.route(f"**{ADD}", with_a_second_form)
    desk.page.reload()
    desk.wait(27 * 60 + 1)
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.page.evaluate("document.querySelectorAll('[name=job_title], [name=more]').forEach((field) => { field.value = 'Teacher'; })")
    desk.page.get_by_role("button", name="Sign out now").click()
    desk.page.wait_for_url("**/sign-in/?next=*")
    assert not Session.objects.filter(user=desk.cast.lead).exists()
    assert set(KeptForm.objects.values_list("action", flat=True)) == {ADD, "/elsewhere/"}


def test_who_does_not_come_back_in_time_finds_every_word_after_signing_in(desk: Desk) -> None:
    desk.page.fill("[name=name]", "Ann New")
    desk.page.fill("[name=job_title]", "Teacher\u2019s “aide”")
    desk.wait(27 * 60 + 1)
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    for _ in range(13):
        desk.wait(15)
    desk.page.wait_for_url("**/sign-in/?next=*")
    assert "What you had typed is kept" in desk.page.inner_text("main")
    desk.sign_in()
    expect(desk.page.locator("[name=name]")).to_have_value("Ann New")
    expect(desk.page.locator("[name=job_title]")).to_have_value("Teacher\u2019s “aide”")
    stored = desk.page.evaluate("[localStorage.length, sessionStorage.length]")
    assert stored == [0, 0]
