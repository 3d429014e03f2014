"""How often each address asks the database: at most fifteen times, whoever looks, a first look that is noted too, and not once more where there are
more rows; so too a form that comes back with what is wrong. What only a good answer leads to is counted in test_queries_sent.py."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from agencies.keys import new_key
from agencies.roles import Role
from escalation.models import LearningPoint
from escalation.services.keeping.access.asking import ask_about_person
from escalation.services.one_child import everything_about
from escalation.states import Verb
from reports import pdf
from tests.access.asking import PROGRAMS, Person, _printed, everybody, own_routes
from tests.access.forms import forms_of
from tests.access.routes import Addresses
from tests.access.table import TABLE, read, row_of
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.counting import counting
from tests.factories import make_member, make_user
from tests.web.test_confirming import CONFIRMED

pytestmark = pytest.mark.django_db
MOST = 15
# Of a page that is shown again, or for the first time, in answer to a button.
SHOWN = (200, 400, 409)
# A form of a page, by address, part and place on it; and how it is sent.
Form = tuple[str, str, int, str]
HOW = ("untouched", "empty")
FORMS = 75


class Every(Container[Form]):
    """All forms that there are."""

    def __contains__(self, form: object) -> bool:
        return True


EVERY = Every()
# Those of whom a page may show most: who answers, who raised, the lead, the unit, and whoever else has a page to themselves.
LOOKING = (
    "receiver", "lead", "business_unit", "raiser", "receiving_board", "chair", "subgroup_chair", "reviewer", "auditor", "administrator", "anyone",
)  # fmt: skip


def looks(addresses: Addresses, each: int) -> Iterator[tuple[str, str, str]]:
    """Every address of a page or a file with whoever is shown it, and the unit, which is often shown more; of one about a disagreement, with so many
    of them."""
    table = read(TABLE)
    for name, pattern in own_routes().items():
        shown = [part for part in LOOKING if table[row_of(name)][part] == 200 and not name.startswith(PROGRAMS)]
        address = addresses.of(name, pattern) if shown else ""
        others = {"business_unit"} & set(shown[1:]) if not address.startswith("/d/") else ()
        for part in [*shown[: each if address.startswith("/d/") else 1], *others]:
            yield name, part, address


def counted(call: Callable[[], Any]) -> tuple[Any, int]:
    """What is answered, and how many questions that took. Where a transaction begins and ends within another is no question."""
    with counting() as put:
        answer = call()
    return answer, sum(not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for sql in put)


def asked(person: Person, address: str) -> int:
    """The questions of a look."""
    return counted(lambda: person.browser.get(address))[1]


@dataclass
class Sweep:
    """How many questions each look took, by address and part, the pages among them, and the addresses that gave out a file."""

    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    pages: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def swept(addresses: Addresses, people: dict[str, Person], each: int) -> Sweep:
    """A look at every address; of those about a disagreement by so many people."""
    found = Sweep()
    for name, part, address in looks(addresses, each):
        answer, found.asked[name, part] = counted(lambda part=part, address=address: people[part].browser.get(address))  # type: ignore[misc]
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found.pages[name, part] = address, answer.content.decode()
        if "Content-Disposition" in answer.headers:
            found.files.append(address)
    return found


def sent(person: Client, address: str, values: dict[str, Any]) -> tuple[Any, int]:
    """What comes of a form, and its questions; whatever was done is undone."""
    with transaction.atomic():
        found = counted(lambda: person.post(address, values))
        transaction.set_rollback(True)
    return found


def of_forms(sweep: Sweep, people: dict[str, Person], coming_back: Container[Form] = EVERY) -> dict[Form, int]:
    """How many questions each form of the pages takes that comes back, untouched, and with nothing in it: of all, or of those that did before."""
    found: dict[Form, int] = {}
    for (name, part), (address, html) in sweep.pages.items():
        if coming_back is not EVERY and not any((name, part, number, how) in coming_back for number in range(MOST) for how in HOW):
            continue
        for number, form in enumerate(forms_of(html, address)):
            for how, values in zip(HOW, (form.whole, form.bare), strict=True):
                if (name, part, number, how) in coming_back:
                    answer, questions = sent(people[part].browser, form.address, values)
                    if answer.status_code in SHOWN:
                        found[name, part, number, how] = questions
    return found


def grow(addresses: Addresses) -> None:
    """Several more of what pages list: disagreements, lines of a record, learning."""
    world, cast = addresses.world, addresses.cast
    for number in range(4):
        world.log(children=[{"initials": "QQ", "born_on": f"2014-0{number + 1}-01"}])
        world.now += timedelta(minutes=1)
        world.do(addresses.dispute, Verb.ADD_NOTE, cast.own_manager, text=f"Note {number}.")
        LearningPoint.objects.bulk_create([copied(addresses.point.pk)])


def everything(addresses: Addresses) -> list[str]:
    """The pages that show many whole: all about a child, and all that is kept about the receiver, of two disagreements more each time. Of each
    the record has a line of somebody who has left since, and names another."""
    world, cast = addresses.world, addresses.cast
    for _number in range(2):
        world.now += timedelta(minutes=1)
        more, gone = world.log(children=[{"initials": "ZZ", "born_on": "2016-01-01"}]), make_user()
        world.do(more, Verb.SEND_ON, cast.lead)
        seat = make_member(gone, cast.school, Role.LEAD)
        world.do(more, Verb.ADD_NOTE, gone, text="A word.")
        world.do(more, Verb.LINK, cast.lead, other=addresses.other.reference)
        seat.delete()
    unit, now = world.person(cast.business_unit), world.now
    opened = everything_about(unit, reference=addresses.other.reference, reason="A review.", now=now)
    asked_for = ask_about_person(unit, user=cast.receiver, partnership=cast.partnership.pk, reason="They ask.", identity="A passport.", now=now)
    return [reverse("one-child-found", args=[opened]), reverse("access-request", args=[asked_for.pk])]


def copied(key: UUID) -> LearningPoint:
    """Another learning point like it."""
    point = LearningPoint.objects.get(pk=key)
    point.pk = new_key()
    return point


def test_no_page_and_no_form_that_comes_back_asks_more_than_fifteen_times_nor_more_often_for_more_rows(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "print_html", _printed(pdf.print_html))
    people = everybody(addresses.cast, *LOOKING)
    whole = swept(addresses, people, len(LOOKING))
    assert {look: number for look, number in whole.asked.items() if number > MOST} == {}
    # A file that is given out without asking to confirm who one is was read on the page, or says nothing of the case or of anybody.
    assert {resolve(address).url_name for address in whole.files} - CONFIRMED == {"case-file", "case-due", "learning-due", "matrix-data"}
    forms = of_forms(whole, people)
    assert len(forms) >= FORMS, sorted(forms)
    assert {form: number for form, number in forms.items() if number > MOST} == {}
    for part in ("receiver", "raiser"):  # So that there is every kind of look on the ledger.
        for name in ("case", "case-file"):
            people[part].browser.get(addresses.of(name, own_routes()[name]))
    # Without what a first look notes, or reads once for all, so that more rows cannot hide behind it.
    few = swept(addresses, people, 1)
    few_forms = of_forms(few, people, forms)
    grow(addresses)
    many = swept(addresses, people, 1)
    assert {look: (few.asked[look], number) for look, number in many.asked.items() if number > few.asked[look]} == {}
    many_forms = of_forms(many, people, forms)
    assert {form: (few_forms[form], number) for form, number in many_forms.items() if form in few_forms and number > few_forms[form]} == {}
    assert len(many_forms.keys() & few_forms.keys()) > FORMS / 2, "what is compared"


def test_what_shows_many_disagreements_whole_asks_no_more_often_for_more_of_them(addresses: Addresses) -> None:
    unit = everybody(addresses.cast, "business_unit")["business_unit"]
    few = [asked(unit, address) for address in everything(addresses)]
    assert max(few) <= MOST
    assert [asked(unit, address) for address in everything(addresses)] == few
