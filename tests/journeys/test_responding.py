"""Answering without scripts, and with the keyboard alone."""

import pytest
from playwright.sync_api import Page

from agencies.models import User
from escalation.models import Request
from escalation.states import Answer, RequestState, Verb
from tests.factories import PASSWORD
from tests.journeys.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWER = (RequestState.ANSWERED, Answer.DISAGREES)
STOPS = 60


def answered() -> tuple[RequestState, Answer]:
    request = Request.objects.get()
    return RequestState(request.state), Answer(request.answer)


def test_a_disagreement_is_logged_sent_on_and_answered_without_scripts(journey: Journey) -> None:
    cast = journey.cast
    journey.under("bristol")
    journey.log(cast.social_care, scripts=False)
    journey.do(cast.own_manager, Verb.SEND_ON, scripts=False)
    journey.do(cast.receiver, Verb.RESPOND, scripts=False, answer="disagrees", reasons="No assessment is needed.")
    assert answered() == ANSWER


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on what the selector finds; it must show where it is."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"Tab does not reach {what} on {page.url}")


def press_enter(page: Page) -> None:
    """Enter, and the page that follows."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(page: Page, user: User) -> None:
    tab_to(page, "[name=email]")
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press_enter(page)


def test_a_response_is_given_by_the_keyboard_alone(journey: Journey) -> None:
    cast = journey.cast
    journey.under("bristol")
    journey.log(cast.social_care)
    journey.do(cast.own_manager, Verb.SEND_ON)
    page = journey.as_(cast.receiver).page
    page.context.clear_cookies()
    page.goto(f"{journey.base}{journey.address}")
    sign_in(page, cast.receiver)
    tab_to(page, "a[href$='/respond/']")
    press_enter(page)
    tab_to(page, "[name=answer]")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tab_to(page, "[name=reasons]")
    page.keyboard.type("No assessment is needed.")
    tab_to(page, "main button.govuk-button")
    press_enter(page)
    tab_to(page, "[name=confirmed]")
    press_enter(page)
    journey.as_(cast.receiver).look()
    assert answered() == ANSWER
