"""How often what comes of a good answer asks the database: pages to check, searches, pages of several steps.

At most fifteen times, as each page, and not once more where there are more rows.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.asking import Person, everybody
from tests.access.forms import forms_of
from tests.access.routes import Addresses
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.access.test_queries import LOOKING, MOST, SHOWN, counted, grow, sent
from tests.cast import Cast
from tests.guests import let_in
from tests.web.guest_door import ANSWER
from tests.web.test_new_agency import CONTACT, DETAILS, rows

pytestmark = pytest.mark.django_db
Counts = dict[str, int]


def in_steps(addresses: Addresses, people: dict[str, Person]) -> Counts:
    """What only a good answer, or a step before, leads to."""
    return {name: asked for name, (answer, asked) in _steps(addresses, people) if answer.status_code in SHOWN}


def _steps(addresses: Addresses, people: dict[str, Person]) -> Iterator[tuple[str, tuple[Any, int]]]:
    cast, unit = addresses.cast, people["business_unit"].browser
    yield "search", sent(people["lead"].browser, reverse("search"), {"q": "S-1001"})
    yield "search without a find", sent(people["raiser"].browser, reverse("search"), {"q": "nothing of the kind"})
    yield "leave, checked", sent(people["lead"].browser, reverse("leave", args=[cast.school.code, cast.own_manager.pk]), _leaving(cast))
    yield "its effect", sent(unit, reverse("procedure-limit", args=[addresses.version.pk]), _limit(unit, addresses))
    yield "the board, of one agency", counted(lambda: unit.get(f"{reverse('board')}?list=open&agency={cast.social_care.pk}&part=awaited"))
    yield "the board, of one stage", counted(lambda: unit.get(f"{reverse('board')}?list=soon&stage=1"))
    unit.post(reverse("agency-add"), DETAILS)
    yield "contacts of a new agency", counted(lambda: unit.get(reverse("agency-add-contacts")))
    yield "contacts of a new agency, wrong", sent(unit, reverse("agency-add-contacts"), rows(CONTACT | {"email": "x"}))
    unit.post(reverse("agency-add-contacts"), rows(CONTACT))
    yield "a new agency, checked", counted(lambda: unit.get(reverse("agency-add-check")))
    yield "a confirmation's age", sent(unit, reverse("contact-check"), {"months": "0"})
    browser = let_in(addresses.world, addresses.guest)
    door = reverse("guest-request", args=[addresses.guest.link])
    yield "a guest's first look", counted(lambda: browser.get(door))
    yield "a guest's answer, checked", sent(browser, door, {**ANSWER, "seen": "1.1"})
    yield "a guest's answer, empty", sent(browser, door, {"seen": "1.1"})
    yield "the child, for a guest", counted(lambda: browser.get(reverse("guest-child", args=[addresses.guest.link])))


def _leaving(cast: Cast) -> dict[str, str]:
    return {"successor": str(cast.lead.pk), "when": "later", "last_day_0": "6", "last_day_1": "3", "last_day_2": "2026"}


def _limit(unit: Client, addresses: Addresses) -> dict[str, Any]:
    address = reverse("procedure-limit", args=[addresses.version.pk])
    form = next(forms_of(unit.get(address).content.decode(), address))
    return form.whole | {"limit": "first:clocks:response", "amount": "2", "from_day_0": "1", "from_day_1": "6", "from_day_2": "2026"}


def test_no_search_check_or_later_step_asks_more_than_fifteen_times_nor_more_often_for_more_rows(addresses: Addresses) -> None:
    people = everybody(addresses.cast, *LOOKING)
    in_steps(addresses, people)  # A search reads the directory, once for all.
    few = in_steps(addresses, people)
    assert len(few) >= 12, sorted(few)
    assert {name: asked for name, asked in few.items() if asked > MOST} == {}
    grow(addresses)
    assert {name: (few[name], asked) for name, asked in in_steps(addresses, people).items() if name in few and asked > few[name]} == {}
