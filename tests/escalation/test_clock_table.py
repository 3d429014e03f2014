"""The clock rule's table: worked by hand from the published rule, London wall-clock times."""

from datetime import UTC, date, datetime, time

import pytest

from agencies.working_days import LONDON, Calendar, Nation
from escalation.clocks import Plan, Rule, StepKind, Unit, Within, due_moment, half_way, steps_between

ENGLAND = Calendar.of(Nation.ENGLAND_AND_WALES)
SCOTLAND = Calendar.of(Nation.SCOTLAND)
ULSTER = Calendar.of(Nation.NORTHERN_IRELAND)
INSET = Calendar.of(Nation.ENGLAND_AND_WALES, added={date(2026, 11, 23): "INSET day"})
EARLY = Calendar.of(Nation.ENGLAND_AND_WALES, opens=time(8, 30), closes=time(16))

BRISTOL = Rule.of(close="17:00")
BROMLEY = Rule.of(start_rule="plain", moment="end_of_day")
PLAIN = Rule.of(start_rule="plain")
OFFICE = Rule.of()
ROLL_TO_END = Rule.of(moment="end_of_day")
OPEN_ENDED = Rule.of(close="none")
AT_FOUR = Rule.of(close="16:00")
AT_EIGHT = Rule.of(close="20:00")

URGENT = {Unit.CLOCK_HOUR, Unit.CLOCK_MINUTE}

