"""Procedures, directory, the caller and the working-day calculator."""

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.cast import Cast
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_caller_reads_who_they_are_and_what_they_hold(cast: Cast) -> None:
    shown = Caller(cast.lead).get("me/").json()
    assert (shown["name"], [seat["role"] for seat in shown["seats"]]) == ("Priya Nair", ["safeguarding_lead"])


def test_the_procedures_of_the_own_partnership_are_listed(world: World, cast: Cast) -> None:
    shown = Caller(cast.raiser).get("procedures/").json()["procedures"]
    assert [(row["id"], row["version"]) for row in shown] == [(str(world.version.pk), 1)]


def test_a_procedure_is_read_as_its_stages_with_every_clock_in_words(world: World, cast: Cast) -> None:
    shown = Caller(cast.raiser).get(f"procedures/{world.version.pk}/").json()
    assert [stage["position"] for stage in shown["stages"]] == [1, 2, 3, 4]
    assert any("1 working day" in clock["sentence"] for clock in shown["stages"][0]["clocks"])
    assert shown["stages"][3]["routes"] == ["mediation", "panel"]


@pytest.mark.parametrize("key", ["0190a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6b", "x", "0"])
def test_there_is_no_other_procedure(world: World, cast: Cast, key: str) -> None:
    assert Caller(cast.raiser).get(f"procedures/{key}/").status_code == 404


def test_another_partnership_s_procedure_is_not_found(world: World, cast: Cast) -> None:
    assert Caller(cast.stranger).get(f"procedures/{world.version.pk}/").status_code == 404


def test_the_agencies_of_the_own_partnership_are_listed(cast: Cast) -> None:
    shown = Caller(cast.raiser).get("agencies/").json()["agencies"]
    assert [row["name"] for row in shown] == ["Hillside School", "Northshire Police", "Northshire Social Care"]


def test_an_agency_is_read_with_its_posts_and_who_holds_them(cast: Cast) -> None:
    shown = Caller(cast.raiser).get(f"agencies/{cast.social_care.pk}/").json()
    held = {post["title"]: [contact["name"] for contact in post["contacts"]] for post in shown["posts"]}
    assert held["Team manager"] == ["Rashida Shah"]


def test_another_partnership_s_agency_is_not_found(cast: Cast) -> None:
    assert Caller(cast.stranger).get(f"agencies/{cast.social_care.pk}/").status_code == 404


def test_somebody_without_a_role_finds_an_empty_directory(cast: Cast) -> None:
    assert Caller(cast.nobody).get("agencies/").json() == {"agencies": []}


def test_the_matrix_shows_titles_by_level(cast: Cast) -> None:
    matrix = Caller(cast.raiser).get("levels/").json()["matrices"][0]
    row = next(row for row in matrix["rows"] if row["agency"] == "Northshire Social Care")
    assert [level["number"] for level in matrix["levels"]] == [1, 2, 3, 4, 5]
    assert row["titles"][1] == ["Team manager"]


def test_a_friday_afternoon_and_one_working_day_is_monday_at_the_same_time(cast: Cast) -> None:
    shown = Caller(cast.raiser).get("working-days/", start="2026-03-06T16:30", working_days=1).json()
    assert (shown["due"], shown["due_date"]) == ("2026-03-09T16:30:00Z", "2026-03-09")
    assert [line["counted"] for line in shown["working_out"]["lines"]][-1] is True


def test_the_rule_of_another_procedure_counts_to_the_end_of_the_day(cast: Cast) -> None:
    query = {"start": "2026-03-06T18:10", "working_days": 1, "start_rule": "plain", "moment": "end_of_day", "nation": "scotland", "close": "none"}
    assert Caller(cast.raiser).get("working-days/", **query).json()["due"] == "2026-03-09T23:59:59Z"


@pytest.mark.parametrize(("start", "due"), [("2026-03-29T01:30", "2026-03-30T02:30:00+01:00"), ("2026-10-25T01:30", "2026-10-26T01:30:00Z")])
def test_an_hour_that_the_clocks_skip_or_repeat_is_read_as_the_command_reads_it(cast: Cast, start: str, due: str) -> None:
    answer = Caller(cast.raiser).get("working-days/", start=start, working_days=1, start_rule="plain")
    assert answer.json()["due"] == due


@pytest.mark.parametrize(
    ("name", "value"),
    [("start", "soon"), ("start", "0001-01-01T00:00+14:00"), ("start", "\x00"), ("start", "2" * 999), ("working_days", "0"), ("working_days", "1001"),
     ("working_days", "9" * 99), ("working_days", "x"), ("nation", "france"), ("start_rule", "x"), ("close", "25:00"), ("moment", "x"),
     ("hours", "3")],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused_beside_its_name(cast: Cast, name: str, value: Any) -> None:
    answer = Caller(cast.raiser).get("working-days/", **({"start": "2026-03-06T16:30", "working_days": 1} | {name: value}))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


@pytest.mark.parametrize("start", ["1999-01-01T10:00", "2300-01-01T10:00", "9999-12-31T23:59"])
def test_a_year_without_known_bank_holidays_is_refused(cast: Cast, start: str) -> None:
    answer = Caller(cast.raiser).get("working-days/", start=start, working_days=1)
    assert answer.status_code == 400
    assert "covers" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["me/", "procedures/", "agencies/", "levels/", "working-days/", "disputes/"])
def test_nothing_is_read_without_a_token(db: None, path: str) -> None:
    assert Caller(None).get(path).status_code == 401
