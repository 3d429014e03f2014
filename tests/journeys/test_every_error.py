"""Forms of the product sent with nothing in them, in a real browser: what comes back is looked at from every side, as the page itself is, and each
line of its summary of errors leads to the control that it is about. With --everything alone: that every kind of control is led to is asked of the
components' own page each time (web/test_look_in_browser.py), and what each form says of what is wrong without a browser (bad_input)."""

import html
from collections.abc import Iterable, Iterator

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.models import User
from escalation.web.log_page import SLUGS
from tests.access.forms import Sent, forms_of
from tests.access.routes import Addresses
from tests.bad_input.doors import doors_of
from tests.bad_input.prepared import prepared
from tests.journeys.journey import Journey
from tests.journeys.test_every_page import WHO, pages_of
from tests.journeys.window import Window
from tests.valid_pages import TITLE, Kinds, kind_of
from tests.web.signed_in import BACKEND
from tests.world import World

pytestmark = [pytest.mark.everything, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Whoever looks at what a form says has it before them as it is: nothing in the fields that people see.
EMPTY = """number => {
    const form = [...document.querySelectorAll("main form")].filter(one => one.method === "post")[number];
    const seen = [...form.querySelectorAll("button")].filter(one => one.getAttribute("aria-hidden") !== "true" && one.type === "submit")[0];
    for (const one of form.elements) if (one.type !== "hidden" && one.tagName !== "BUTTON") one.disabled = true;
    setTimeout(() => form.requestSubmit(seen));
}"""


def signed_in(user: User) -> Client:
    """Somebody's browser of the framework's, beside their window."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def new_error(client: Client, form: Sent) -> bool:
    """Whether the form, empty, is answered with what is wrong in it, and nobody has looked at that yet. Whatever was done is undone."""
    with transaction.atomic():
        answer = client.post(form.address, form.bare)
        transaction.set_rollback(True)
    found = TITLE.search(answer.content.decode())
    title = html.unescape(found[1].strip()) if found else ""
    return title.startswith("Error: ") and Kinds.is_new("in a browser", *kind_of(form.path, title))


def refused(client: Client, pages: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The page and the number on it of each form that comes back."""
    for address in pages:
        for number, form in enumerate(forms_of(client.get(address).content.decode(), address)):
            if new_error(client, form):
                yield address, number


def look_at_errors(window: Window, address: str, number: int) -> None:
    """What comes back is looked at as every page is; that its console names the refusal is no error."""
    window.page.goto(f"{window.base}{address}")
    with window.turning():
        window.page.evaluate(EMPTY, number)
    window.lookout.errors = [error for error in window.lookout.errors if "status of 4" not in error]
    assert window.page.title().startswith("Error: "), f"{address}: {window.page.title()}"
    window.lookout.look(window.page, deep=False)
    window.lookout.look_closely(window.page)


def test_every_form_that_comes_back_empty_can_be_put_right_by_everybody(journey: Journey) -> None:
    addresses = Addresses(journey.cast)
    steps = [reverse("log-step", args=[addresses.draft.reference, slug]) for slug in SLUGS]
    for part in WHO:
        user = getattr(journey.cast, part)
        window = journey.as_(user)
        window.go("/my-work/")
        pages = [addresses.of(name, pattern) for name, pattern in pages_of(part)] + (steps if user == journey.cast.raiser else [])
        for address, number in refused(signed_in(user), pages):
            look_at_errors(window, address, number)


def test_every_verbs_form_can_be_put_right_by_everybody_too(journey: Journey) -> None:
    world = World(journey.cast)
    doors = doors_of(world, journey.cast, prepared(world))
    for door in doors.values():
        window, address = journey.as_(door.user), f"/d/{door.reference}/{door.verb.value.replace('_', '-')}/"
        with time_machine.travel(door.now, tick=False):
            client = signed_in(door.user)  # Just now: some of the pages ask who signed in long ago to confirm it first.
            forms = list(forms_of(client.get(address).content.decode(), address))
            if forms and new_error(client, forms[0]):
                window.go("/my-work/")
                look_at_errors(window, address, 0)
