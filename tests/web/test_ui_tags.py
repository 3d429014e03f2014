"""Words on screen for dates, times, counts and lists; expected words were written down by hand."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from agencies import words
from agencies.templatetags import ui

SUMMER = datetime(2026, 4, 7, 15, 30, tzinfo=UTC)
WINTER = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
IN_2026 = time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False)


@IN_2026
def test_a_moment_is_shown_in_londons_summer_time() -> None:
    assert ui.moment(SUMMER) == "Tuesday 7 April, 4:30pm"


@IN_2026
def test_a_moment_is_shown_in_londons_winter_time() -> None:
    assert ui.moment(WINTER) == "Monday 5 January, 9am"


@time_machine.travel(datetime(2027, 1, 2, tzinfo=UTC), tick=False)
def test_last_years_moment_carries_its_year() -> None:
    assert ui.moment(SUMMER) == "Tuesday 7 April 2026, 4:30pm"
    assert ui.day(SUMMER) == "Tuesday 7 April 2026"


@IN_2026
def test_what_is_printed_always_carries_its_year() -> None:
    assert ui.full_moment(SUMMER) == "Tuesday 7 April 2026, 4:30pm"
    assert ui.full_day(date(2026, 4, 7)) == "Tuesday 7 April 2026"
    assert ui.short_day(date(2026, 4, 7)) == "7 April 2026"
    assert ui.short_day(None) == ""


@IN_2026
def test_an_instant_late_in_the_evening_belongs_to_londons_day() -> None:
    assert ui.day(datetime(2026, 4, 6, 23, 30, tzinfo=UTC)) == "Tuesday 7 April"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(16, 30), "4:30pm"),
        (time(9), "9am"),
        (time(12), "midday"),
        (time(0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(23, 59, 59), "end of day"),
    ],
)
def test_a_time_is_said_as_people_say_it(at: time, said: str) -> None:
    assert words.clock_time(at) == said


@IN_2026
def test_the_exact_instant_stands_behind_the_words() -> None:
    assert ui.when(SUMMER) == '<time datetime="2026-04-07T16:30+01:00">Tuesday 7 April, 4:30pm</time>'


@pytest.mark.parametrize("show", [ui.moment, ui.full_moment, ui.day, ui.full_day, ui.clock_time, ui.when])
def test_no_moment_shows_nothing(show: object) -> None:
    assert callable(show)
    assert show(None) == ""


@pytest.mark.parametrize(("number", "said"), [(0, "no disagreements"), (1, "1 disagreement"), (2, "2 disagreements"), (1200, "1,200 disagreements")])
def test_a_count_agrees_with_its_noun(number: int, said: str) -> None:
    assert words.counted(number, "disagreement,disagreements") == said


@pytest.mark.parametrize(("values", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_a_list_is_joined_as_in_a_sentence(values: list[str], said: str) -> None:
    assert ui.joined(values) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (999, "999"), (1200, "1,200"), (1234567, "1,234,567")])
def test_a_large_number_is_grouped(number: int, said: str) -> None:
    assert ui.figure(number) == said


def test_days_and_months_are_named_in_the_language_in_force() -> None:
    with translation.override("cy"):
        assert words.day(date(2026, 4, 7), year=True) == "Dydd Mawrth 7 Ebrill 2026"
        assert words.short_day(date(2026, 12, 25)) == "25 Rhagfyr 2026"


def test_what_is_stored_keeps_the_english_words_whatever_language_is_in_force() -> None:
    with translation.override("cy"):
        assert words.source(gettext_lazy("Monday")) == "Monday"


@pytest.mark.parametrize(("language", "said"), [("en-gb", "en-GB"), ("cy", "cy")])
def test_a_page_says_which_language_it_is_in(language: str, said: str) -> None:
    with translation.override(language):
        assert ui.page_language() == said


def test_a_telephone_number_can_be_dialled_without_its_extension() -> None:
    assert ui.phone("01632 960 114 ext 2") == '<a class="c-nowrap" href="tel:01632960114">01632 960 114 ext 2</a>'


def test_what_cannot_be_dialled_stays_text() -> None:
    assert ui.phone("through the switchboard") == "through the switchboard"


def test_what_comes_from_people_is_escaped() -> None:
    page = Template("{% load ui %}{% tag word 'info' %}{% phone number %}").render(Context({"word": "<b>", "number": "1<i>"}))
    assert "<b>" not in page
    assert "<i>" not in page


def test_no_line_ends_within_a_reference_and_everything_else_of_the_text_stays_text() -> None:
    whole = '<span class="c-nowrap">ESC-7K3M2P</span>'
    assert ui.whole_references("ESC-7K3M2P, <b> and ESC-7K3M2P.") == f"{whole}, &lt;b&gt; and {whole}."
    assert ui.whole_references(SafeString("<p>ESC-7K3M2P</p>")) == f"<p>{whole}</p>"
    assert ui.whole_references("RESC-7K3M2P ESC-7K3M2PQ") == "RESC-7K3M2P ESC-7K3M2PQ"
