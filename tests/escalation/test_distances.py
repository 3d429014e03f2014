"""How far off a due moment is, in words. Expected words counted by hand on the calendar of March 2026; office hours nine to five."""

from datetime import timedelta

import pytest

from agencies.holidays import Nation
from agencies.words import lower_first
from agencies.working_days import Calendar
from escalation.clocks import Moment, Rule, StartRule, Unit, Within, due_moment
from escalation.procedures.schema import shipped
from escalation.selectors.words import distance, due_at, due_words, stage_name, stage_title
from tests.world import london

CALENDAR = Calendar.of(Nation.ENGLAND_AND_WALES)


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-03-02 10:00", "2026-03-02 13:00", "in 3 working hours"),
        ("2026-03-02 10:00", "2026-03-02 10:40", "in 40 minutes"),
        ("2026-03-02 10:00", "2026-03-03 10:00", "tomorrow"),
        ("2026-03-02 16:00", "2026-03-03 10:00", "tomorrow"),
        ("2026-03-06 16:30", "2026-03-09 16:30", "on the next working day"),
        ("2026-03-02 10:00", "2026-03-04 10:00", "in 2 working days"),
        ("2026-03-02 18:00", "2026-03-02 23:59", "by the end of today"),
        ("2026-03-02 07:00", "2026-03-02 09:00", "in 2 hours"),
        ("2026-03-02 10:00", "2026-03-02 10:00", "right now"),
        ("2026-03-02 09:59", "2026-03-02 10:00", "in 1 minute"),
        ("2026-03-02 10:01", "2026-03-02 10:00", "1 minute late"),
        ("2026-03-06 17:00", "2026-03-06 17:00", "right now"),
        ("2026-03-02 11:00", "2026-03-02 10:00", "1 working hour late"),
        ("2026-03-02 10:30", "2026-03-02 10:00", "30 minutes late"),
        ("2026-03-03 10:00", "2026-03-02 10:00", "1 working day late"),
        ("2026-03-09 10:00", "2026-03-05 10:00", "2 working days late"),
        # Nobody has worked since: through the weekend, and until the office has been open for a while.
        ("2026-03-07 12:00", "2026-03-06 23:59", "since the last working day"),
        ("2026-03-07 10:00", "2026-03-06 17:00", "since the last working day"),
        ("2026-03-09 09:00", "2026-03-06 17:00", "since the last working day"),
        ("2026-03-09 09:30", "2026-03-06 17:00", "30 minutes late"),
        ("2026-03-09 17:00", "2026-03-06 17:00", "1 working day late"),
        ("2026-03-02 20:00", "2026-03-02 18:00", "2 hours late"),
        ("2026-04-07 10:00", "2026-04-02 10:00", "1 working day late"),
        # Sunday, Tuesday at nine: one working day, Monday's. Friday at three in the night: Tuesday, Wednesday and Thursday have gone by.
        ("2026-03-01 12:00", "2026-03-03 09:00", "in 1 working day"),
        ("2026-03-06 03:00", "2026-03-02 23:59", "3 working days late"),
        ("2026-03-06 03:06", "2026-03-04 11:15", "1 working day late"),
        ("2026-03-02 08:00", "2026-03-02 23:59", "by the end of today"),
        # Days as the clock rule counts them: today is never one of them, whenever it is now, and a day on is the same time of day.
        ("2026-03-02 08:00", "2026-03-03 23:59", "tomorrow"),
        ("2026-03-02 09:00", "2026-03-03 23:59", "tomorrow"),
        ("2026-03-02 09:01", "2026-03-03 23:59", "tomorrow"),
        ("2026-03-02 17:00", "2026-03-03 23:59", "tomorrow"),
        ("2026-03-02 22:00", "2026-03-03 23:59", "tomorrow"),
        ("2026-03-03 00:00", "2026-03-03 23:59", "by the end of today"),
        ("2026-03-02 09:00", "2026-03-23 23:59", "in 15 working days"),
        ("2026-03-02 07:30", "2026-03-23 23:59", "in 15 working days"),
        ("2026-03-01 12:00", "2026-03-20 23:59", "in 15 working days"),
        ("2026-03-03 09:00", "2026-03-23 23:59", "in 14 working days"),
        # On the day before, and on a day on which nobody works, the day itself is said: no number is counted from it.
        ("2026-03-01 12:00", "2026-03-02 17:00", "tomorrow"),
        ("2026-03-07 12:00", "2026-03-09 17:00", "on the next working day"),
        ("2026-03-06 10:00", "2026-03-09 09:30", "on the next working day"),
        ("2026-03-09 08:00", "2026-03-09 17:00", "by the end of today"),
        # Over Easter: Thursday 2 and Tuesday 7 April stand beside each other.
        ("2026-04-02 09:00", "2026-04-07 23:59", "on the next working day"),
        ("2026-04-02 18:00", "2026-04-07 09:00", "on the next working day"),
        ("2026-04-03 12:00", "2026-04-08 09:00", "in 1 working day"),
        ("2026-03-02 09:00", "2026-03-03 17:00", "tomorrow"),
        ("2026-03-02 09:00", "2026-03-03 08:30", "tomorrow"),
        ("2026-03-02 17:30", "2026-03-04 10:00", "in 1 working day"),
        ("2026-03-02 11:00", "2026-03-03 10:00", "tomorrow"),
        ("2026-03-02 10:00", "2026-03-03 10:01", "tomorrow"),
        # An agreed Saturday is Friday's end.
        ("2026-03-05 09:00", "2026-03-07 12:00", "in 1 working day"),
        ("2026-03-06 10:00", "2026-03-07 12:00", "tomorrow"),
        # Late in the same way.
        ("2026-03-03 17:00", "2026-03-02 09:00", "1 working day late"),
        ("2026-03-02 17:00", "2026-03-02 09:00", "8 working hours late"),
        ("2026-03-03 09:00", "2026-03-02 09:00", "1 working day late"),
        ("2026-03-03 16:00", "2026-03-02 23:59", "7 working hours late"),
        ("2026-03-03 17:00", "2026-03-02 23:59", "1 working day late"),
        ("2026-03-04 09:00", "2026-03-02 23:59", "1 working day late"),
        ("2026-03-04 17:00", "2026-03-02 23:59", "2 working days late"),
        ("2026-03-09 12:00", "2026-03-07 12:00", "3 working hours late"),
    ],
)
def test_the_distance_counts_office_time_only(now: str, due: str, words: str) -> None:
    assert distance(london(due), london(now), CALENDAR) == words


