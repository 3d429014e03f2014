"""Several of one thing on a page: every error and every label says of which it is said, and of one alone nothing that needs no saying."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.web.test_log import CHILD, begun, summary
from tests.web.test_log_fields import CALL, attempts
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
TWO = {**CHILD, "child-TOTAL_FORMS": "2"}


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def raiser(cast: Cast, world: World) -> Visitor:
    return Visitor(cast.raiser, world.now)


def sent(raiser: Visitor, path: str, data: dict[str, str]) -> Page:
    return Page(raiser.post(path, data).content.decode())


def test_each_error_says_which_child_in_the_summary_and_beside_the_control(cast: Cast, raiser: Visitor) -> None:
    page = sent(raiser, f"/log/{begun(cast, raiser).reference}/child/", {**TWO, "child-0-initials": "AB", "child-1-born_2": "26"})
    assert summary(page) == [
        "Child 1: enter the date of birth, or say that the child is unborn",
        "Child 2: enter the child's initials",
        "Child 2: the date of birth must include a day and a month",
    ]
    beside = [one.text for one in page.all("p", class_="govuk-error-message")]
    assert beside == [f"Error: {words}" for words in summary(page)]


def test_of_one_child_alone_no_number_is_said(cast: Cast, raiser: Visitor) -> None:
    page = sent(raiser, f"/log/{begun(cast, raiser).reference}/child/", CHILD)
    assert summary(page) == ["Enter the child's initials", "Enter the date of birth, or say that the child is unborn"]
    assert page.one("label", **{"for": "id_child-0-initials"}).text == "Initials"


def test_no_two_controls_have_the_same_name(cast: Cast, raiser: Visitor) -> None:
    page = sent(raiser, f"/log/{begun(cast, raiser).reference}/child/", TWO)
    names = [one.text for one in page.all("label") if "fieldset" not in one.inside] + [one.text for one in page.all("legend")]
    assert len(names) == len(set(names)) == 8
    assert page.one("label", **{"for": "id_child-1-initials"}).text == "Initials, Child 2"


def test_each_error_says_which_attempt(cast: Cast, raiser: Visitor) -> None:
    page = sent(raiser, f"/log/{begun(cast, raiser).reference}/tried/", attempts({**CALL, "whom": ""}, {**CALL, "said": "", "on_0": "100%"}))
    assert summary(page) == ["Attempt 1: say with whom it was", "Attempt 2: the day must be a real date", "Attempt 2: say what was said"]


def test_a_first_page_left_empty_says_all_that_is_missing_at_once(raiser: Visitor) -> None:
    assert summary(sent(raiser, "/log/", {})) == ["Say whether the child is in danger now", "Choose what it is, or none of these"]
