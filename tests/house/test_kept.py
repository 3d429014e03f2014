"""Rows that are written once for many tests."""

from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from agencies.models import Partnership
from tests.factories import make_partnership
from tests.kept import Layers

pytestmark = pytest.mark.django_db


def rows(_below: Any) -> str:
    return make_partnership(name="Kept").name


def too_few(_below: Any) -> None:
    make_partnership(name="In the way")
    raise OSError("The disk is full.")


def names() -> set[str]:
    return set(Partnership.objects.values_list("name", flat=True))


def test_of_a_builder_that_fails_nothing_is_in_the_way_of_the_tests_after_it(django_db_blocker: DjangoDbBlocker) -> None:
    layers = Layers(django_db_blocker)
    with pytest.raises(OSError, match="full"):
        layers.reach([rows, too_few])
    assert names() == {"Kept"}
    layers.reach([rows])
    assert (names(), layers.own(rows)) == ({"Kept"}, "Kept")
    layers.reach([])
    assert names() == set()
