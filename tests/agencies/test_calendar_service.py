"""Closure days and late bank holidays, entered and taken out by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from agencies.calendars import calendar_of
from agencies.day_list import calendar_page
from agencies.errors import DomainError, InvalidInput, NotAllowed, NotFound
from agencies.models import ClosureDay, DirectoryEvent, HolidayChange
from agencies.services.calendar import DayKind, add_day, remove_day
from tests.cast import Cast

NOW = datetime(2026, 4, 10, 14, tzinfo=UTC)
MONDAY = date(2026, 4, 13)


def add(cast: Cast, **changes: Any) -> ClosureDay | HolidayChange:
    given = {"actor": cast.business_unit, "kind": DayKind.CLOSURE, "day": MONDAY, "words": "Training day", "source": "The executive"}
    return add_day(partnership=cast.partnership, now=NOW, **(given | changes))


def works(cast: Cast, day: date = MONDAY) -> bool:
    return calendar_of(cast.partnership).is_working_day(day)


def test_a_closure_day_counts_at_once_and_is_on_the_record(cast: Cast) -> None:
    add(cast)
    assert not works(cast)
    words = DirectoryEvent.objects.latest("recorded_at").words
    assert words == "Monday 13 April 2026 is a closure day: Training day. Ordered by The executive."


def test_a_bank_holiday_can_be_worked_after_all(cast: Cast) -> None:
    add(cast, kind=DayKind.WORKS, day=date(2026, 5, 4), words="Moved by proclamation")
    assert works(cast, date(2026, 5, 4))


def test_a_late_bank_holiday_is_a_day_off(cast: Cast) -> None:
    add(cast, actor=cast.administrator, kind=DayKind.HOLIDAY, words="State funeral")
    assert calendar_of(cast.partnership).why_not(MONDAY) == "State funeral"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": date(2026, 4, 11)}, "That is a Saturday, which never counts"),
        ({"day": date(2026, 5, 4)}, "is no working day already"),
        ({"kind": DayKind.WORKS}, "is no bank holiday"),
        ({"day": date(1999, 1, 4)}, "covers 2012 to"),
        ({"words": "  "}, "Say why"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_beside_its_field(cast: Cast, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refusal:
        add(cast, **changes)
    assert refusal.value.field in {"day", "words"}
    assert not ClosureDay.objects.exists()


def test_a_day_added_twice_says_so(cast: Cast) -> None:
    add(cast)
    with pytest.raises(InvalidInput, match="Monday 13 April 2026 is no working day already: Training day"):
        add(cast)


def test_taking_it_out_makes_it_a_working_day_again(cast: Cast) -> None:
    row = add(cast)
    assert remove_day(actor=cast.administrator, partnership=cast.partnership, row_id=row.pk, now=NOW) == MONDAY
    assert works(cast)
    with pytest.raises(NotFound):
        remove_day(actor=cast.administrator, partnership=cast.partnership, row_id=row.pk, now=NOW)


@pytest.mark.parametrize("part", ["lead", "chair", "auditor", "stranger"])
def test_others_keep_no_calendar(cast: Cast, part: str) -> None:
    row = add(cast)
    with pytest.raises(NotAllowed):
        add(cast, actor=getattr(cast, part), day=date(2026, 4, 14))
    with pytest.raises(DomainError):
        remove_day(actor=getattr(cast, part), partnership=cast.partnership, row_id=row.pk, now=NOW)
    assert not works(cast)


def test_the_page_shows_own_days_and_the_nations_of_this_year_and_next(cast: Cast) -> None:
    add(cast)
    add(cast, kind=DayKind.WORKS, day=date(2026, 5, 4), words="Moved")
    page = calendar_page(cast.partnership, date(2026, 4, 10))
    assert [(row.what, row.words) for row in page.own] == [("Working day after all", "Moved"), ("Closure day", "Training day")]
    assert [row.undone for row in page.official if row.day == date(2026, 5, 4)] == [True]
    assert {row.day.year for row in page.official} == {2026, 2027}
