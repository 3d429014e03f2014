"""Lengths of time, rules, starts recorded later, and the words of a working-out."""

from datetime import UTC, date, datetime, time

import pytest

from agencies.working_days import LONDON, BeyondCalendar, Calendar, Nation, NotAware
from escalation.clocks import (
    AgreedDateNeeded,
    Closing,
    DayLine,
    Rule,
    RuleError,
    Unit,
    Within,
    WithinError,
    WorkingOut,
    due_moment,
    next_step_due,
    working_out,
)

ENGLAND = Calendar.of(Nation.ENGLAND_AND_WALES)
SCOTLAND = Calendar.of(Nation.SCOTLAND)
BROMLEY = Rule.of(start_rule="plain", moment="end_of_day")
ONE_DAY = Within.parse("1 working day")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def explain(start: str, within: str, rule: Rule | None = None, calendar: Calendar = ENGLAND) -> WorkingOut:
    return working_out(at(start), Within.parse(within), rule or Rule(), calendar)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("1 working day", 1, Unit.WORKING_DAY),
        ("2 working days", 2, Unit.WORKING_DAY),
        ("  Two  Working Days ", 2, Unit.WORKING_DAY),
        ("4 working hours", 4, Unit.WORKING_HOUR),
        ("24 clock hours", 24, Unit.CLOCK_HOUR),
        ("30 minutes", 30, Unit.CLOCK_MINUTE),
        ("30 clock minutes", 30, Unit.CLOCK_MINUTE),
        ("at once", 1, Unit.AT_ONCE),
        ("3 calendar days", 3, Unit.CALENDAR_DAY),
        ("2 calendar weeks", 14, Unit.CALENDAR_DAY),
        ("1 working week", 1, Unit.WORKING_WEEK),
        ("2 weeks", 2, Unit.WORKING_WEEK),
        ("same working day", 1, Unit.SAME_WORKING_DAY),
        ("the next working day", 1, Unit.NEXT_WORKING_DAY),
        ("agreed", 1, Unit.AGREED),
    ],
)
def test_a_procedures_words_are_read(text: str, amount: int, unit: Unit) -> None:
    within = Within.parse(text)
    assert within == Within(amount, unit)
    assert Within.parse(within.words()) == within


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5 days", "5 working days or 5 calendar days"),
        ("24 hours", "24 working hours .* or 24 clock hours"),
        ("0 working days", "at least 1"),
        ("-1 working days", "at least 1"),
        ("1001 working days", "too long"),
        ("99999999999 working days", "too long"),
        ("some working days", "does not begin with a number"),
        ("2 fortnights", "no unit that is known"),
        ("tomorrow", "not a length of time"),
        ("", "not a length of time"),
    ],
)
def test_a_length_that_says_nothing_clear_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(WithinError, match=words):
        Within.parse(text)


def test_the_three_kinds_of_close_are_read_and_written_back() -> None:
    for word, close in [("office_hours", Closing.OFFICE_HOURS), ("none", Closing.NONE), ("17:00", time(17))]:
        rule = Rule.of(close=word)
        assert rule.close == close
        assert rule.close_word() == word


@pytest.mark.parametrize("setting", [{"start_rule": "backwards"}, {"close": "5pm"}, {"close": "24:00"}, {"moment": "noon"}])
def test_a_setting_that_does_not_exist_is_refused_by_name(setting: dict[str, str]) -> None:
    with pytest.raises(RuleError, match=next(iter(setting))):
        Rule.of(**setting)


def test_a_clock_to_an_agreed_date_has_no_due_moment_of_its_own() -> None:
    with pytest.raises(AgreedDateNeeded):
        due_moment(at("2026-11-20 16:30"), Within.parse("agreed"), Rule(), ENGLAND)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NotAware):
        due_moment(datetime(2026, 11, 20, 16, 30), ONE_DAY, Rule(), ENGLAND)  # noqa: DTZ001


@pytest.mark.parametrize("start", ["2011-12-30 12:00", "2040-12-31 18:00", "2045-06-01 12:00"])
def test_a_date_outside_the_years_carried_is_refused_and_never_guessed(start: str) -> None:
    with pytest.raises(BeyondCalendar, match="2012 to 2040"):
        due_moment(at(start), ONE_DAY, Rule(), ENGLAND)


def test_the_london_date_counts_not_the_utc_date() -> None:
    # 23:30 UTC on Thursday 11 June is already Friday 12 June in London.
    start = datetime(2026, 6, 11, 23, 30, tzinfo=UTC)
    assert due_moment(start, ONE_DAY, BROMLEY, ENGLAND) == at("2026-06-15 23:59:59")


