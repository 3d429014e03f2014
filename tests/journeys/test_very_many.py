"""Long lists and choices of a very large partnership in a real browser: looked at from every side, before and after somebody is looked for."""

import pytest
from django.urls import reverse

from escalation.states import Verb
from escalation.web.access import verb_url
from tests.access.routes import Addresses
from tests.journeys.journey import Journey
from tests.journeys.window import Window
from tests.large import make_large

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def closely(window: Window) -> None:
    """Also where a page of its kind was looked at before."""
    window.lookout.look_closely(window.page)


def test_what_is_long_can_be_found_read_aloud_enlarged_and_used_by_keyboard(journey: Journey) -> None:
    cast = journey.cast
    addresses = Addresses(cast)
    make_large(cast)
    unit, receiver = journey.as_(cast.business_unit), journey.as_(cast.receiver)
    for name in ("directory", "matrix", "early-returns", "directory-health", "my-people"):
        unit.go(reverse(name))
    unit.go("/reports/2025/?chapter=agencies")
    closely(unit)
    unit.go(reverse("matrix"))
    unit.fill(name="surgery 41")
    unit.press("Find")
    assert ("1 agency fits." in unit.text, "surgery" in unit.page.url) == (True, False)
    closely(unit)
    unit.go(reverse("hold"))
    closely(unit)
    unit.fill(find_person="jakub", reason="An inquest.")
    unit.press("Find a person")
    assert "1 person fits." in unit.text
    closely(unit)
    for verb, window in ((Verb.RECOMMEND_CONTACT, unit), (Verb.RECORD_MEETING, receiver)):
        window.go(verb_url(addresses.dispute.reference, verb))
        closely(window)
