"""What is unusual and right is kept to the letter, whichever door it came through, and all the tables together hold enough."""

import html
import json

import pytest
from django.urls import reverse

from agencies.models import User
from escalation.models import EventBody
from tests.access.routes import Addresses
from tests.api.conftest import Caller
from tests.bad_input.driving import browser
from tests.bad_input.reading import TABLES, spelled, table
from tests.bad_input.test_forms import body, hidden

FORM = "application/x-www-form-urlencoded"
LEAST = 400


def newest(addresses: Addresses) -> str:
    """The text of the disagreement's newest note."""
    return str(EventBody.objects.filter(event__dispute=addresses.dispute).order_by("-event__number")[0].text["text"])


@pytest.mark.engines
@pytest.mark.django_db
def test_a_text_is_kept_and_shown_to_the_letter(addresses: Addresses) -> None:
    person, program, where = browser(addresses.cast.raiser), Caller(addresses.cast.raiser), addresses.dispute.reference
    page, texts = f"/d/{where}/add-note/", [spelled(text) for text in table("extremes")["texts"]]
    form = hidden(person, page)
    for text in texts:
        assert program.post(f"disputes/{where}/add_note/", {"text": text}).status_code == 200, text[:40]
        assert newest(addresses) == text
        assert person.post(page, body(form | {"text": text}), content_type=FORM).status_code == 302, text[:40]
        assert newest(addresses) == text
    kept = program.get(f"disputes/{where}/events/").content.decode()
    assert [text[:40] for text in texts if json.dumps(text, ensure_ascii=False) not in kept] == []
    shown = html.unescape(person.get(f"{reverse('case-print', args=[where])}").content.decode())
    assert [text[:40] for text in texts if text[:200].partition("\n")[0] not in shown] == []


@pytest.mark.django_db
def test_a_name_is_kept_and_shown_to_the_letter(addresses: Addresses) -> None:
    unit, page = browser(addresses.cast.business_unit), "/directory/people/add/hillside-school/"
    names = [spelled(name) for name in table("extremes")["names"]]
    for number, name in enumerate(names):
        given = {"name": name, "email": f"new.{number}@example.org", "role": "practitioner", "job_title": "Teacher"}
        assert unit.post(page, body(hidden(unit, page) | given), content_type=FORM).status_code == 302, name
    assert sorted(User.objects.filter(email__startswith="new.").values_list("name", flat=True)) == sorted(names)
    pages = [html.unescape(unit.get("/directory/second-factor/", {"page": number}).content.decode()) for number in (1, 2, 3)]
    assert [name for name in names if not any(name in shown for shown in pages)] == []


def distinct() -> set[str]:
    """Every bad input of the tables, each once: a form's other answers make no new one, nor does a row that differs in its answer only."""
    found = {f"address {row[0]}" for row in table("addresses")["rows"]}
    found |= {f"form {form['page']} {row[0]} {row[1]}" for form in table("forms")["form"] for row in form["bad"]}
    found |= {f"call {row[1]} {row[2]}" for row in table("calls")["rows"]}
    found |= {f"visit {kind} {row[0]} {row[1]}" for kind, rows in table("visits").items() for row in rows}
    for name in ("directory", "log", "procedures", "holidays"):
        found |= {f"{name} {kind} {row[:-1]}" for kind, rows in table(name).items() for row in rows}
    return found


def test_there_are_at_least_four_hundred_distinct_bad_inputs() -> None:
    assert len(distinct()) >= LEAST
    read = {"addresses", "forms", "calls", "visits", "directory", "log", "procedures", "holidays", "extremes"}
    assert {path.stem for path in TABLES.glob("*.toml")} == read
