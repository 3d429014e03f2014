"""Every address about a disagreement × everybody × whose it is: with the sides exchanged, of two other agencies, nobody's, and mixed with another's.

The disagreement of the table is a school's, which social care answers. What one gets of another follows from the table: a side that answers here gets
there what its opposite gets, and whoever is in neither gets what a stranger gets.
"""

from dataclasses import replace

import pytest

from escalation.models import Dispute
from escalation.states import Verb
from tests.access.asking import cheaply, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.table import PEOPLE, TABLE, read
from tests.access.test_matrix import VERB
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.factories import make_agency, make_holder
from tests.world import World

pytestmark = pytest.mark.django_db
SCHOOL = ("raiser", "own_manager", "lead", "own_senior", "own_board")
SOCIAL_CARE = ("other_practitioner", "receiver", "receiving_lead", "receiving_senior", "receiving_board")
# The school's level is held by two: what comes in goes to the lead, and the manager has no part in it.
OPPOSITE = dict(zip(SCHOOL + SOCIAL_CARE, SOCIAL_CARE + SCHOOL, strict=True)) | {"own_manager": "stranger"}


def exchanged(world: World) -> Dispute:
    """Raised by social care, sent on by its manager; the school answers."""
    cast = world.cast
    world.cast = replace(cast, school=cast.social_care, social_care=cast.school)
    found = world.log(raiser=cast.other_practitioner)
    world.do(found, Verb.SEND_ON, cast.receiver)
    world.cast = cast
    return world.fresh(found)


def of_others(world: World) -> Dispute:
    """Raised by police with a health trust."""
    cast = world.cast
    trust = make_agency(cast.partnership, "Northshire Health Trust")
    make_holder(trust, 2, "Wanda Quill", title="Named nurse")
    world.cast = replace(cast, school=cast.police)
    found = world.log(trust, raiser=cast.police_manager)
    world.cast = cast
    return found


def about(addresses: Addresses, *, things: bool) -> dict[str, str]:
    """Where a disagreement's reference alone, or with something of it (`things`), names what is asked for."""
    found = {}
    for name, pattern in own_routes().items():
        words = getattr(pattern.pattern, "converters", {})
        is_about = "reference" in words and not name.startswith(VERB) and (not name.startswith("log-") or name == "log-sent")
        if is_about and any(word.endswith("_id") for word in words) is things:
            found[name] = addresses.of(name, pattern)
    return found


def wrong(addresses: Addresses, reference: str, wanted: dict[str, dict[str, int]], parts: tuple[str, ...], *, things: bool = False) -> list[str]:
    """What the people get that is not wanted, asking of another disagreement."""
    found = []
    with cheaply():
        people = everybody(addresses.cast, *parts)
        for name, address in about(addresses, things=things).items():
            for part in parts:
                answer = people[part].get(name, address.replace(addresses.dispute.reference, reference))
                if answer != wanted[name][part]:
                    found.append(f"{name} for {part}: {answer}, not {wanted[name][part]}")
    return found


def test_with_the_sides_exchanged_each_gets_what_the_opposite_gets(addresses: Addresses) -> None:
    table = read(TABLE)
    wanted = {name: {part: row[OPPOSITE.get(part, part)] for part in row} for name, row in table.items()}
    assert wrong(addresses, exchanged(addresses.world).reference, wanted, tuple(OPPOSITE)) == []


def test_of_two_other_agencies_the_sides_get_what_a_stranger_gets(addresses: Addresses) -> None:
    wanted = {name: {**row, **dict.fromkeys((*OPPOSITE, "colleague"), row["stranger"])} for name, row in read(TABLE).items()}
    parts = tuple(part for part in PEOPLE if part not in {"police_manager", "reviewer"})
    assert wrong(addresses, of_others(addresses.world).reference, wanted, parts) == []


def test_of_nothing_everybody_gets_what_a_stranger_gets(addresses: Addresses) -> None:
    wanted = {name: {part: row["anyone" if part == "anyone" else "stranger"] for part in row} for name, row in read(TABLE).items()}
    assert wrong(addresses, "ESC-ZZZZZZ", wanted, PEOPLE) == []


def test_what_belongs_to_one_is_not_there_under_the_reference_of_another(addresses: Addresses) -> None:
    wanted = {name: {part: row["anyone" if part == "anyone" else "stranger"] for part in row} for name, row in read(TABLE).items()}
    assert wrong(addresses, addresses.other.reference, wanted, tuple(part for part in PEOPLE if part != "auditor"), things=True) == []