@pytest.mark.parametrize("wall", ["00:00", "08:59", "09:00", "09:01", "12:30", "16:59", "17:00", "23:59"])
@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-06", "2026-03-07", "2026-04-02", "2026-12-24"])
@pytest.mark.parametrize("days", [2, 5, 15])
@pytest.mark.parametrize("rule", [Rule(StartRule.PLAIN, moment=Moment.END_OF_DAY), Rule(StartRule.ROLL_FORWARD, moment=Moment.SAME_TIME)])
def test_a_limit_of_several_days_that_begins_is_as_many_working_days_off_as_the_procedure_gives(rule: Rule, days: int, day: str, wall: str) -> None:
    begun = london(f"{day} {wall}")
    due = due_moment(begun, Within(days, Unit.WORKING_DAY), rule, CALENDAR)
    assert distance(due, begun, CALENDAR) == f"in {days} working days"


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-03-07 19:00", "2026-03-07 22:00", "in 3 hours"),
        ("2026-03-02 10:00", "2026-03-02 10:00", "right now"),
        ("2026-03-07 10:00", "2026-03-06 17:00", "17 hours late"),
        ("2026-03-08 16:00", "2026-03-06 17:00", "47 hours late"),
        # 64 hours over a weekend, and 71: two whole days. Then three, office or not.
        ("2026-03-09 09:00", "2026-03-06 17:00", "2 days late"),
        ("2026-03-09 16:00", "2026-03-06 17:00", "2 days late"),
        ("2026-03-09 17:00", "2026-03-06 17:00", "3 days late"),
        ("2026-03-06 10:00", "2026-03-08 12:00", "in 2 days"),
    ],
)
def test_where_it_is_urgent_every_hour_and_day_counts(now: str, due: str, words: str) -> None:
    assert distance(london(due), london(now), CALENDAR, elapsed=True) == words


def test_within_the_minute_after_it_fell_due_it_has_just_passed() -> None:
    due = london("2026-03-02 10:00")
    for elapsed in (False, True):
        assert distance(due, due + timedelta(seconds=40), CALENDAR, elapsed=elapsed) == "just passed"


@pytest.mark.parametrize(
    ("now", "word", "tone"),
    [
        ("2026-03-02 12:00", "Due", "later"),
        ("2026-03-03 09:59", "Due today", "soon"),
        ("2026-03-03 10:00", "Due today", "soon"),
        ("2026-03-03 10:01", "Overdue", "overdue"),
    ],
)
def test_at_the_due_moment_it_is_in_time_and_a_minute_later_it_is_overdue(now: str, word: str, tone: str) -> None:
    due = due_at(london("2026-03-03 10:00"), london(now), CALENDAR)
    assert (due.word, due.tone) == (word, tone)


@pytest.mark.parametrize(
    ("now", "line"),
    [("2026-03-02 10:00", "Tuesday 3 March, 5pm, tomorrow"), ("2026-03-04 17:00", "Tuesday 3 March, 5pm. Overdue, 1 working day late")],
)
def test_in_a_line_of_a_list_what_is_overdue_is_a_sentence_and_what_is_to_come_a_clause(now: str, line: str) -> None:
    assert due_words(due_at(london("2026-03-03 17:00"), london(now), CALENDAR)) == line


def test_stages_are_named_in_the_procedures_own_word() -> None:
    bristol = shipped()["bristol"]
    assert stage_name(bristol, 2) == "Stage 2"
    assert stage_title(bristol, 1) == "Stage 1, team managers"
    assert stage_name(bristol, 0) == "Own manager"


def test_an_abbreviation_keeps_its_capitals_inside_a_sentence() -> None:
    assert lower_first("CAMHS team") == "CAMHS team"
    assert lower_first("Respond: Stage 1") == "respond: Stage 1"
