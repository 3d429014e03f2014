"""Public editions of years that were lived, step by step and under every procedure, in the hands of a reader who knows how they are made."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from agencies.models import Partnership
from reports.editions import suppressed
from reports.figures import Edition
from reports.measures import Scope, figures_of
from reports.periods import Year
from tests.reports.attacker import Attacker, Knowledge
from tests.reports.knowledge import Reader, truth_of
from tests.reports.lived.years import lived_years
from tests.reports.test_attacker import hints_of, raised_by_kind

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 1, 12, tzinfo=UTC)  # Every one of the years is over.


@pytest.fixture(scope="module")
def partnership(django_db_setup: None, django_db_blocker: Any) -> Iterator[Partnership]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_years()
        transaction.set_rollback(True)


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_what_is_taken_to_be_at_most_something_else_is_so_and_no_hidden_count_is_told(partnership: Partnership, year: int) -> None:
    scope = Scope(partnership, Year(year), LATER, Edition.PUBLIC)
    counted = figures_of(scope)
    found = suppressed(counted)
    assert (found.unproven, len(found.hidden) > 50) == (set(), True)
    assert [line.rule for line in found.system.lines if (sum(sign * found.system.values[name] for name, sign in line.signed) > 0)] == []
    reader = Reader(Knowledge(), year, found.tables)
    reader.read()
    attacker = Attacker(reader.known, truth_of(reader, counted, raised_by_kind(scope)))
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, year)) == set()