def test_a_skipped_hour_is_read_an_hour_later_and_a_repeated_one_is_its_first() -> None:
    plain = Rule.of(start_rule="plain")
    skipped = datetime(2026, 3, 29, 1, 30, tzinfo=LONDON)
    assert due_moment(skipped, ONE_DAY, plain, ENGLAND) == at("2026-03-30 02:30")
    # 1:30 on the next Sunday comes twice; the first is still summer time.
    assert due_moment(at("2026-10-24 01:30"), Within.parse("1 calendar day"), plain, ENGLAND) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_next_step_runs_to_the_end_of_the_next_working_day() -> None:
    assert next_step_due(at("2026-11-20 18:10"), ENGLAND) == at("2026-11-23 23:59:59")
    assert next_step_due(at("2026-11-21 18:10"), ENGLAND, working_days=2) == at("2026-11-24 23:59:59")


def test_a_clock_made_urgent_in_mid_stage_runs_from_then_in_its_own_hours() -> None:
    assert due_moment(at("2026-11-21 20:15"), Within.parse("4 clock hours"), Rule(), ENGLAND) == at("2026-11-22 00:15")


def test_each_day_of_a_working_out_is_counted_or_skipped_with_its_reason() -> None:
    assert explain("2027-03-25 18:10", "1 working day").lines == (
        DayLine(date(2027, 3, 25), counted=False, why="started at 6:10pm, after the office closed"),
        DayLine(date(2027, 3, 26), counted=False, why="Good Friday"),
        DayLine(date(2027, 3, 27), counted=False, why="Saturday"),
        DayLine(date(2027, 3, 28), counted=False, why="Sunday"),
        DayLine(date(2027, 3, 29), counted=False, why="Easter Monday"),
        DayLine(date(2027, 3, 30), counted=False, why="the count begins at 9am"),
        DayLine(date(2027, 3, 31), counted=True, why="working day 1"),
    )


@pytest.mark.parametrize(
    ("start", "within", "rule", "sentence"),
    [
        (
            "2026-11-20 16:30",
            "1 working day",
            Rule(),
            "1 working day from Friday is Monday; weekends and England and Wales bank holidays do not count.",
        ),
        (
            "2026-11-20 18:10",
            "1 working day",
            Rule(),
            "It started on Friday at 6:10pm and the office closes at 5pm, so it counts from Monday 9am: 1 working day from Monday is Tuesday; "
            "weekends and England and Wales bank holidays do not count.",
        ),
        (
            "2027-03-26 10:00",
            "1 working day",
            Rule(),
            "Friday is not a working day (Good Friday), so it counts from Tuesday 9am: 1 working day from Tuesday is Wednesday; "
            "weekends and England and Wales bank holidays do not count (Good Friday, Easter Monday).",
        ),
        (
            "2026-12-23 12:00",
            "5 working days",
            BROMLEY,
            "5 working days from Wednesday 23 December 2026 is Monday 4 January 2027, to the end of the day; weekends and England and Wales "
            "bank holidays do not count (Christmas Day, Boxing Day (substitute day), New Year’s Day).",
        ),
        (
            "2026-11-21 12:00",
            "same working day",
            BROMLEY,
            "The same working day is Monday, to the end of the day; weekends and England and Wales bank holidays do not count.",
        ),
        ("2026-11-21 12:00", "24 clock hours", Rule(), "24 clock hours from Saturday midday is Sunday midday; every hour of every day counts."),
        ("2026-11-20 12:00", "3 calendar days", Rule(), "3 calendar days from Friday is Monday; every day counts, weekends and bank holidays too."),
        ("2026-11-20 18:10", "at once", Rule(), "At once: it is due as soon as it starts, Friday at 6:10pm."),
        (
            "2026-11-20 15:00",
            "4 working hours",
            Rule(),
            "4 working hours from Friday 3pm is Monday 11am; only office hours (9am to 5pm) count, "
            "and weekends and England and Wales bank holidays do not.",
        ),
    ],
)
def test_the_sentence_says_how_the_moment_came_about(start: str, within: str, rule: Rule, sentence: str) -> None:
    assert explain(start, within, rule).sentence == sentence


def test_working_hours_show_how_much_of_each_day_counted() -> None:
    lines = explain("2026-11-20 15:30", "4 working hours").lines
    assert [line.why for line in lines] == ["1 hour 30 minutes of office time", "Saturday", "Sunday", "2 hours 30 minutes of office time"]


def test_scottish_bank_holidays_are_called_so() -> None:
    assert "Scottish bank holidays do not count (World Cup bank holiday)" in explain("2026-06-12 12:00", "1 working day", calendar=SCOTLAND).sentence


def test_a_moment_beyond_the_official_list_is_marked_provisional() -> None:
    assert explain("2029-06-12 12:00", "1 working day").provisional
    assert not explain("2026-06-12 12:00", "1 working day").provisional


def test_a_working_out_comes_back_from_storage_as_it_was() -> None:
    out = explain("2027-03-25 18:10", "5 working days")
    assert WorkingOut.from_json(out.as_json()) == out
