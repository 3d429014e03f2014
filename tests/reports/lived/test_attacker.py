"""Public editions of years that were lived, step by step and under every procedure, in the hands of a reader who knows how they are made."""

from datetime import UTC, datetime

import pytest

from reports.editions import suppressed
from reports.figures import Edition
from reports.measures import Scope, figures_of
from reports.periods import Year
from tests.reports.attacker import Attacker, Knowledge
from tests.reports.knowledge import Reader, truth_of
from tests.reports.record import reader as record
from tests.reports.test_attacker import hints_of, raised_by_kind

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 1, 12, tzinfo=UTC)  # Every one of the years is over.


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_what_is_taken_to_be_at_most_something_else_is_so_and_no_hidden_count_is_told(lived: record.Reader, year: int) -> None:
    scope = Scope(lived.partnership, Year(year), LATER, Edition.PUBLIC)
    counted = figures_of(scope)
    found = suppressed(counted)
    assert (found.unproven, len(found.hidden) > 50) == (set(), True)
    system = found.system
    sums = [sum(sign * system.value(number) for number, sign in line) for line in system.signed]
    assert [rule for rule, more in zip(system.rules, sums, strict=True) if more > 0] == []
    reader = Reader(Knowledge(), year, found.tables)
    reader.read()
    attacker = Attacker(reader.known, truth_of(reader, counted, raised_by_kind(scope)))
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, year)) == set()
