"""Why somebody does a thing that is kept or told: asked in a box of several lines, with its limit, and read again as it was written."""

from typing import Any

import pytest
from django.forms import Textarea
from django.urls import get_resolver

from agencies.web.forms import Form
from escalation.models import LegalHold
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.web.test_frame import subclasses
from tests.world import World

pytestmark = pytest.mark.django_db
LINES = "The coroner asked for it.\r\nInquest opens on 9 April."


def held(unit: Visitor, name: str, reason: str) -> Any:
    """The answer to a hold on everything about somebody who works here."""
    return unit.post("/keeping/holds/add/", {"initials": "", "user": name, "reason": reason})


def test_every_reason_is_asked_in_a_box_of_several_lines() -> None:
    assert get_resolver().url_patterns, "with the address map every form is loaded"
    ours = {form for form in subclasses(Form) if not form.__module__.startswith("tests.")}
    asked = {
        (form.__name__, name): field for form in ours for name, field in form.base_fields.items() if name in {"reason", "reasons", "why", "identity"}
    }
    assert {("HoldForm", "reason"), ("AskForm", "reason"), ("AskForm", "identity"), ("MarkConflictForm", "reason")} <= asked.keys()
    assert {key for key, field in asked.items() if not isinstance(field.widget, Textarea)} == set()


def test_the_lines_of_a_reason_stay_lines(world: World) -> None:
    unit = Visitor(world.cast.business_unit, world.now)
    assert "up to 300 characters" in unit.page("/keeping/holds/add/").one("main").text
    assert held(unit, str(world.cast.raiser.pk), LINES).status_code == 302
    assert LegalHold.objects.get().reason == "The coroner asked for it.\nInquest opens on 9 April."
    assert b"The coroner asked for it.<br>Inquest opens on 9 April." in unit.get("/keeping/holds/").content


def test_a_reason_that_is_too_long_says_by_how_much_and_keeps_every_line(world: World) -> None:
    unit = Visitor(world.cast.business_unit, world.now)
    answer = held(unit, str(world.cast.raiser.pk), "a\r\n" * 151)
    page = Page(answer.content.decode())
    assert answer.status_code == 400
    assert "at most 300 characters; this has 301" in page.one("div", class_="govuk-error-summary").text
    assert page.one("textarea", name="reason").text == " ".join("a" * 151)
    assert not LegalHold.objects.exists()
