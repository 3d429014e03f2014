"""What stands around every page, with and without a context, and what the templates must not do."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from agencies.web.csrf import failure
from tests.web import samples
from tests.web.page import Page

TEMPLATES = sorted((Path(settings.ROOT) / "templates").rglob("*.html"))
ON_SCREEN = [path for path in TEMPLATES if "emails" not in path.parts]
LONG = "The decision was taken without the school."


def page(template: str = "base.html", /, **context: Any) -> Page:
    return Page(render_to_string(template, context))


def refused(origin: str, **data: str) -> str:
    request = RequestFactory().post("/", data, headers={"origin": origin})
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


def test_the_skip_link_comes_first_and_leads_to_the_main_content() -> None:
    found = page(**samples.SHELL)
    link = found.all("a")[0]
    assert link.attrs["href"].removeprefix("#") == found.one("main").attrs["id"]


def test_the_current_page_is_marked_in_the_navigation() -> None:
    current = page(**samples.SHELL).all("a", **{"aria-current": "page"})
    assert [one.text for one in current] == ["My work"]


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
def test_a_refused_form_gives_the_typed_text_back() -> None:
    assert LONG in refused("http://testserver", what_is_disputed=LONG)


@pytest.mark.django_db
def test_a_form_sent_from_elsewhere_is_not_shown_back() -> None:
    assert LONG not in refused("https://elsewhere.example", what_is_disputed=LONG)


@pytest.mark.django_db
def test_a_password_is_never_shown_back() -> None:
    assert "correct horse battery staple" not in refused("http://testserver", password="correct horse battery staple")


@pytest.mark.django_db
def test_a_refused_form_is_a_403() -> None:
    assert failure(RequestFactory().post("/")).status_code == 403
