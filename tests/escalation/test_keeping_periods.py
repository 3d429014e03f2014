"""When a record's time is over: asked from the end and from the beginning, the two agree to the second."""

from datetime import timedelta

import pytest

from escalation.services.keeping.periods import kept_since, kept_until
from escalation.states import RecordClass
from tests.world import london

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("record_class", "length"), [(RecordClass.BUNDLES, 28), (RecordClass.HOLDS, 1), (RecordClass.HOLDS, 4), (RecordClass.HOLDS, 6)]
)
def test_what_began_is_kept_until_the_moment_from_which_it_counts_as_over(record_class: RecordClass, length: int) -> None:
    for hours in range(0, 24 * 1500, 31):
        began = london("2024-01-01 00:00") + timedelta(hours=hours)
        until = kept_until(record_class, length, began)
        assert kept_since(record_class, length, until - SECOND) <= began < kept_since(record_class, length, until), began


@pytest.mark.parametrize(
    ("record_class", "length", "began", "until"),
    [
        (RecordClass.BUNDLES, 28, "2026-03-02 10:00", "2026-03-31 00:00"),
        (RecordClass.HOLDS, 1, "2024-02-28 23:59", "2025-03-01 00:00"),
        (RecordClass.HOLDS, 4, "2024-02-28 23:59", "2028-02-29 00:00"),
        (RecordClass.HOLDS, 4, "2024-02-29 12:00", "2028-03-01 00:00"),
        (RecordClass.HOLDS, 1, "2023-02-28 12:00", "2024-03-01 00:00"),
    ],
)
def test_days_and_years_are_counted_by_the_calendar_in_london(record_class: RecordClass, length: int, began: str, until: str) -> None:
    assert kept_until(record_class, length, london(began)) == london(until)
