"""Lets tests empty the database, and tamper with it: as the tables' owner they take the record's triggers off and put them back.

The triggers know no exception for tests. The database is emptied after each transactional test, which they refuse; so this plugin
(`pytest_plugins`) takes them off for that moment only. It empties with DELETE: Django's TRUNCATE makes a new file for each of two hundred
tables and indexes, and its flush writes the content types and permissions anew, which took longer than the tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

GUARDS = (
    "escalation.migrations.0002_refuse_changes_of_the_record",
    "agencies.migrations.0002_refuse_changes_of_records",
    "reports.migrations.0002_refuse_changes_of_the_record",
)
# Every migration whose triggers stand in the database, in the order in which they are put there.
TRIGGERS = (
    *GUARDS,
    "agencies.migrations.0003_real_data_is_never_practice",
    "agencies.migrations.0004_an_edition_of_the_directory",
    "agencies.migrations.0005_mark_changes_of_the_calendar",
    "agencies.migrations.0006_refuse_what_goes_round_the_refusals",
    "reports.migrations.0003_refuse_what_goes_round_the_refusals",
    "agencies.migrations.0007_refuse_writing_over_a_line_by_its_row",
    "escalation.migrations.0003_refuse_writing_over_a_line_by_its_row",
    "reports.migrations.0004_refuse_writing_over_a_line_by_its_row",
    "agencies.migrations.0008_refuse_a_row_whose_number_no_row_gets",
    "escalation.migrations.0004_refuse_a_row_whose_number_no_row_gets",
    "reports.migrations.0005_refuse_a_row_whose_number_no_row_gets",
)


def guard_new_tables() -> None:
    """The triggers of tables that were made from the models."""
    _each([import_module(name) for name in TRIGGERS], "guard")


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


# What migrations wrote and no test changes.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_tables() -> None:
    """Delete every row that a test may have written, in one go, whatever points to it and whatever guards it."""
    names = [connection.ops.quote_name(name) for name in connection.introspection.table_names() if name not in KEPT]
    statements = [f"DELETE FROM {name}" for name in names]  # noqa: S608 - the tables' own names
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As a replica, the server runs neither the record's triggers nor those of foreign keys.
            cursor.execute("; ".join(["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"]))
        return
    with unguarded(), connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Each process of a run makes its tables from the models, in a quarter of the time; config/test_tables.py holds them against the migrations'."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables, with the triggers that guard the record."""
    with django_db_blocker.unblock():
        guard_new_tables()


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
    yield
    patch.undo()
