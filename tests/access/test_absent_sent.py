"""What somebody sends about what is not there, and about what is not theirs: the same status, the same words, the same work, and nothing kept.

Every address that names one thing is sent something, every verb's page and call among them, filled in, by people to whom the matrix gives 404.
"""

import json
import re
from itertools import cycle
from typing import Any

import pytest
from django.db import transaction

from escalation.models import Event, Reading
from escalation.web.verbs.pages import PAGES, slug_of
from tests.access.asking import PROGRAMS, Person, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.table import SENT, TABLE, read, row_of
from tests.access.test_matrix import VERB
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.counting import counting

pytestmark = pytest.mark.django_db
NOTHING = "ESC-ZZZZZZ"
# Of another partnership, without a role, of an agency that is no party, and of the raising agency without a part in it.
OUTSIDE = ("stranger", "nobody", "police_manager", "colleague")
FILLED = {
    "seen": "1.1", "confirmed": "1", "reason": "The child is seen.", "text": "We spoke.", "comment": "Today.", "answer": "agrees", "reasons": "Yes.",
    "actions": "A visit.", "wording": "A visit in June.", "kind": "agreed_action", "ground": "risk", "to": "2", "agency": "", "what": "A visit.",
}  # fmt: skip


def sent(person: Person, name: str, address: str) -> tuple[int, str, int]:
    """Status, words and number of questions; what was asked for, the form's token and a call's own key aside. What was done is undone."""
    program = name.startswith(PROGRAMS)
    client: Any = person.program if program else person.browser
    given: Any = json.dumps(FILLED) if program else FILLED
    headers = {"Idempotency-Key": "one-key"} if program else {}
    with transaction.atomic(), counting() as asked:
        answer = client.post(address, given, headers=headers, **({"content_type": "application/json"} if program else {}))
        transaction.set_rollback(True)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    for said in re.findall(r"ESC-[0-9A-Z]{6}|[0-9a-f-]{36}", address):
        text = text.replace(said, "")
    return answer.status_code, text.replace(address, ""), len(asked)


def difference(person: Person, name: str, there: str, nowhere: str) -> list[str]:
    """What tells the two addresses apart."""
    one, other = sent(person, name, there), sent(person, name, nowhere)
    return [] if one == other else [f"{name}: {one[::2]}, {other[::2]}"]


def outside(addresses: Addresses, *more: str) -> list[Person]:
    """Those to whom it is not there, each having been here before; the directory is read by whoever is first."""
    people = everybody(addresses.cast, "raiser", *OUTSIDE, *more)
    for person in people.values():
        person.get("api:me", "/api/v1/me/")
        person.browser.get("/nowhere/")
    people.pop("raiser").get("case", addresses.of("case", own_routes()["case"]))
    return list(people.values())


def test_a_verb_sent_about_what_is_not_yours_looks_and_costs_as_if_it_were_not_there(addresses: Addresses) -> None:
    reference, people = addresses.dispute.reference, cycle(outside(addresses))
    doors = {name: addresses.of(name, pattern) for name, pattern in own_routes().items() if name.startswith(VERB)}
    doors |= {f"page of {verb.value}": f"/d/{reference}/{slug_of(verb)}/" for verb in PAGES}
    kept = Event.objects.count(), Reading.objects.count()
    # Each door is tried by one of them, whoever's turn it is: that no verb is for any of them is the matrix's to say.
    apart = [words for name, at in doors.items() for words in difference(next(people), name, at, at.replace(reference, NOTHING))]
    assert (apart, len(doors) > 120) == ([], True)
    assert (Event.objects.count(), Reading.objects.count()) == kept


def test_a_button_pressed_for_what_is_not_yours_looks_and_costs_as_if_it_were_not_there(addresses: Addresses) -> None:
    asked, pressed, people = read(TABLE), read(SENT), dict(zip((*OUTSIDE, "receiver"), outside(addresses, "receiver"), strict=True))
    apart, compared = [], 0
    for name, pattern in own_routes().items():
        nowhere, answers = addresses.absent(name, pattern), pressed.get(name, asked[row_of(name)])
        # Whoever is in the disagreement and not in this, else whoever is of another partnership.
        part = next((part for part in ("receiver", "stranger") if answers[part] == 404), "")
        if nowhere and part and not name.startswith(VERB):
            compared += 1
            apart += difference(people[part], name, addresses.of(name, pattern), nowhere)
    assert (apart, compared > 40) == ([], True)
