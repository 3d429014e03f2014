"""Somebody without an account, from the lead's invitation to the closed door, in a window of their own and by what their mail says alone."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from escalation.models import Request
from escalation.services.guest_door import send_asked_codes
from escalation.states import Answer, RequestState, Verb
from tests.guests import AMIRA
from tests.journeys.journey import Journey
from tests.journeys.window import Window
from tests.web.test_keep_typing_in_browser import sends
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REASONS = "We saw him on Friday afternoon."


def newest() -> str:
    """What the guest's last message says."""
    letter = mail.outbox[-1]
    assert letter.to == [AMIRA["email"]]
    return f"{letter.subject}\n{letter.body}"


def code_from_mail(sent: int = 1) -> str:
    """The code, once the job that sends it has run."""
    assert send_asked_codes(timezone.now()) == sent
    found = re.search(r"\b\d{4} \d{4}\b", newest())
    assert found
    return found[0]


def let_in(j: Journey) -> tuple[Window, str]:
    """Link, door, a mistyped code beside the field, the right one: returns the guest's window and their link."""
    found = re.search(r"https?://[^/\s]+(/guest/\S+)", newest())
    assert found
    window = j.guest()
    window.go(found[1])
    window.press("Send the code")
    code = code_from_mail()
    window.fill(code="1234 567")
    window.press("Open it", refused=True)
    assert window.page.title().startswith("Error: ")
    window.fill(code=code)
    window.press("Open it")
    return window, found[1]


def test_somebody_without_an_account_answers_once_and_the_door_closes(journey: Journey) -> None:
    j, cast = journey, journey.cast
    j.key = "bristol"
    World(cast).sent()
    j.do(cast.receiving_lead, Verb.INVITE_GUEST, **AMIRA)
    window, link = let_in(j)
    assert "The referral of 27 February was closed" in window.text
    window.press("Say that you have it")
    assert "The other agency knows that you have it." in window.text
    window.follow_words("See who the child is")
    assert "AB" in window.text
    window.follow_words(re.compile("^Back to"))
    window.fill(answer="partly", reasons=REASONS)
    sends(window.page, "out of sight")
    window.page.reload()
    assert "It has not been sent yet" in window.text
    assert window.page.input_value('[name="reasons"]') == REASONS
    window.press("Continue", refused=True)
    assert window.page.input_value('[name="reasons"]') == REASONS
    window.fill(actions="We will see him again.")
    window.press("Continue")
    assert REASONS in window.text
    window.press("Confirm and send")
    assert "You can print this page" in window.text
    request = Request.objects.get()
    assert (request.state, request.answer, request.guest is not None) == (RequestState.ANSWERED, Answer.PARTLY, True)
    j.jobs()
    _is_closed(j, window, link)
    raising = j.as_(cast.own_manager)
    raising.go(j.address)
    assert "Amira Jones, Practice manager (guest invited by" in raising.text


def _is_closed(j: Journey, window: Window, link: str) -> None:
    """No page behind the door, a message in place of a code, and no page of the site for what the guest's window carries."""
    window.go(f"{link}request/")
    assert window.page.locator("h1").inner_text() == "Answer without an account"
    window.press("Send the code")
    assert send_asked_codes(timezone.now()) == 1
    assert "you are not asked to answer there any more" in newest()
    window.page.goto(f"{j.base}{reverse('case', args=[j.dispute.reference])}")
    assert "/sign-in/" in window.page.url
