"""How far off a due moment is, in words. Expected words counted by hand on the calendar of March 2026; office hours nine to five."""

import pytest

from agencies.holidays import Nation
from agencies.words import lower_first
from agencies.working_days import Calendar
from escalation.procedures.schema import shipped
from escalation.selectors.words import distance, due_at, stage_name, stage_title
from tests.world import london

CALENDAR = Calendar.of(Nation.ENGLAND_AND_WALES)


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-03-02 10:00", "2026-03-02 13:00", "in 3 working hours"),
        ("2026-03-02 10:00", "2026-03-02 10:40", "in 40 minutes"),
        ("2026-03-02 10:00", "2026-03-03 10:00", "in 1 working day"),
        ("2026-03-02 16:00", "2026-03-03 10:00", "in 2 working hours"),
        ("2026-03-06 16:30", "2026-03-09 16:30", "in 1 working day"),
        ("2026-03-02 10:00", "2026-03-04 10:00", "in 2 working days"),
        ("2026-03-02 18:00", "2026-03-02 23:59", "by the end of today"),
        ("2026-03-02 07:00", "2026-03-02 09:00", "in 2 hours"),
        ("2026-03-02 10:00", "2026-03-02 10:00", "by the end of today"),
        ("2026-03-02 11:00", "2026-03-02 10:00", "1 working hour late"),
        ("2026-03-02 10:30", "2026-03-02 10:00", "30 minutes late"),
        ("2026-03-03 10:00", "2026-03-02 10:00", "1 working day late"),
        ("2026-03-09 10:00", "2026-03-05 10:00", "2 working days late"),
        ("2026-03-07 12:00", "2026-03-06 23:59", "just passed"),
        ("2026-04-07 10:00", "2026-04-02 10:00", "1 working day late"),
        # Sunday, Tuesday at nine: one working day, Monday's. Friday at three in the night: Tuesday, Wednesday and Thursday have gone by.
        ("2026-03-01 12:00", "2026-03-03 09:00", "in 1 working day"),
        ("2026-03-06 03:00", "2026-03-02 23:59", "3 working days late"),
        ("2026-03-06 03:06", "2026-03-04 11:15", "1 working day late"),
        ("2026-03-02 08:00", "2026-03-02 23:59", "by the end of today"),
        ("2026-03-02 08:00", "2026-03-03 23:59", "in 2 working days"),
    ],
)
def test_the_distance_counts_office_time_only(now: str, due: str, words: str) -> None:
    assert distance(london(due), london(now), CALENDAR) == words


def test_where_it_is_urgent_every_hour_counts() -> None:
    assert distance(london("2026-03-07 22:00"), london("2026-03-07 19:00"), CALENDAR, elapsed=True) == "in 3 hours"


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


def test_stages_are_named_in_the_procedures_own_word() -> None:
    bristol = shipped()["bristol"]
    assert stage_name(bristol, 2) == "Stage 2"
    assert stage_title(bristol, 1) == "Stage 1, team managers"
    assert stage_name(bristol, 0) == "Own manager"


def test_an_abbreviation_keeps_its_capitals_inside_a_sentence() -> None:
    assert lower_first("CAMHS team") == "CAMHS team"
    assert lower_first("Respond: Stage 1") == "respond: Stage 1"
