"""The working calendar: which days count, counting them both ways, and office time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from agencies.working_days import LONDON, BeyondCalendar, Calendar, CalendarError, Nation, instant
from tests.calculators import LONDON as OTHER_LONDON
from tests.calculators import numpy_add, works

ENGLAND = Calendar.of(Nation.ENGLAND_AND_WALES)
each_nation = pytest.mark.parametrize("nation", Nation)
EVERY_DAY = [date(2012, 1, 1) + timedelta(days=n) for n in range(6940)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@each_nation
def test_each_day_from_2012_to_2030_works_or_not_as_an_independent_list_says(nation: Nation) -> None:
    calendar = Calendar.of(nation)
    assert [day for day in EVERY_DAY if calendar.is_working_day(day) != works(nation.value, day)] == []


@each_nation
@pytest.mark.parametrize("n", [1, 2, 5, 10, 23])
def test_adding_working_days_is_what_numpy_makes_of_every_day(nation: Nation, n: int) -> None:
    calendar = Calendar.of(nation)
    assert [day for day in EVERY_DAY[::3] if calendar.add(day, n) != numpy_add(nation.value, day, n)] == []


def test_adding_none_is_the_day_itself_and_a_negative_number_is_refused() -> None:
    assert ENGLAND.add(date(2026, 11, 21), 0) == date(2026, 11, 21)
    with pytest.raises(CalendarError, match="negative"):
        ENGLAND.add(date(2026, 11, 21), -1)


def test_a_day_rolls_only_where_it_does_not_work() -> None:
    assert ENGLAND.roll(date(2026, 11, 20)) == date(2026, 11, 20)
    assert ENGLAND.roll(date(2027, 3, 26)) == date(2027, 3, 30)
    assert ENGLAND.roll_back(date(2027, 3, 29)) == date(2027, 3, 25)
    assert ENGLAND.next_working_day(date(2026, 11, 20)) == date(2026, 11, 23)


def test_working_days_are_counted_after_the_first_day_and_with_the_last() -> None:
    assert ENGLAND.working_days_between(date(2026, 11, 20), date(2026, 11, 27)) == 5
    assert ENGLAND.working_days_between(date(2026, 11, 27), date(2026, 11, 20)) == -5


@pytest.mark.parametrize(("day", "why"), [("2026-11-21", "Saturday"), ("2026-11-22", "Sunday"), ("2027-03-26", "Good Friday"), ("2026-11-23", None)])
def test_a_day_that_does_not_count_says_why(day: str, why: str | None) -> None:
    assert ENGLAND.why_not(date.fromisoformat(day)) == why


def test_a_local_closure_is_skipped_for_its_own_reason() -> None:
    calendar = Calendar.of(Nation.ENGLAND_AND_WALES, added={date(2026, 11, 23): "INSET day"})
    assert calendar.why_not(date(2026, 11, 23)) == "INSET day"
    assert calendar.add(date(2026, 11, 20), 1) == date(2026, 11, 24)
    assert ENGLAND.add(date(2026, 11, 20), 1) == date(2026, 11, 23)


def test_a_bank_holiday_that_is_taken_back_is_a_working_day() -> None:
    calendar = Calendar.of(Nation.ENGLAND_AND_WALES, removed=[date(2027, 5, 3)])
    assert calendar.is_working_day(date(2027, 5, 3))
    assert not ENGLAND.is_working_day(date(2027, 5, 3))


def test_the_same_calendar_is_made_once() -> None:
    assert Calendar.of(Nation.SCOTLAND, added={}) is Calendar.of(Nation.SCOTLAND)


@pytest.mark.parametrize("day", [date(2011, 12, 31), date(2041, 1, 1)])
def test_a_day_outside_the_years_carried_is_refused_and_never_guessed(day: date) -> None:
    for question in (ENGLAND.is_working_day, ENGLAND.roll, ENGLAND.why_not, ENGLAND.next_working_day):
        with pytest.raises(BeyondCalendar, match="covers 2012 to 2040 only"):
            question(day)


def test_counting_past_the_last_year_is_refused() -> None:
    with pytest.raises(BeyondCalendar):
        ENGLAND.add(date(2040, 12, 20), 30)


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(CalendarError, match="close later than it opens"):
        Calendar.of(Nation.SCOTLAND, opens=time(17), closes=time(9))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 16:59:59", "2026-11-20 16:59:59"),
        ("2026-11-20 17:00", "2026-11-23 09:00"),
        ("2026-11-23 08:59:59", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-21 12:00", "2026-11-23 09:00"),
        ("2026-03-28 12:00", "2026-03-30 09:00"),
    ],
)
def test_the_next_opening_is_now_where_the_office_is_open(moment: str, opening: str) -> None:
    assert ENGLAND.next_opening(at(moment)) == at(opening)
    assert ENGLAND.is_open(at(moment)) == (moment == opening)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-20 16:30", "2026-11-23 16:30", 8),
        ("2026-11-20 18:00", "2026-11-23 08:00", 0),
        ("2026-11-20 10:00", "2026-11-20 12:00", 2),
        ("2026-11-20 10:00", "2026-11-20 09:00", 0),
        ("2026-11-21 10:00", "2026-11-22 10:00", 0),
        ("2026-11-23 00:00", "2026-11-28 00:00", 40),
        ("2026-11-23 00:00", "2026-11-27 23:59", 40),
        ("2026-10-23 15:00", "2026-10-26 15:00", 8),
        ("2027-03-25 16:00", "2027-03-31 10:00", 10),
    ],
)
def test_office_time_is_what_lies_between_opening_and_closing(start: str, end: str, hours: int) -> None:
    assert ENGLAND.office_time_between(at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20 16:30", 8, "2026-11-23 16:30"),
        ("2026-11-20 13:00", 4, "2026-11-20 17:00"),
        ("2026-11-21 12:00", 1, "2026-11-23 10:00"),
        ("2026-11-23 09:00", 40, "2026-11-27 17:00"),
        ("2026-11-23 09:00", 0, "2026-11-23 09:00"),
        ("2026-12-24 15:00", 4, "2026-12-29 11:00"),
    ],
)
def test_office_time_is_added_over_nights_and_holidays(start: str, hours: int, end: str) -> None:
    assert ENGLAND.add_office_time(at(start), timedelta(hours=hours)) == at(end)


def test_wall_clock_times_become_the_instants_that_the_time_zone_gives() -> None:
    for day in [*EVERY_DAY[::5], date(2026, 3, 29), date(2026, 10, 25), date(2060, 7, 1), date(2001, 7, 1)]:
        for wall in (time(0), time(1, 30), time(9), time(23, 59, 59)):
            assert instant(day, wall) == datetime.combine(day, wall, OTHER_LONDON).astimezone(UTC), (day, wall)
