"""The bench's hand-written SQL counts by the measures' definitions: on years that were lived it says what the product says; rules of old do not."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from escalation.states import Ground
from reports.figures import Edition
from reports.measures import Scope
from reports.periods import Year
from tests.bench import report_sql
from tests.bench.report_sql import BEFORE, ROSE, STATEMENTS, differing
from tests.reports.builders import Life, make_world
from tests.reports.record.reader import Reader

NOW, JUNE = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2025, 6, 2, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_every_statement_says_what_the_product_says(counted: tuple[Scope, Reader]) -> None:
    scope, _reader = counted
    assert list(differing(scope)) == []


def test_a_closing_that_counts_what_was_done_before_a_reopening_would_be_found(lived: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    closing = re.sub(r"\s+AND \(e\.again IS NULL OR f\.confirmed_at > e\.again\)", "", STATEMENTS["closing"])
    assert closing != STATEMENTS["closing"]
    monkeypatch.setattr(report_sql, "STATEMENTS", STATEMENTS | {"closing": closing})
    scopes = [Scope(lived.partnership, Year(year), lived.now, Edition.INTERNAL) for year in (2023, 2024, 2025)]
    assert {key for scope in scopes for key in differing(scope)} == {"closing"}


def test_moves_that_count_what_was_given_back_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up for another ground each time, and from the third stage back to the second."""
    world = make_world()
    life = Life.begin(world, JUNE, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
    for at, (stage, ground) in enumerate(((1, None), (2, Ground.NOT_RESOLVED), (3, Ground.RISK), (2, Ground.DELAY))):
        life.enter(stage, JUNE + timedelta(days=at), ground)
    world.save()
    scope = Scope(world.partnership, Year(2025), NOW, Edition.INTERNAL)
    assert list(differing(scope)) == []
    monkeypatch.setattr(report_sql, "STATEMENTS", STATEMENTS | {"moves": STATEMENTS["moves"].replace(f"{BEFORE} AND {ROSE}", BEFORE)})
    assert list(differing(scope)) == ["moves"]
