"""What is counted in place of what Django writes out: as many statements, of the same kinds, and nothing is asked besides while somebody counts."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency
from tests.counting import counting, is_counting

pytestmark = pytest.mark.django_db


def some() -> None:
    """Reading, writing one and several, a transaction within, and one that is taken back."""
    Client().get("/sign-in/")
    with transaction.atomic():
        list(Agency.objects.all())
        Agency.objects.update(name="Hillside")
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE agencies_agency SET name = %s", [("a",), ("b",)])


def test_as_many_statements_are_counted_as_django_writes_out() -> None:
    some()
    with CaptureQueriesContext(connection) as written:
        some()
    kinds = [one["sql"].removeprefix("2 times: ").split(" ", 1)[0] for one in written]
    with counting() as put:
        some()
    assert [one.split(" ", 1)[0] for one in put] == kinds
    assert len(put) > 5


def test_whether_somebody_counts_is_told_for_as_long_as_they_do() -> None:
    before = is_counting()
    with counting():
        counted = is_counting()
    with CaptureQueriesContext(connection):
        written = is_counting()
    assert (before, counted, written, is_counting()) == (False, True, True, False)
