"""How often each address asks the database: at most fifteen times, whoever looks, and not once more where there are more rows."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.keys import new_key
from escalation.models import LearningPoint
from escalation.states import Verb
from reports import pdf
from tests.access.asking import PROGRAMS, Person, _printed, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.table import TABLE, read, row_of
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute

pytestmark = pytest.mark.django_db
MOST = 15
WHOLE = "the whole disagreement, of which each kind of row is one question, where somebody is held and another is about the same child"
MORE = {
    "case": (17, WHOLE),
    "case-child": (16, WHOLE),
    "case-print": (18, f"{WHOLE}; a heavy page is counted"),
    "log-sent": (16, f"{WHOLE}; and who was written to"),
    "document": (18, f"{WHOLE}; the procedure's text"),
    "document-pdf": (19, "the document, and whether it is being made"),
    "one-child-found": (16, "each of the disagreements whole: one more means some ten more"),
    "access-request": (17, "what is kept about a person, of which each kind of row is one question"),
    "leave": (18, "everything that somebody holds, of which each kind of row is one question"),
}
"""By the route where an address may ask more often, and why: in a partnership with every kind of row."""
# Those of whom a page may show most: who answers, who raised, the lead, the unit, and whoever else has a page to themselves.
LOOKING = (
    "receiver", "lead", "business_unit", "raiser", "receiving_board", "chair", "subgroup_chair", "reviewer", "auditor", "administrator", "anyone",
)  # fmt: skip


def looks(addresses: Addresses, each: int) -> Iterator[tuple[str, str, str]]:
    """Every address of a page or a file with whoever is shown it; of one about a disagreement, with so many of them."""
    table = read(TABLE)
    for name, pattern in own_routes().items():
        shown = [part for part in LOOKING if table[row_of(name)][part] == 200 and not name.startswith(PROGRAMS)]
        address = addresses.of(name, pattern) if shown else ""
        for part in shown[: each if address.startswith("/d/") else 1]:
            yield name, part, address


def asked(person: Person, address: str) -> int:
    """The questions of a look; of a second one where the first had something to note, as that a request was opened, or read the directory anew."""
    number = 0
    for _look in range(2):
        with CaptureQueriesContext(connection) as queries:
            person.browser.get(address)
        number = sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)
        if number <= MOST:
            break
    return number


def grow(addresses: Addresses) -> None:
    """Several more of what pages list: disagreements, lines of a record, learning."""
    world, cast = addresses.world, addresses.cast
    for number in range(4):
        world.log(children=[{"initials": "QQ", "born_on": f"2014-0{number + 1}-01"}])
        world.now += timedelta(minutes=1)
        world.do(addresses.dispute, Verb.ADD_NOTE, cast.own_manager, text=f"Note {number}.")
        LearningPoint.objects.bulk_create([copied(addresses.point.pk)])


def copied(key: UUID) -> LearningPoint:
    """Another learning point like it."""
    point = LearningPoint.objects.get(pk=key)
    point.pk = new_key()
    return point


def test_no_page_asks_the_database_more_than_fifteen_times_nor_more_often_for_more_rows(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "print_html", _printed(pdf.print_html))
    people, over, first = everybody(addresses.cast, *LOOKING), [], {}
    for part in ("receiver", "raiser"):  # So that there is every kind of look on the ledger.
        for name in ("case", "case-file"):
            people[part].browser.get(addresses.of(name, own_routes()[name]))
    for name, part, address in looks(addresses, 2):
        first[name, part] = number = asked(people[part], address)
        if number > MORE.get(name, (MOST, ""))[0]:
            over.append(f"{name} for {part}: {number}")
    assert over == []
    assert {name for name, _ in first} >= MORE.keys()
    grow(addresses)
    for name, part, address in looks(addresses, 1):
        again = asked(people[part], address)
        if again > first[name, part]:
            over.append(f"{name} for {part}: {again} instead of {first[name, part]}")
    assert over == []