# start, within, rule, calendar, due, half way, the system's move one working day after the due moment
ROWS = [
    # Bristol's Stage 1, around a weekend and around the edges of the day
    ("2026-11-20 16:30", "1 working day", BRISTOL, ENGLAND, "2026-11-23 16:30", "2026-11-23 12:30", "2026-11-24 16:30"),
    ("2026-11-20 18:10", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-20 16:59", "1 working day", BRISTOL, ENGLAND, "2026-11-23 16:59", "2026-11-23 12:59", "2026-11-24 16:59"),
    ("2026-11-20 16:59:30", "1 working day", BRISTOL, ENGLAND, "2026-11-23 17:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-20 17:00", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-20 16:30:20", "1 working day", BRISTOL, ENGLAND, "2026-11-23 16:31", "2026-11-23 12:31", "2026-11-24 16:31"),
    ("2026-11-21 10:00", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-22 23:59:59", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-23 00:00", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-23 08:59:59", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-23 09:00", "1 working day", BRISTOL, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    # Its later stages; a dispute started above Stage 1 or reopened starts its stage's clock in the same way
    ("2026-11-20 16:30", "2 working days", BRISTOL, ENGLAND, "2026-11-24 16:30", "2026-11-23 16:30", "2026-11-25 16:30"),
    ("2026-11-20 16:30", "5 working days", BRISTOL, ENGLAND, "2026-11-27 16:30", "2026-11-25 12:30", "2026-11-30 16:30"),
    # Christmas and New Year
    ("2026-12-24 10:00", "1 working day", BRISTOL, ENGLAND, "2026-12-29 10:00", "2026-12-24 14:00", "2026-12-30 10:00"),
    ("2026-12-24 17:00", "2 working days", BRISTOL, ENGLAND, "2026-12-31 09:00", "2026-12-29 17:00", "2027-01-04 09:00"),
    ("2026-12-23 16:00", "5 working days", BRISTOL, ENGLAND, "2027-01-04 16:00", "2026-12-30 12:00", "2027-01-05 16:00"),
    ("2026-12-31 12:00", "1 working day", BRISTOL, ENGLAND, "2027-01-04 12:00", "2026-12-31 16:00", "2027-01-05 12:00"),
    ("2026-12-31 12:00", "1 working day", BRISTOL, SCOTLAND, "2027-01-05 12:00", "2026-12-31 16:00", "2027-01-06 12:00"),
    ("2022-12-30 12:00", "1 working day", BRISTOL, ENGLAND, "2023-01-03 12:00", "2022-12-30 16:00", "2023-01-04 12:00"),
    ("2022-12-30 12:00", "1 working day", BRISTOL, SCOTLAND, "2023-01-04 12:00", "2022-12-30 16:00", "2023-01-05 12:00"),
    # Easter: Scotland works on Easter Monday
    ("2027-03-25 16:30", "1 working day", BRISTOL, ENGLAND, "2027-03-30 16:30", "2027-03-30 12:30", "2027-03-31 16:30"),
    ("2027-03-25 16:30", "1 working day", BRISTOL, SCOTLAND, "2027-03-29 16:30", "2027-03-29 12:30", "2027-03-30 16:30"),
    ("2027-03-25 16:30", "1 working day", BRISTOL, ULSTER, "2027-03-30 16:30", "2027-03-30 12:30", "2027-03-31 16:30"),
    ("2026-04-02 18:00", "2 working days", BRISTOL, ENGLAND, "2026-04-09 09:00", "2026-04-07 17:00", "2026-04-10 09:00"),
    # Both clock changes: the same time on the wall
    ("2026-03-27 15:00", "1 working day", BRISTOL, ENGLAND, "2026-03-30 15:00", "2026-03-30 11:00", "2026-03-31 15:00"),
    ("2026-10-23 15:00", "1 working day", BRISTOL, ENGLAND, "2026-10-26 15:00", "2026-10-26 11:00", "2026-10-27 15:00"),
    ("2026-03-28 12:00", "2 working days", BRISTOL, ENGLAND, "2026-04-01 09:00", "2026-03-30 17:00", "2026-04-02 09:00"),
    ("2026-03-29 01:30", "1 working day", BRISTOL, ENGLAND, "2026-03-31 09:00", "2026-03-30 13:00", "2026-04-01 09:00"),
    ("2026-10-25 01:30", "1 working day", BRISTOL, ENGLAND, "2026-10-27 09:00", "2026-10-26 13:00", "2026-10-28 09:00"),
    ("2026-03-29 02:30", "1 working day", PLAIN, ENGLAND, "2026-03-30 02:30", "2026-03-29 14:30", "2026-03-31 02:30"),
    ("2026-10-23 01:30", "1 working day", PLAIN, ENGLAND, "2026-10-26 01:30", "2026-10-23 13:00", "2026-10-27 01:30"),
    # The one-off days, and the usual ones that they moved
    ("2012-06-01 10:00", "1 working day", BRISTOL, ENGLAND, "2012-06-06 10:00", "2012-06-01 14:00", "2012-06-07 10:00"),
    ("2012-05-25 10:00", "1 working day", BRISTOL, ENGLAND, "2012-05-28 10:00", "2012-05-25 14:00", "2012-05-29 10:00"),
    ("2020-05-01 12:00", "1 working day", BRISTOL, ENGLAND, "2020-05-04 12:00", "2020-05-01 16:00", "2020-05-05 12:00"),
    ("2020-05-07 12:00", "1 working day", BRISTOL, ENGLAND, "2020-05-11 12:00", "2020-05-07 16:00", "2020-05-12 12:00"),
    ("2022-06-01 11:00", "1 working day", BRISTOL, ENGLAND, "2022-06-06 11:00", "2022-06-01 15:00", "2022-06-07 11:00"),
    ("2022-05-27 11:00", "1 working day", BRISTOL, ENGLAND, "2022-05-30 11:00", "2022-05-27 15:00", "2022-05-31 11:00"),
    ("2022-09-16 09:30", "1 working day", BRISTOL, ULSTER, "2022-09-20 09:30", "2022-09-16 13:30", "2022-09-21 09:30"),
    ("2023-05-05 12:00", "1 working day", BRISTOL, ENGLAND, "2023-05-09 12:00", "2023-05-05 16:00", "2023-05-10 12:00"),
    ("2026-06-12 12:00", "1 working day", BRISTOL, SCOTLAND, "2026-06-16 12:00", "2026-06-12 16:00", "2026-06-17 12:00"),
    ("2026-06-12 12:00", "1 working day", BRISTOL, ENGLAND, "2026-06-15 12:00", "2026-06-12 16:00", "2026-06-16 12:00"),
    # Days that one nation keeps alone
    ("2027-07-09 12:00", "1 working day", BRISTOL, ULSTER, "2027-07-13 12:00", "2027-07-09 16:00", "2027-07-14 12:00"),
    ("2027-03-16 12:00", "1 working day", BRISTOL, ULSTER, "2027-03-18 12:00", "2027-03-16 16:00", "2027-03-19 12:00"),
    ("2026-11-27 12:00", "1 working day", BRISTOL, SCOTLAND, "2026-12-01 12:00", "2026-11-27 16:00", "2026-12-02 12:00"),
    ("2026-07-31 12:00", "1 working day", BRISTOL, SCOTLAND, "2026-08-04 12:00", "2026-07-31 16:00", "2026-08-05 12:00"),
    ("2026-08-28 12:00", "1 working day", BRISTOL, ENGLAND, "2026-09-01 12:00", "2026-08-28 16:00", "2026-09-02 12:00"),
    ("2028-02-28 10:00", "1 working day", BRISTOL, ENGLAND, "2028-02-29 10:00", "2028-02-28 14:00", "2028-03-01 10:00"),
    # Bromley, Enfield, Buckinghamshire: the start day is never counted, through the end of the last day
    ("2026-11-20 18:10", "1 working day", BROMLEY, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:00", "2026-11-24 23:59:59"),
    ("2026-11-21 10:00", "1 working day", BROMLEY, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:00", "2026-11-24 23:59:59"),
    ("2026-11-23 09:00", "5 working days", BROMLEY, ENGLAND, "2026-11-30 23:59:59", "2026-11-25 17:00", "2026-12-01 23:59:59"),
    ("2026-12-24 12:00", "5 working days", BROMLEY, ENGLAND, "2027-01-05 23:59:59", "2026-12-31 10:30", "2027-01-06 23:59:59"),
    ("2026-11-25 23:59:30", "1 working day", BROMLEY, ENGLAND, "2026-11-26 23:59:59", "2026-11-26 13:00", "2026-11-27 23:59:59"),
    # Plain with the time of day kept
    ("2026-11-21 10:00", "1 working day", PLAIN, ENGLAND, "2026-11-23 10:00", "2026-11-23 09:30", "2026-11-24 10:00"),
    ("2026-11-20 18:10", "1 working day", PLAIN, ENGLAND, "2026-11-23 18:10", "2026-11-23 13:00", "2026-11-24 18:10"),
    ("2026-11-25 23:59:30", "1 working day", PLAIN, ENGLAND, "2026-11-26 23:59:59", "2026-11-26 13:00", "2026-11-27 23:59:59"),
    # Rolling, through the end of the last day
    ("2026-11-20 16:30", "1 working day", ROLL_TO_END, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 12:45", "2026-11-25 09:00"),
    ("2026-11-20 18:10", "1 working day", ROLL_TO_END, ENGLAND, "2026-11-24 23:59:59", "2026-11-23 17:00", "2026-11-26 09:00"),
    # Other closes, other office hours, a local closure day
    ("2026-11-20 18:10", "1 working day", OPEN_ENDED, ENGLAND, "2026-11-23 18:10", "2026-11-23 13:00", "2026-11-24 18:10"),
    ("2026-11-21 10:00", "1 working day", OPEN_ENDED, ENGLAND, "2026-11-24 09:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-23 03:00", "1 working day", OPEN_ENDED, ENGLAND, "2026-11-24 03:00", "2026-11-23 13:00", "2026-11-25 03:00"),
    ("2026-11-20 16:30", "1 working day", AT_FOUR, ENGLAND, "2026-11-24 09:00", "2026-11-23 12:45", "2026-11-25 09:00"),
    ("2026-11-20 15:59", "1 working day", AT_FOUR, ENGLAND, "2026-11-23 15:59", "2026-11-23 11:59", "2026-11-24 15:59"),
    ("2026-11-20 18:10", "1 working day", AT_EIGHT, ENGLAND, "2026-11-23 18:10", "2026-11-23 13:00", "2026-11-24 18:10"),
    ("2026-11-20 16:00", "1 working day", OFFICE, EARLY, "2026-11-24 08:30", "2026-11-23 12:15", "2026-11-25 08:30"),
    ("2026-11-20 16:30", "1 working day", BRISTOL, INSET, "2026-11-24 16:30", "2026-11-24 12:30", "2026-11-25 16:30"),
    # Working hours
    ("2026-11-20 15:00", "4 working hours", BRISTOL, ENGLAND, "2026-11-23 11:00", "2026-11-20 17:00", "2026-11-24 11:00"),
    ("2026-11-21 15:00", "4 working hours", BRISTOL, ENGLAND, "2026-11-23 13:00", "2026-11-23 11:00", "2026-11-24 13:00"),
    ("2026-11-23 09:00", "8 working hours", BRISTOL, ENGLAND, "2026-11-23 17:00", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-12-24 15:00", "4 working hours", BROMLEY, ENGLAND, "2026-12-29 11:00", "2026-12-24 17:00", "2026-12-30 11:00"),
    # Clock hours and minutes run day and night: urgent does not roll
    ("2026-11-21 18:10", "24 clock hours", BRISTOL, ENGLAND, "2026-11-22 18:10", "2026-11-22 06:10", "2026-11-24 09:00"),
    ("2026-03-28 12:00", "24 clock hours", BRISTOL, ENGLAND, "2026-03-29 13:00", "2026-03-29 00:00", "2026-03-31 09:00"),
    ("2026-10-24 12:00", "24 clock hours", BRISTOL, ENGLAND, "2026-10-25 11:00", "2026-10-25 00:00", "2026-10-27 09:00"),
    ("2026-11-20 16:50", "30 minutes", BRISTOL, ENGLAND, "2026-11-20 17:20", "2026-11-20 17:05", "2026-11-24 09:00"),
    ("2026-12-25 14:00", "2 clock hours", BROMLEY, ENGLAND, "2026-12-25 16:00", "2026-12-25 15:00", "2026-12-29 16:00"),
    # At once: due when it starts
    ("2026-11-20 18:10", "at once", BRISTOL, ENGLAND, "2026-11-20 18:10", "2026-11-20 18:10", "2026-11-24 09:00"),
    ("2026-11-20 10:00:20", "at once", BROMLEY, ENGLAND, "2026-11-20 10:01", "2026-11-20 10:01", "2026-11-23 10:01"),
    # Calendar days neither roll nor skip
    ("2026-11-20 18:10", "3 calendar days", BRISTOL, ENGLAND, "2026-11-23 18:10", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-20 18:10", "3 calendar days", BROMLEY, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:00", "2026-11-24 23:59:59"),
    ("2026-11-23 10:00", "10 calendar days", BRISTOL, ENGLAND, "2026-12-03 10:00", "2026-11-27 10:00", "2026-12-04 10:00"),
    # Weeks are working weeks
    ("2026-11-20 16:30", "1 working week", BRISTOL, ENGLAND, "2026-11-27 16:30", "2026-11-25 12:30", "2026-11-30 16:30"),
    ("2026-11-23 10:00", "2 weeks", BRISTOL, ENGLAND, "2026-12-07 10:00", "2026-11-30 10:00", "2026-12-08 10:00"),
    # Same and next working day: to the end of that day, whatever the moment
    ("2026-11-23 10:00", "same working day", BRISTOL, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:30", "2026-11-25 09:00"),
    ("2026-11-21 10:00", "same working day", BROMLEY, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:00", "2026-11-24 23:59:59"),
    ("2026-11-20 18:10", "same working day", BRISTOL, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:00", "2026-11-25 09:00"),
    ("2026-11-20 18:10", "same working day", BROMLEY, ENGLAND, "2026-11-20 23:59:59", "2026-11-20 21:05", "2026-11-23 23:59:59"),
    ("2026-11-20 10:00", "next working day", BRISTOL, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 09:30", "2026-11-25 09:00"),
    ("2026-11-21 10:00", "next working day", BRISTOL, ENGLAND, "2026-11-24 23:59:59", "2026-11-23 17:00", "2026-11-26 09:00"),
    ("2026-11-21 10:00", "next working day", BROMLEY, ENGLAND, "2026-11-23 23:59:59", "2026-11-23 13:00", "2026-11-24 23:59:59"),
]
Row = tuple[str, str, Rule, Calendar, str, str, str]
each_row = pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} + {row[1]} {n}" for n, row in enumerate(ROWS)])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def due_of(row: Row) -> datetime:
    return due_moment(at(row[0]), Within.parse(row[1]), row[2], row[3])


def test_the_table_holds_at_least_sixty_rows() -> None:
    assert len(ROWS) >= 60


@each_row
def test_the_due_moment_is_the_tables(row: Row) -> None:
    assert due_of(row) == at(row[4])


@each_row
def test_half_way_is_the_tables(row: Row) -> None:
    assert half_way(at(row[0]), at(row[4]), row[3], elapsed=Within.parse(row[1]).unit in URGENT) == at(row[5])


@each_row
def test_the_system_moves_it_up_at_the_tables_moment(row: Row) -> None:
    plan = Plan(at(row[0]), at(row[4]), rule=row[2], move_up_after=Within.parse("1 working day"))
    steps = steps_between(plan, None, at(row[6]), row[3])
    assert [step.at for step in steps if step.kind is StepKind.MOVE] == [at(row[6])]
