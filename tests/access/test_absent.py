"""What is not there and what is not yours cannot be told apart: the same status, the same words, the same work.

Of every address that names one thing, for everybody to whom the matrix says 404: the address of a thing that is there against one of nothing.
The work is counted in questions to the database: seconds differ from machine to machine, and one more question is what somebody could measure.
"""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access.asking import PROGRAMS, Person, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.table import TABLE, read, row_of
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute

pytestmark = pytest.mark.django_db
# One of each kind of those to whom something is not there: whoever gets the same from every address does not ask again here.
ASKERS = (
    "stranger", "nobody", "colleague", "raiser", "own_manager", "receiver", "police_manager", "business_unit", "chair", "auditor", "administrator",
)  # fmt: skip


def told(person: Person, name: str, address: str) -> tuple[int, str, int]:
    """Status, words and number of questions; what was asked for and the form's security token aside."""
    client: Any = person.program if name.startswith(PROGRAMS) else person.browser
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, text.replace(address, ""), len(asked)


def test_what_is_not_yours_looks_and_costs_as_if_it_were_not_there(addresses: Addresses) -> None:
    table, people, apart, compared = read(TABLE), everybody(addresses.cast, *ASKERS), [], 0
    for person in people.values():  # A token's first use is noted, the partnership in a page's frame read once, the count of heavy pages begun.
        person.get("api:me", "/api/v1/me/")
        person.browser.get("/nowhere/")
        person.browser.get(addresses.absent("case-print", own_routes()["case-print"]))
    # The directory is read by whoever is first.
    people["raiser"].get("case", addresses.of("case", own_routes()["case"]))
    for name, pattern in own_routes().items():
        absent = addresses.absent(name, pattern)
        for part in [part for part, answer in table[row_of(name)].items() if absent and answer == 404 and part in people]:
            there, nowhere = (told(people[part], name, address) for address in (addresses.of(name, pattern), absent))
            compared += 1
            if there != nowhere:
                apart.append(f"{name} for {part}: {there[::2]}, {nowhere[::2]}")
    assert (apart, compared > 250) == ([], True)
