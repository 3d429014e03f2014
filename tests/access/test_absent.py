"""What is not there and what is not yours cannot be told apart: the same status, the same words, the same work.

Of every address that names one thing, for everybody to whom the matrix says 404: the address of a thing that is there against one of nothing.
The work is counted in questions to the database: seconds differ from machine to machine, and one more question is what somebody could measure.
"""

import re
from typing import Any

import pytest

from tests.access.asking import PROGRAMS, Person, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.table import PEOPLE, TABLE, read, row_of
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.counting import counting

pytestmark = pytest.mark.django_db
# One of each kind of those to whom something is not there ask at every address each time; of everybody else one address in so many, each another one.
ASKERS = (
    "stranger", "nobody", "colleague", "raiser", "own_manager", "receiver", "police_manager", "business_unit", "chair", "auditor", "administrator",
)  # fmt: skip
ONE_IN = 8


def told(person: Person, name: str, address: str) -> tuple[int, str, int]:
    """Status, words and number of questions; what was asked for and the form's security token aside."""
    client: Any = person.program if name.startswith(PROGRAMS) else person.browser
    with counting() as asked:
        answer = client.get(address)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, text.replace(address, ""), len(asked)


def pairs() -> list[tuple[str, str]]:
    """Every address that names one thing with each of the cast, by the table, to whom it is not there."""
    table = read(TABLE)
    return [(name, part) for name in own_routes() for part, answer in table[row_of(name)].items() if answer == 404]


def covering() -> list[tuple[str, str]]:
    """A part of them in which each of the cast asks, and each address is asked for."""
    asked = {name for name, part in pairs() if part in ASKERS}
    return [(name, part) for at, (name, part) in enumerate(pairs()) if part in ASKERS or name not in asked or at % ONE_IN == 0]


def apart(addresses: Addresses, asked: list[tuple[str, str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """What differs between a thing that is there and one that is not, for each address and person; and which of them were compared."""
    people, found, compared = everybody(addresses.cast), [], set()
    for person in people.values():  # A token's first use is noted, the partnership in a page's frame read once, the count of heavy pages begun.
        person.get("api:me", "/api/v1/me/")
        person.browser.get("/nowhere/")
        person.browser.get(addresses.absent("case-print", own_routes()["case-print"]))
    # The directory is read by whoever is first.
    people["raiser"].get("case", addresses.of("case", own_routes()["case"]))
    for name, part in asked:
        pattern = own_routes()[name]
        if absent := addresses.absent(name, pattern):
            there, nowhere = (told(people[part], name, address) for address in (addresses.of(name, pattern), absent))
            compared.add((name, part))
            if there != nowhere:
                found.append(f"{name} for {part}: {there[::2]}, {nowhere[::2]}")
    return found, compared


def test_what_is_not_yours_looks_and_costs_as_if_it_were_not_there(addresses: Addresses) -> None:
    found, compared = apart(addresses, covering())
    assert (found, len(compared) > 350) == ([], True)
    # Who is not signed in is sent to the door by every such address.
    assert {part for _, part in compared} == set(PEOPLE) - {"anyone"}
    assert {name for name, _ in compared} == {name for name, _ in pairs() if addresses.absent(name, own_routes()[name])}


@pytest.mark.everything
def test_so_it_is_for_everybody_at_every_address(addresses: Addresses) -> None:
    left = set(pairs()) - set(covering())
    found, compared = apart(addresses, sorted(left))
    assert (found, len(compared) > 400) == ([], True)
