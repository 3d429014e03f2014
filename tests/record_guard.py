"""Lets tests empty the database, and tamper with it: as the tables' owner they take the record's triggers off and put them back.

The triggers know no exception for tests. Django empties the database after each transactional test with DELETE or TRUNCATE, which they
refuse; so this plugin (`pytest_plugins`) takes them off for that moment only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

GUARDS = (
    "escalation.migrations.0002_guard_the_record",
    "agencies.migrations.0002_refuse_changes_of_directory_events",
    "agencies.migrations.0007_refuse_changes_of_sign_in_events",
)


@contextmanager
def unguarded() -> Iterator[None]:
    """Inside, what the database would refuse is done: a database administrator's view of the tables."""
    guards = [import_module(name) for name in GUARDS]
    _each(guards, "release")
    try:
        yield
    finally:
        _each(guards, "guard")


def _each(guards: list[Any], direction: str) -> None:
    # Not atomic: SQLite refuses its schema editor inside a transaction, and tests are inside one.
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    for guard in guards:
        getattr(guard, direction)(apps, editor)


@pytest.fixture(scope="session", autouse=True)
def _flushing_is_allowed() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    tear_down = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def unguarded_tear_down(self: TransactionTestCase) -> None:
        with unguarded():
            tear_down(self)

    patch.setattr(TransactionTestCase, "_fixture_teardown", unguarded_tear_down)
    yield
    patch.undo()
