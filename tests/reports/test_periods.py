"""A reporting year is 1 April to 31 March in London."""

from datetime import UTC, datetime, timedelta

import pytest

from agencies.errors import InvalidInput
from reports.periods import Standing, Year, begun, read_year, year_of

SECOND = timedelta(seconds=1)


def test_a_year_begins_at_midnight_of_the_first_of_april_in_london() -> None:
    assert Year(2026).starts == datetime(2026, 3, 31, 23, tzinfo=UTC)  # Summer time has begun.


def test_a_year_ends_where_the_next_begins() -> None:
    assert Year(2026).ends == Year(2027).starts


def test_the_last_minutes_of_march_belong_to_the_old_year() -> None:
    assert year_of(Year(2027).starts - SECOND) == Year(2026)
    assert year_of(Year(2027).starts) == Year(2027)


def test_quarters_follow_each_other_without_a_gap() -> None:
    quarters = Year(2026).quarters()
    assert [quarter.starts for quarter in quarters] + [quarters[-1].ends] == [Year(2026).starts, *(quarter.ends for quarter in quarters)]
    assert quarters[-1].ends == Year(2026).ends


def test_the_third_quarter_begins_in_october_while_summer_time_holds() -> None:
    assert Year(2026).quarters()[2].starts == datetime(2026, 9, 30, 23, tzinfo=UTC)
    assert Year(2026).quarters()[3].starts == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (Year(2026).starts - SECOND, Standing.FUTURE),
        (Year(2026).starts, Standing.RUNNING),
        (Year(2026).ends - SECOND, Standing.RUNNING),
        (Year(2026).ends, Standing.PAST),
    ],
)
def test_a_year_is_to_come_then_runs_then_is_over(moment: datetime, standing: Standing) -> None:
    assert Year(2026).standing(moment) is standing


def test_a_running_year_is_counted_up_to_now() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert Year(2026).until(now) == now
    assert Year(2025).until(now) == Year(2025).ends


def test_the_year_is_written_as_boards_write_it() -> None:
    assert (Year(2026).label, Year(2099).label) == ("2026/27", "2099/00")


@pytest.mark.parametrize("text", ["2026", " 2026 "])
def test_a_year_is_read(text: str) -> None:
    assert read_year(text) == Year(2026)


@pytest.mark.parametrize("text", ["", "26", "1999", "2100", "20x6", "-2026", "2026.0", "２０２６", "2026/27"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="2026 is April 2026 to March 2027"):
        read_year(text)


def test_a_year_to_come_has_nothing_to_report() -> None:
    with pytest.raises(InvalidInput, match="2027/28 has not begun"):
        begun(Year(2027), datetime(2026, 11, 22, tzinfo=UTC))
