"""The business unit's page for an earlier log: checked first, then brought in; every mistake on the page, nothing kept of a wrong file."""

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from escalation.models import Dispute, Event
from tests.cast import Cast
from tests.escalation.earlier_logs import NOW, Row, in_force, logged, responded, written
from tests.web.page import Page
from tests.web.signed_in import Visitor

pytestmark = pytest.mark.django_db
URL = "/board/earlier-log/"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast, with Bristol's procedure in force since before the log."""
    return in_force(cast)


@pytest.fixture
def visitor(cast: Cast) -> Visitor:
    return Visitor(cast.business_unit, NOW)


def send(visitor: Visitor, cast: Cast, act: str, *rows: Row) -> Any:
    with time_machine.travel(NOW, tick=False):
        return visitor.client.post(URL, {"act": act, "log": SimpleUploadedFile("log.csv", written(cast, rows), "text/csv")})


def test_a_checked_file_says_what_would_come_in_and_keeps_nothing(cast: Cast, visitor: Visitor) -> None:
    page = Page(send(visitor, cast, "check", logged(), responded()).content.decode())
    assert "Would bring in 1 disagreement with 2 steps" in page.one("main").text
    assert [button.text for button in page.all("button") if button.attrs.get("name") == "act"] == ["Check the file", "Bring it in"]
    assert not Dispute.objects.exists()


def test_the_file_that_was_checked_comes_in_by_whoever_brings_it(cast: Cast, visitor: Visitor) -> None:
    send(visitor, cast, "check", logged())
    answer = send(visitor, cast, "bring", logged())
    assert (answer.status_code, answer["Location"]) == (302, "/board/")
    assert Event.objects.get(kind="brought_in").actor == cast.business_unit
    assert "Brought in 1 disagreement" in visitor.page("/board/").one("body").text


def test_another_file_than_the_one_that_was_checked_is_not_brought_in(cast: Cast, visitor: Visitor) -> None:
    send(visitor, cast, "check", logged())
    page = Page(send(visitor, cast, "bring", logged("B2")).content.decode())
    assert "This is not the file that was checked last. Check it first" in page.one("main").text
    assert page.one("title").text.startswith("Error: ")
    assert not Dispute.objects.exists()


def test_mistakes_stand_on_the_page_by_row_and_column(cast: Cast, visitor: Visitor) -> None:
    page = Page(send(visitor, cast, "check", responded()).content.decode())
    assert "Nothing was brought in: 1 mistake, listed below" in page.one("main").text
    assert "log.csv, row 2, column step: is the disagreement's first: begin with log." in page.one("main").text


def test_a_log_that_would_keep_the_browser_waiting_is_the_commands(cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.web.earlier_log.MOST_ROWS", 1)
    page = Page(send(visitor, cast, "check", logged(), responded()).content.decode())
    assert "log.csv: has more than 1 rows." in page.one("main").text


def test_without_a_file_the_page_asks_for_it(visitor: Visitor) -> None:
    answer = visitor.post(URL, {"act": "check"})
    assert "Choose the CSV file" in Page(answer.content.decode()).one("main").text


def test_nobody_else_may(cast: Cast) -> None:
    for part in ("lead", "chair", "administrator"):
        assert Visitor(getattr(cast, part), NOW).get(URL).status_code == 403


@pytest.mark.parametrize("name", ["log.xlsx", "log.csv.exe", "log"])
def test_a_file_of_another_kind_is_refused_by_its_name(cast: Cast, visitor: Visitor, name: str) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = visitor.client.post(URL, {"act": "check", "log": SimpleUploadedFile(name, written(cast, [logged()]), "text/csv")})
    assert "Choose a CSV file: its name ends in .csv" in Page(answer.content.decode()).one("main").text
