"""What people type for dates, times and long texts, and what becomes of it."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from agencies.web.fields import DatePartsField, MomentField, Paragraphs, TimeField
from agencies.web.typed import month_number, real_date, time_of_day
from agencies.web.widgets import MomentParts


@pytest.mark.parametrize(("typed", "month"), [("4", 4), ("04", 4), ("apr", 4), ("April", 4), ("Sept", 9), ("dec.", 12), ("may", 5)])
def test_a_month_may_be_a_number_or_a_name(typed: str, month: int) -> None:
    assert month_number(typed) == month


@pytest.mark.parametrize(("typed", "month"), [("Ebrill", 4), ("ebr", 4), ("April", 4), ("Rhagfyr", 12), ("Mawrth", 3)])
def test_in_welsh_a_month_may_be_named_in_welsh_too(typed: str, month: int) -> None:
    with translation.override("cy"):
        assert month_number(typed) == month


@pytest.mark.parametrize("typed", ["0", "13", "ap", "aprill", "foo", "", "4.5"])
def test_what_is_no_month_is_not_guessed(typed: str) -> None:
    assert month_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4:30pm", time(16, 30)),
        ("4.30 PM", time(16, 30)),
        ("16:30", time(16, 30)),
        ("1630", time(16, 30)),
        ("9am", time(9)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("12:15 p.m.", time(12, 15)),
        ("midday", time(12)),
        ("00:00", time(0)),
        ("04:30", time(4, 30)),
        ("0:30", time(0, 30)),
        ("10:30", time(10, 30)),
        ("12:30", time(12, 30)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, expected: time) -> None:
    assert time_of_day(typed) == expected


@pytest.mark.parametrize("typed", ["4", "4:30", "4.30", "430", "9:00", "25:00", "13pm", "0am", "4:60pm", "soon", "", "430000"])
def test_a_time_that_could_mean_two_things_or_none_is_refused(typed: str) -> None:
    assert time_of_day(typed) is None


@pytest.mark.parametrize(("parts", "expected"), [(("29", "2", "2024"), date(2024, 2, 29)), (("7", "apr", "2026"), date(2026, 4, 7))])
def test_a_real_date_is_found(parts: tuple[str, str, str], expected: date) -> None:
    assert real_date(*parts) == expected


@pytest.mark.parametrize(
    "parts", [("29", "2", "2026"), ("31", "4", "2026"), ("0", "1", "2026"), ("1", "1", "26"), ("1", "1", "0000"), ("²", "1", "2026")]
)
def test_a_day_that_does_not_exist_is_none(parts: tuple[str, str, str]) -> None:
    assert real_date(*parts) is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["", "", ""], "Enter the date you spoke"),
        (None, "Enter the date you spoke"),
        (["7", "", ""], "The date you spoke must include a month and a year"),
        (["7", "4", "26"], "Year must include 4 numbers"),
        (["31", "2", "2026"], "The date you spoke must be a real date"),
        (["8", "4", "2026"], "The date you spoke must be today or in the past"),
    ],
)
@time_machine.travel(datetime(2026, 4, 7, 12, tzinfo=UTC), tick=False)
def test_a_wrong_date_is_told_what_is_wrong_with_it(typed: list[str] | None, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DatePartsField(subject="the date you spoke", not_future=True).clean(typed)
    assert refused.value.messages == [message]


@time_machine.travel(datetime(2026, 4, 6, 23, 30, tzinfo=UTC), tick=False)
def test_today_is_londons_today() -> None:
    assert DatePartsField(not_future=True).clean(["7", "4", "2026"]) == date(2026, 4, 7)


def test_a_date_that_may_be_left_out_may_be_left_out() -> None:
    assert DatePartsField(required=False).clean(["", "", ""]) is None


def test_a_date_shown_again_unchanged_has_not_changed() -> None:
    assert not DatePartsField().has_changed(date(2026, 4, 7), ["7", "april", "2026"])


def test_a_moments_box_for_the_time_says_how_it_may_be_typed() -> None:
    assert MomentParts().get_context("meets_at", None, {})["widget"]["subwidgets"][3]["label"] == "Time, like 4:30pm"


def test_a_moment_in_summer_is_an_hour_ahead_of_utc() -> None:
    assert MomentField().clean(["7", "4", "2026", "4:30pm"]) == datetime(2026, 4, 7, 15, 30, tzinfo=UTC)


def test_the_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(ValidationError, match="clocks went forward"):
        MomentField().clean(["29", "3", "2026", "01:30"])


@pytest.mark.parametrize(("typed", "hour"), [("01:30 BST", 0), ("1:30am gmt", 1)])
def test_of_the_hour_that_comes_twice_it_is_said_which_and_shown_so_again(typed: str, hour: int) -> None:
    found = MomentField().clean(["25", "10", "2026", typed])
    assert found == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert MomentField().clean(MomentParts().decompress(found)) == found


@pytest.mark.parametrize(
    ("month", "typed", "message"),
    [("10", "01:30", "1:30am came twice: type 1:30am BST"), ("4", "4:30pm GMT", "GMT was not London’s time on that day")],
)
def test_which_of_two_is_asked_and_never_guessed(month: str, typed: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        MomentField().clean(["25", month, "2026", typed])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "The date and time must include a time"),
        ("soon", "Time must be a time of day, like 4:30pm or 16:30"),
        ("2.30", "Say whether you mean 2:30am or 2:30pm"),
        ("11", "Say whether you mean 11am or 11pm"),
    ],
)
def test_a_moment_without_a_usable_time_is_refused(typed: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MomentField().clean(["7", "4", "2026", typed])
    assert refused.value.messages == [message]


@time_machine.travel(datetime(2026, 4, 7, 12, tzinfo=UTC), tick=False)
def test_a_moment_later_today_is_in_the_future() -> None:
    with pytest.raises(ValidationError, match="must be in the past"):
        MomentField(not_future=True).clean(["7", "4", "2026", "2pm"])


@pytest.mark.parametrize("typed", ["", None])
def test_a_time_that_is_asked_for_must_be_given(typed: str | None) -> None:
    with pytest.raises(ValidationError, match="Enter the time"):
        TimeField().clean(typed)


def test_a_time_that_cannot_be_read_says_how_to_write_it() -> None:
    with pytest.raises(ValidationError, match="like 4:30pm or 16:30"):
        TimeField().clean("later")


def test_a_line_break_counts_as_one_character() -> None:
    assert Paragraphs(max_length=3).clean("a\r\nb") == "a\nb"


def test_a_text_that_is_too_long_is_refused_not_cut() -> None:
    with pytest.raises(ValidationError):
        Paragraphs(max_length=3).clean("abcd")
