"""What stands around every page, with and without a context, and what the templates must not do."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import get_resolver, set_script_prefix

from agencies.models import Partnership
from agencies.person import Person
from agencies.roles import Role
from agencies.web.context import navigation
from agencies.web.field_names import is_written
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.given_back import given_back
from agencies.web.identity.refused_form import failure
from tests.factories import make_member, make_partnership, make_user
from tests.web import samples
from tests.web.page import Page

TEMPLATES = sorted((Path(settings.ROOT) / "templates").rglob("*.html"))
ON_SCREEN = [path for path in TEMPLATES if "emails" not in path.parts]
LONG = "The decision was taken without the school."


def page(template: str = "base.html", /, **context: Any) -> Page:
    return Page(render_to_string(template, context))


OURS = {"origin": "http://testserver"}


def refused(headers: dict[str, str], **data: str) -> str:
    request = RequestFactory().post("/", data, headers=headers)
    return failure(request, "CSRF token missing").content.decode()


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html", "403_csrf.html", "base.html"])
def test_a_page_without_any_context_has_one_h1_and_the_closing_line(name: str) -> None:
    found = page(name)
    assert len(found.all("h1")) == 1
    assert "Child in danger now: 999" in found.one("footer").text
    assert found.one("html").attrs["lang"] == "en-GB"


def test_the_closing_line_gives_the_front_doors_numbers() -> None:
    words = page(**samples.SHELL).one("footer").text
    assert "Northshire front door 01632 960 100 by day, 01632 960 999 at night and weekends" in words


def door_of(name: str, day: str = "", **more: Any) -> Partnership:
    """Somebody has a role in it."""
    place = make_partnership(**{"name": name, "front_door_name": f"{name} door", "front_door_day": day, "is_invented": False} | more)
    make_member(make_user(), place, Role.BUSINESS_UNIT)
    return place


def foot() -> str:
    """The foot of the sign-in page."""
    return Page(Client().get("/sign-in/").content.decode()).one("footer").text


@pytest.mark.django_db
def test_who_is_not_signed_in_reads_the_front_doors_number_too() -> None:
    door_of("Northshire", "01632 960 100")
    make_partnership(name="Only a matrix", front_door_name="Nobody’s door", front_door_day="01632 960 900", is_invented=False)
    assert "Significant harm: Northshire door 01632 960 100 by day" in foot()
    assert "Nobody’s" not in foot()


@pytest.mark.django_db
def test_of_several_partnerships_each_number_has_a_name_and_of_those_to_practise_in_none_stands_there() -> None:
    door_of("Northshire", "01632 960 100")
    door_of("Southshire", "01632 960 200")
    door_of("Practice", "01632 960 300", is_invented=True)
    assert "Northshire. Significant harm: Northshire door 01632 960 100 by day Southshire. Significant harm: Southshire door 01632 960 200" in foot()
    assert "01632 960 300" not in foot()


@pytest.mark.django_db
def test_where_no_number_is_known_or_too_many_are_nobody_is_sent_to_another_areas_door() -> None:
    assert "Significant harm: your partnership’s front door, day or night" in foot()
    for number in range(5):
        door_of(f"Area {number}", f"01632 960 00{number}")
    assert "Significant harm: your partnership’s front door, day or night" in foot()
    assert "01632" not in foot()


def test_the_skip_link_comes_first_and_leads_to_the_main_content() -> None:
    found = page(**samples.SHELL)
    link = found.all("a")[0]
    assert link.attrs["href"].removeprefix("#") == found.one("main").attrs["id"]


def test_the_current_page_is_marked_in_the_navigation() -> None:
    current = page(**samples.SHELL).all("a", **{"aria-current": "page"})
    assert [one.text for one in current] == ["My work"]


def test_the_addresses_of_the_frame_begin_where_the_installation_lies() -> None:
    found = []
    for prefix in ("/", "/concord/", "/"):
        set_script_prefix(prefix)
        found.append([one["url"] for one in navigation(Person(id=UUID(int=1), name="Somebody"), prefix)])
    assert found[1] == [f"/concord{url}" for url in found[0]]
    assert found[2] == found[0]


def test_a_practice_system_says_so_and_a_real_one_does_not() -> None:
    assert "Invented people and data" in page(practice=True).one(class_="c-practice").text
    assert not page().all(class_="c-practice")


def test_signing_out_is_a_form_that_is_posted() -> None:
    assert page(**samples.SHELL).one("form").attrs["method"] == "post"


def test_a_page_brings_one_style_sheet_and_no_inline_script_or_style() -> None:
    found = page(**samples.SHELL)
    assert len(found.all("link", rel="stylesheet")) == 1
    assert all(one.attrs.get("src") for one in found.all("script"))
    assert not found.all("style")
    assert not any("style" in one.attrs for one in found.elements)


@pytest.mark.parametrize("path", ON_SCREEN, ids=lambda path: path.name)
def test_no_template_hides_words_in_a_tooltip_or_styles_in_line(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<[^>]*\s(?:title|style|onclick|onsubmit)=", text)


@pytest.mark.parametrize("path", ON_SCREEN, ids=lambda path: path.name)
def test_every_form_leaves_judging_to_us(path: Path) -> None:
    for form in re.findall(r"<form\b[^>]*>", path.read_text()):
        assert "novalidate" in form


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [OURS, {"sec-fetch-site": "same-origin"}, {"referer": "http://testserver/d/ESC-7K3M2Q/respond/"}])
def test_a_refused_form_from_a_page_of_ours_gives_what_was_typed_back(headers: dict[str, str]) -> None:
    shown = Page(refused(headers, what=LONG, initials="AB"))
    assert [one.attrs["value"] for one in shown.all("input", readonly="")] == [LONG, "AB"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null", "referer": "http://testserver/"},
        {"sec-fetch-site": "cross-site", "referer": "http://testserver/"},
        {"sec-fetch-site": "same-site"},
        {"referer": "https://elsewhere.example/?http://testserver/"},
        {"referer": "http://testserver.elsewhere.example/"},
    ],
)
def test_a_form_that_may_have_been_sent_from_elsewhere_is_not_shown_back(headers: dict[str, str]) -> None:
    assert LONG not in refused(headers, what=LONG)


@pytest.mark.django_db
def test_a_password_is_never_shown_back() -> None:
    assert "correct horse battery staple" not in refused(OURS, password="correct horse battery staple")


def test_short_answers_and_dates_are_given_back_too_but_nothing_that_only_the_page_can_read() -> None:
    key, other = "0190a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6b", "0190a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6c"
    typed = {
        "csrfmiddlewaretoken": ["x" * 64], "seen": ["1.4"], "confirmed": ["1"], "new_code": ["123456"], "child-TOTAL_FORMS": ["1"],
        "agency": [key], "members": [f"{key} {other}"], "answer": ["partly"], "child-0-initials": ["AB"], "comment": [" "],
        "due_at_0": ["9"], "due_at_1": ["mar"], "due_at_2": ["2026"], "due_at_3": [""], "what": ["One.", "a\0b"],
        "ground": ["not_resolved"], "to": ["2"], "private": ["on"], "of_old": ["Words of old."],
    }  # fmt: skip
    shown = [("answer", "partly"), ("initials", "AB"), ("by when", "9 mar 2026"), ("what", "One."), ("what", "a\ufffdb"), ("of old", "Words of old.")]
    assert given_back(typed) == shown


def subclasses(of: type[Form]) -> set[type[Form]]:
    return {found for one in of.__subclasses__() for found in {one, *subclasses(one)}}


def test_every_field_in_which_people_write_has_a_name_of_its_own() -> None:
    assert get_resolver().url_patterns, "with the address map every form is loaded"
    ours = {form for form in subclasses(Form) if not form.__module__.startswith("tests.")}
    fields = [(name, field) for form in ours for name, field in form.base_fields.items() if not field.widget.is_hidden]
    written = {name for name, field in fields if isinstance(field, forms.CharField | forms.IntegerField | DatePartsField)}
    assert len(written) > 60
    assert {name for name in written if not is_written(name)} <= {"password", "old_password"}


@pytest.mark.django_db
def test_a_refused_form_is_a_403() -> None:
    assert failure(RequestFactory().post("/")).status_code == 403
