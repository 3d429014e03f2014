"""The shipped bank holidays, held against two other sources, and the alarm when the official ones run out."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from govuk_bank_holidays.bank_holidays import BankHolidays

from agencies.holidays import DATA, NAMES, holiday_file
from agencies.working_days import Holiday, Nation, official_until, shipped_holidays, staleness
from tests.calculators import other_holidays

PROCLAIMED = {Nation.SCOTLAND: {date(2026, 6, 15)}}
each_nation = pytest.mark.parametrize("nation", Nation)


def days(nation: Nation, last: int = 2040) -> dict[date, Holiday]:
    return {holiday.day: holiday for holiday in shipped_holidays(nation) if holiday.day.year <= last}


@each_nation
def test_every_official_day_is_carried_and_no_other(nation: Nation) -> None:
    official = {row["date"] for row in BankHolidays(use_cached_holidays=True).get_holidays(division=nation.value)}
    weekdays = {day for day in official if day.weekday() < 5 and day.year >= 2012}
    assert set(days(nation, official_until(nation).year)) == weekdays | PROCLAIMED.get(nation, set())


@each_nation
def test_every_day_to_2032_is_what_a_second_source_gives(nation: Nation) -> None:
    assert set(days(nation, 2032)) == other_holidays(nation.value)


@pytest.mark.parametrize(
    ("day", "nations"),
    [
        ("2012-06-04", list(Nation)),  # the spring holiday, moved
        ("2012-06-05", list(Nation)),  # Diamond Jubilee
        ("2020-05-08", list(Nation)),  # the early May holiday, moved to VE day
        ("2022-06-02", list(Nation)),
        ("2022-06-03", list(Nation)),  # Platinum Jubilee
        ("2022-09-19", list(Nation)),  # State Funeral
        ("2023-05-08", list(Nation)),  # Coronation
        ("2026-06-15", [Nation.SCOTLAND]),
        ("2026-11-30", [Nation.SCOTLAND]),
        ("2027-03-17", [Nation.NORTHERN_IRELAND]),
        ("2027-07-12", [Nation.NORTHERN_IRELAND]),
        ("2027-03-29", [Nation.ENGLAND_AND_WALES, Nation.NORTHERN_IRELAND]),
        ("2012-05-28", []),  # where the spring holiday would have been
        ("2020-05-04", []),
        ("2022-05-30", []),
    ],
)
def test_a_special_day_is_kept_by_its_nations_alone(day: str, nations: list[Nation]) -> None:
    assert [nation for nation in Nation if date.fromisoformat(day) in days(nation)] == nations


@each_nation
def test_days_are_in_order_once_each_on_weekdays_and_named(nation: Nation) -> None:
    found = [holiday.day for holiday in shipped_holidays(nation)]
    assert found == sorted(set(found))
    assert all(day.weekday() < 5 for day in found)
    assert all(holiday.name and "observed" not in holiday.name for holiday in shipped_holidays(nation))


@each_nation
def test_every_days_name_is_one_that_a_translator_sees(nation: Nation) -> None:
    assert {holiday.name for holiday in shipped_holidays(nation)} <= NAMES


@each_nation
def test_days_after_the_official_list_are_provisional_and_only_those(nation: Nation) -> None:
    assert {h.day for h in shipped_holidays(nation) if h.provisional} == {day for day in days(nation) if day > official_until(nation)}


@each_nation
def test_the_file_says_when_and_where_it_was_checked(nation: Nation) -> None:
    carried = holiday_file(nation)
    assert carried.checked_on <= date(2026, 11, 22)
    assert carried.official_until == date(2028, 12, 31)
    assert "GOV.UK" in carried.source


def test_a_substitute_day_is_called_one() -> None:
    assert days(Nation.ENGLAND_AND_WALES)[date(2026, 12, 28)].name == "Boxing Day (substitute day)"


def test_there_is_no_alarm_while_next_years_official_days_are_there() -> None:
    assert staleness(Nation.SCOTLAND, date(2027, 12, 31)) is None


def test_the_alarm_says_what_is_missing_once_next_years_days_are() -> None:
    alarm = staleness(Nation.SCOTLAND, date(2028, 1, 1))
    assert alarm is not None
    assert re.search(r"Scotland are known only until 31 December 2028; those of 2029 are missing", alarm)


def official_list(path: Path, *, without: str = "") -> Path:
    """The official list in its own format, rebuilt from what is shipped, less one day."""
    content = {}
    for nation in Nation:
        rows = [h for h in shipped_holidays(nation) if not h.provisional and h.day.isoformat() != without]
        content[nation.value] = {"division": nation.value, "events": [{"date": h.day.isoformat(), "title": h.name, "notes": ""} for h in rows]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_the_files_can_be_rebuilt_from_the_official_list(tmp_path: Path) -> None:
    call_command("refresh_bank_holidays", official_list(tmp_path / "list.json"), "--checked-on=2026-11-22", output=tmp_path)
    for nation in Nation:
        name = f"bank_holidays_{nation.value}.json"
        rebuilt, shipped = (json.loads((folder / name).read_text(encoding="utf-8"))["days"] for folder in (tmp_path, DATA))
        assert [row["day"] for row in rebuilt] == [row["day"] for row in shipped]


def test_a_list_that_the_second_source_contradicts_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="differ on 2022-09-19"):
        call_command("refresh_bank_holidays", official_list(tmp_path / "list.json", without="2022-09-19"), "--checked-on=2026-11-22", output=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]


@pytest.mark.parametrize("year", [2020, 0, 99_999])
def test_a_last_year_that_the_product_could_not_read_again_is_refused_and_writes_nothing(tmp_path: Path, year: int) -> None:
    with pytest.raises(CommandError, match=f"--until is {year}; it must be a year from 20"):
        call_command("refresh_bank_holidays", official_list(tmp_path / "list.json"), "--checked-on=2026-11-22", output=tmp_path, until=year)
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]


def test_where_one_file_cannot_be_written_the_others_stay_as_they_were(tmp_path: Path) -> None:
    places = [tmp_path / f"bank_holidays_{nation.value}.json" for nation in Nation]
    places[0].write_text("as it was", encoding="utf-8")
    places[-1].mkdir()
    with pytest.raises(CommandError, match=rf"{places[-1].name} could not be written: .*\. Nothing was changed\.$"):
        call_command("refresh_bank_holidays", official_list(tmp_path / "list.json"), "--checked-on=2026-11-22", output=tmp_path)
    assert places[0].read_text(encoding="utf-8") == "as it was"
    assert {path.name for path in tmp_path.iterdir()} == {"list.json", places[0].name, places[-1].name}
    places[-1].rmdir()
    call_command("refresh_bank_holidays", official_list(tmp_path / "list.json"), "--checked-on=2026-11-22", output=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"list.json", *(path.name for path in places)}


def test_a_folder_that_is_not_there_is_told_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"moon/bank_holidays_.*\.json could not be written: No such file or directory\. Nothing was changed\.$"):
        call_command("refresh_bank_holidays", official_list(tmp_path / "list.json"), "--checked-on=2026-11-22", output=tmp_path / "moon")


def test_a_list_that_cannot_be_read_and_a_day_that_is_none_are_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^.*/moon\.json cannot be read: No such file or directory\.$"):
        call_command("refresh_bank_holidays", tmp_path / "moon.json", "--checked-on=2026-11-22", output=tmp_path)
    with pytest.raises(CommandError, match=r"argument --checked-on: “22 November” is not a date\. Write it like 2026-11-22$"):
        call_command("refresh_bank_holidays", official_list(tmp_path / "list.json"), "--checked-on=22 November", output=tmp_path)


def test_a_file_that_is_no_official_list_is_refused_in_a_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]", encoding="utf-8")
    with pytest.raises(CommandError, match="is not a readable official list"):
        call_command("refresh_bank_holidays", wrong, "--checked-on=2026-11-22", output=tmp_path)
