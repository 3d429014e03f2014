"""Every address × everybody: what a person gets for what is their own, what they take part in, what they oversee, and what is none of theirs.

About 7,900 probes: each of 28 people asks each of 168 addresses (4,704) about a disagreement that is one's own, another's to answer and foreign
to the rest; each of the addresses about a disagreement is asked again (test_matrix_of_disagreements.py, about 1,400) with the sides exchanged, of two
other agencies, of nothing, and for what belongs to another; each of 69 verbs is sent by everybody to whom it is closed, each button by all (1,800).
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from agencies.models import User
from tests.access.asking import cheaply, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.table import SENT, TABLE, read, row_of
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.kept import kept_fixture
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db

# Every verb's door, asked by those who never may: not signed in, who do not know of it, and who read only.
NEVER = {"anyone": 401, "auditor": 403, **{part: answer for part, answer in read(TABLE)["case"].items() if answer == 404}}
VERB = "api:verb-"


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY.timestamp(), tick=False):
        yield


@kept_fixture
def dispute(world: World) -> Addresses:
    with time_machine.travel(MONDAY.timestamp(), tick=False):
        return Addresses(world.cast, world)


@pytest.fixture
def addresses(dispute: Addresses) -> Addresses:
    return dispute


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {row_of(name) for name in own_routes()} == set(read(TABLE))


def test_everybody_gets_from_every_address_what_the_table_says(addresses: Addresses) -> None:
    table, wrong = read(TABLE), []
    with cheaply():
        people = everybody(addresses.cast)
        for name, pattern in own_routes().items():
            address = addresses.of(name, pattern)
            # To look at a verb's door is refused alike by all of them.
            for part in ("anyone", "raiser") if name.startswith(VERB) else people:
                found = people[part].get(name, address)
                if found != table[row_of(name)][part]:
                    wrong.append(f"{name} for {part}: {found}, not {table[row_of(name)][part]}")
    assert wrong == []


def test_a_button_is_refused_to_those_who_may_not_press_it(addresses: Addresses) -> None:
    patterns = own_routes()
    to = {name: addresses.of(name, patterns[name]).replace("2025", "2027") for name in read(SENT)}
    with cheaply():
        people = everybody(addresses.cast)
        assert {name: {part: person.post(name, to[name]) for part, person in people.items()} for name in to} == read(SENT)


def test_no_verb_has_a_door_for_those_outside(addresses: Addresses) -> None:
    doors = {name: addresses.of(name, pattern) for name, pattern in own_routes().items() if name.startswith(VERB)}
    with cheaply():
        people = everybody(addresses.cast, *NEVER)
        for part, answer in NEVER.items():
            # Whoever may know of it may say that they have a conflict themself: of the auditor the form is asked.
            expected = dict.fromkeys(doors, answer) | ({f"{VERB}mark_conflict": 400} if part == "auditor" else {})
            assert {name: people[part].post(name, address) for name, address in doors.items()} == expected, part


def test_no_role_opens_the_installations_administration(cast: Cast) -> None:
    lists = [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry]
    with cheaply():
        for part, person in everybody(cast).items():
            assert {person.get("", address) for address in [reverse("admin:index"), *lists]} == {302}, part


def test_no_disagreement_and_no_report_lies_in_the_administration() -> None:
    assert {model._meta.app_label for model in admin.site._registry} & {"escalation", "reports"} == set()


def test_whoever_keeps_the_installation_opens_the_administration_and_no_disagreement(addresses: Addresses) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("keeper@example.org", PASSWORD, name="Keeper of the installation"))
    case = reverse("case", args=[addresses.dispute.reference])
    assert [browser.get(address).status_code for address in (reverse("admin:index"), case)] == [200, 404]
