"""Logging in a real browser: without scripts, on a phone, with Back and Refresh, and by the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from agencies.models import User
from escalation.models import Dispute, Draft
from escalation.states import State
from tests.cast import Cast
from tests.journeys.closely import NARROW
from tests.journeys.window import Lookout, Window
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Desk:
    """One person at a window, logging."""

    def __init__(self, cast: Cast, window: Window) -> None:
        self.cast, self.window = cast, window

    def begin(self) -> None:
        self.window.go("/log/")
        self.window.go("/log/")
        self.window.fill(danger="no", door="none")
        self.window.press("Continue")

    def who(self) -> None:
        self.window.fill(receiving=str(self.cast.social_care.pk))
        self.window.press("Continue")
        self.window.fill(child__0__initials="AB", child__0__reference="S-1")
        for index, part in enumerate(("1", "may", "2015")):
            self.window.page.fill(f'[name="child-0-born_{index}"]', part)
        self.window.press("Continue")

    def what(self) -> None:
        self.window.fill(themes="threshold", what="The referral was closed.", basis="evidence")
        self.window.press("Continue")
        self.window.fill(impact="The child goes home to it.", outcome_sought="An assessment.")
        self.window.press("Continue")
        self.window.fill(tried="Two calls.")
        self.window.press("Continue")


@pytest.fixture
def browser_window(cast: Cast, live_server: LiveServer, browser: Browser) -> Iterator[Window]:
    """The raiser's window, its scripts switched off."""
    World(cast)
    context = browser.new_context(java_script_enabled=False)
    yield Window(context, live_server.url, cast.raiser, Lookout(), scripts=False)
    context.close()


@pytest.fixture
def desk(cast: Cast, browser_window: Window) -> Desk:
    return Desk(cast, browser_window)


def test_it_is_logged_without_scripts_on_nine_pages(desk: Desk) -> None:
    pages: list[str] = []
    desk.window.page.on("framenavigated", lambda frame: pages.append(frame.url))
    desk.begin()
    desk.who()
    desk.what()
    desk.window.press("Continue")
    desk.window.press("Send to Colin Reid")
    assert "Sent to your own manager" in desk.window.text
    assert len({page for page in pages if "/log/" in page and "next=" not in page}) == 9
    assert Dispute.objects.get().state == State.OPEN


def test_back_and_refresh_lose_nothing(desk: Desk) -> None:
    desk.begin()
    desk.who()
    desk.window.fill(themes="threshold", what="The referral was closed.", basis="evidence")
    desk.window.press("Continue")
    desk.window.page.go_back()
    desk.window.page.reload()
    assert desk.window.page.input_value('[name="what"]') == "The referral was closed."
    assert Draft.objects.count() == 1


def test_an_error_keeps_what_was_typed_and_leads_to_the_field(desk: Desk) -> None:
    desk.begin()
    desk.who()
    desk.window.fill(what="The referral was closed.")
    desk.window.press("Continue")
    assert desk.window.page.title().startswith("Error: ")
    assert "govuk-error-summary" in desk.window.page.evaluate("document.activeElement.className")
    desk.window.page.click("text=Choose at least one area of disagreement")
    assert desk.window.page.url.endswith("#id_themes_0")
    assert desk.window.page.evaluate("document.activeElement.id") == "id_themes_0"
    assert desk.window.page.input_value('[name="what"]') == "The referral was closed."


def test_every_question_fits_a_phone_and_is_sound(cast: Cast, live_server: LiveServer, browser: Browser) -> None:
    World(cast)
    context = browser.new_context(viewport=NARROW)
    desk = Desk(cast, Window(context, live_server.url, cast.raiser, Lookout()))
    desk.begin()
    desk.who()
    desk.what()
    desk.window.press("Continue")
    desk.window.press("Send to Colin Reid")
    desk.window.follow("/my-work/")
    assert "Waiting for Colin Reid to send on or send back" in desk.window.text
    context.close()


def test_a_question_is_answered_by_the_keyboard_alone(cast: Cast, live_server: LiveServer, browser: Browser) -> None:
    World(cast)
    context = browser.new_context()
    window = Window(context, live_server.url, cast.raiser, Lookout())
    _signed_in(window, cast.raiser)
    for key in ("Tab", "Enter"):
        window.page.keyboard.press(key)
    for name, choose in (("danger", ("Space", "ArrowDown")), ("door", ("Space",))):
        for _ in range(12):
            window.page.keyboard.press("Tab")
            if window.page.evaluate("document.activeElement.name") == name:
                break
        for key in choose:
            window.page.keyboard.press(key)
    with window.turning():
        window.page.keyboard.press("Enter")
    assert "/agency/" in window.page.url
    context.close()


def _signed_in(window: Window, user: User) -> None:
    """Through the sign-in page to the first question."""
    assert user.is_active
    window.go("/log/")
    if "/log/" not in window.page.url:
        window.go("/log/")
