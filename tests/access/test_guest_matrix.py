"""Every address × somebody without an account: before the code, after it, of another disagreement, and when the door has closed.

On the pages of guests each gets what the table says. Everywhere else a guest is nobody: whatever they carry, the answer is to the letter the one that
somebody who is not signed in gets, asked or sent.
"""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from escalation.states import Verb
from tests.access.asking import Person, own_routes
from tests.access.routes import Addresses
from tests.access.table import TABLE, read
from tests.access.test_absent import told
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.guests import invited, let_in

pytestmark = pytest.mark.django_db
BY_CHANCE = r'name="csrfmiddlewaretoken" value="\w+"|"challenge": ?"[^"]+"'
GUESTS = ("before", "inside", "other", "closed")
OPENED = """
guest-door          200 200 200 200
guest-code          200 200 200 200
guest-request       302 200 302 302
guest-child         302 200 302 302
guest-acknowledge   405 405 405 405
guest-typing        405 405 405 405
guest-leave         405 405 405 405
"""
SENT = """
guest-door          302 302 302 302
guest-code          400 400 400 400
guest-request       403 400 403 403
guest-child         405 405 405 405
guest-acknowledge   403 302 403 403
guest-typing        403 204 403 403
guest-leave         302 302 302 302
"""


class Guest(Person):
    """A browser that carries what a guest carries, to every address."""

    def __init__(self, client: Any) -> None:
        self.browser = self.program = client


@pytest.fixture
def guests(addresses: Addresses) -> dict[str, Guest]:
    """Of one disagreement before and after the code, of another, and of one whose invitation was taken back while they were inside."""
    world = addresses.world
    other = let_in(world, invited(world, addresses.other, email="bo@surgery.example"))
    third = world.log()
    world.do(third, Verb.SEND_ON, world.cast.lead)
    closed = let_in(world, invited(world, third, email="cy@surgery.example"))
    world.do(third, Verb.TAKE_BACK_GUEST, world.cast.receiver)
    return dict(zip(GUESTS, map(Guest, (Client(), let_in(world, addresses.guest), other, closed)), strict=True))


def answered(client: Any, address: str, method: str) -> tuple[int, str, str]:
    """Status, where it leads and the words, the form's security token aside; whatever was done is undone."""
    with transaction.atomic():
        answer = getattr(client, method)(address)
        transaction.set_rollback(True)
    text = b"" if answer.streaming else answer.content
    return answer.status_code, answer.get("Location", ""), re.sub(BY_CHANCE, "", text.decode())


@pytest.mark.parametrize(("method", "table"), [("get", OPENED), ("post", SENT)], ids=["asked", "sent"])
def test_the_pages_of_guests_open_to_the_guest_who_came_in_by_that_door(
    addresses: Addresses, guests: dict[str, Guest], method: str, table: str
) -> None:
    rows = [line.split() for line in table.split("\n") if line.strip()]
    to = {name: addresses.of(name, own_routes()[name]) for name, *_ in rows}
    found = {name: [answered(guests[part].browser, to[name], method)[0] for part in GUESTS] for name in to}
    assert found == {name: [int(each) for each in answers] for name, *answers in rows}


def test_every_page_of_guests_is_in_the_table() -> None:
    assert {name for name in own_routes() if name.startswith("guest-")} == {line.split()[0] for line in OPENED.split("\n") if line.strip()}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_other_address_answers_a_guest_as_it_answers_anyone(addresses: Addresses, guests: dict[str, Guest], method: str) -> None:
    apart = []
    for name, pattern in own_routes().items():
        if not name.startswith("guest-"):
            address = addresses.of(name, pattern)
            anyone = answered(guests["before"].browser, address, method)
            apart += [f"{name} for {part}" for part in GUESTS[1:] if answered(guests[part].browser, address, method) != anyone]
    assert apart == []


def test_anothers_door_looks_and_costs_as_if_it_were_not_there(addresses: Addresses, guests: dict[str, Guest]) -> None:
    for name, pattern in own_routes().items():
        if name.startswith("guest-"):
            for part in ("before", "other", "closed"):
                there, nowhere = (told(guests[part], name, address) for address in (addresses.of(name, pattern), addresses.absent(name, pattern)))
                link, wrong = addresses.guest.link, "0" * 43
                assert (there[0], there[1].replace(link, ""), there[2]) == (nowhere[0], nowhere[1].replace(wrong, ""), nowhere[2]), (name, part)


def test_the_table_of_everybody_says_the_same_of_somebody_without_a_code() -> None:
    assert {name: answers["anyone"] for name, answers in read(TABLE).items() if name.startswith("guest-")} == {
        line.split()[0]: int(line.split()[1]) for line in OPENED.split("\n") if line.strip()
    }
