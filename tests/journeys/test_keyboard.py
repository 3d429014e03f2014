"""The keyboard alone, with real keys: Tab reaches every control in the order of the page, comes out again at its end, and one can act."""

import pytest
from django.urls import reverse

from escalation.states import RequestState, Verb
from escalation.web.access import verb_url
from tests.access.routes import Addresses
from tests.factories import PASSWORD
from tests.journeys.journey import Journey
from tests.journeys.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The stops that are there, as the page has them: of radios with one name one, the chosen or the first. Each is numbered; each focus is written down.
STOPS = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  const stops = all.filter((one) => one.checkVisibility() && (one.type !== "radio" ||
    one === (document.querySelector(`[name="${one.name}"]:checked`) || document.querySelector(`[name="${one.name}"]`))));
  window.visited = [];
  const same = (one, other) => one === other || (one.type === "radio" && other.type === "radio" && one.name === other.name);
  document.addEventListener("focusin", (event) => window.visited.push(stops.findIndex((one) => same(one, event.target))));
  return stops.length;
}"""


def walked(window: Window, key: str, times: int) -> list[int]:
    """The stops that so many presses of a key came to."""
    window.page.evaluate("window.visited = []")
    for _ in range(times):
        window.page.keyboard.press(key)
    visited: list[int] = window.page.evaluate("window.visited")
    return visited


def test_tab_goes_through_every_page_in_order_and_back(journey: Journey) -> None:
    addresses, cast = Addresses(journey.cast), journey.cast
    case, respond = (reverse("case", args=[addresses.dispute.reference]), verb_url(addresses.dispute.reference, Verb.RESPOND))
    pages = {cast.receiver: ("/my-work/", case, respond, "/directory/"), cast.business_unit: ("/board/",), cast.raiser: ("/log/", "/search/")}
    for user, paths in pages.items():
        window = journey.as_(user)
        for path in paths:
            window.go(path)
            # The close look has left the keyboard at the page's end.
            window.page.reload()
            stops = window.page.evaluate(STOPS)
            assert stops > 10, path
            assert walked(window, "Tab", stops) == list(range(stops)), path
            assert walked(window, "Shift+Tab", 3) == [stops - 2, stops - 3, stops - 4], path


def test_one_signs_in_and_a_response_is_found_written_checked_and_sent_by_the_keyboard_alone(journey: Journey) -> None:
    addresses = Addresses(journey.cast)
    user, dispute = journey.cast.receiver, addresses.dispute
    window = journey.as_(user)
    window.page.goto(f"{journey.base}{reverse('case', args=[dispute.reference])}")
    keys = window.page.keyboard

    def to(what: str) -> None:
        """Tab until the focus stands on it, and shows."""
        for _ in range(80):
            if window.page.evaluate("what => document.activeElement.matches(what)", what):
                assert window.page.evaluate("document.activeElement.matches(':focus-visible')")
                return
            keys.press("Tab")
        raise AssertionError(f"Tab does not come to {what} on {window.page.url}")

    def enter() -> None:
        with window.turning():
            keys.press("Enter")
        window.look()

    to("[name=email]")
    keys.type(user.email)
    to("[name=password]")
    keys.type(PASSWORD)
    enter()
    to(".govuk-skip-link")
    keys.press("Enter")
    to(f"a[href='{verb_url(dispute.reference, Verb.RESPOND)}']")
    enter()
    to("[name=answer]")
    keys.press("Space")
    to("main button")
    with window.turning():
        keys.press("Enter")
    window.lookout.errors.clear()
    assert window.page.title().startswith("Error: ")
    assert window.page.evaluate("document.activeElement.matches('.govuk-error-summary')")
    to(".govuk-error-summary a")
    keys.press("Enter")
    assert window.page.evaluate("document.activeElement.name") == "reasons"
    keys.type("We looked again.")
    to("[name=actions]")
    keys.type("A visit by Friday.")
    to("main button")
    enter()
    to("main button")
    enter()
    assert dispute.requests.get().state == RequestState.ANSWERED
