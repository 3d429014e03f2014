"""What the tests of this folder stand on: three years, lived once for all of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from reports.figures import Edition
from reports.measures import Scope
from reports.periods import Year
from tests.reports.lived.years import NOW, lived_years
from tests.reports.record.reader import Reader


@pytest.fixture(scope="package")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[Reader]:
    """Who reads the record of three years that were lived, which takes as long as a hundred tests of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Reader(lived_years(), Year(2025), NOW)
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=[2024, 2025, 2023], ids=["past", "running", "few"])
def counted(request: pytest.FixtureRequest, lived: Reader) -> tuple[Scope, Reader]:
    """One of the years: its figures' scope, and who reads its record."""
    return Scope(lived.partnership, Year(request.param), NOW, Edition.INTERNAL), lived.of(Year(request.param))
