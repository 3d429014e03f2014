"""Help, the calculator of working days, and the notices."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
START = {"start_0": "6", "start_1": "mar", "start_2": "2026", "start_3": "4:30pm"}


def test_help_explains_the_clock_rule_the_words_and_who_sees_what(cast: Cast) -> None:
    World(cast)
    words = Visitor(cast.raiser, MONDAY).page("/help/").one("main").text
    assert "1 working day from Friday 4:30pm is Monday 4:30pm" in words
    assert "The business unit sees that it exists" in words
    assert "The person at the same level in the other agency." in words


def test_the_calculator_shows_the_moment_and_each_day(cast: Cast) -> None:
    words = Visitor(cast.raiser, MONDAY).page("/help/working-days/", **START, days="1", rule="roll_forward").one("main").text
    assert "Due Monday 9 March 2026, 4:30pm" in words
    assert "Saturday 7 March: not counted: Saturday" in words


def test_whole_days_run_to_the_end_of_the_last(cast: Cast) -> None:
    words = Visitor(cast.raiser, MONDAY).page("/help/working-days/", **START, days="1", rule="plain").one("main").text
    assert "Due Monday 9 March 2026, end of day" in words


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"days": "0"}, "Working days must be 1 or more"),
        ({"days": "many"}, "Working days must be a whole number"),
        ({"days": ""}, "Enter how many working days"),
        ({"days": "1", "start_2": "1812"}, "covers"),
        ({"days": "1", "start_0": "31", "start_1": "2"}, "must be a real date"),
    ],
)
def test_what_cannot_be_counted_is_said_beside_the_field(cast: Cast, given: dict[str, str], message: str) -> None:
    page = Visitor(cast.raiser, MONDAY).page("/help/working-days/", **START | {"rule": "plain"} | given)
    assert page.one("title").text.startswith("Error: ")
    assert any(message in one.text for one in page.all(class_="govuk-error-message"))


@pytest.mark.parametrize("path", ["/accessibility/", "/privacy/"])
def test_the_notices_are_open_to_anybody(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert len(Page(response.content.decode()).all("h1")) == 1


@pytest.mark.parametrize("path", ["/help/", "/help/working-days/", "/my-work/", "/log/", "/d/ESC-ABCDEF/", "/search/?q=x"])
def test_everything_else_asks_to_sign_in(path: str) -> None:
    assert Client().get(path).headers["Location"].startswith("/sign-in/")
