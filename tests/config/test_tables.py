"""The tables of the tests are made from the models: here they are held against those that the migrations make."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests import stack

pytestmark = pytest.mark.engines

OURS = ("agencies_", "escalation_", "reports_")
# SQLite keeps the statement that made a thing; PostgreSQL its parts.
OF_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
OF_POSTGRESQL = (
    """SELECT table_name, column_name, data_type, character_maximum_length::text, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "SELECT tablename::text, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def parts(statement: str) -> list[str]:
    """The columns and constraints of a table's statement in any order; any other statement as it is."""
    words = " ".join(statement.split()).replace('"', "")
    # Django names what it makes by a hash of the order in which columns came to be.
    words = re.sub(r"CONSTRAINT \w+_(fk|uniq|check) ", "", words)
    inside = re.fullmatch(r"CREATE TABLE \w+ \((.*)\)", words)
    return sorted(re.split(r", (?![^()]*\))", inside[1])) if inside else [re.sub(r"INDEX \w+ ON", "INDEX ON", words)]


def shape(found: BaseDatabaseWrapper) -> list[Any]:
    """Tables, columns, constraints, indexes, triggers and functions, without the names that Django makes up."""
    with found.cursor() as cursor:
        if found.vendor == "sqlite":
            cursor.execute(OF_SQLITE)
            made = [(kind, name if kind == "trigger" else table, parts(statement)) for kind, name, table, statement in cursor.fetchall()]
            return sorted(row for row in made if row[1].startswith(OURS))
        rows: list[Any] = []
        for at, statement in enumerate(OF_POSTGRESQL):
            cursor.execute(statement)
            rows += [(at, *(str(value) for value in row)) for row in cursor.fetchall()]
    return sorted(row for row in rows if row[1].startswith(OURS))


@pytest.fixture
def migrated(tmp_path: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A database that `manage.py migrate` made."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "CONCORD_VAR": str(tmp_path)}
    if connection.vendor == "sqlite":
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
        yield from _made(environment, {"NAME": str(tmp_path / "concord.sqlite3")}, django_db_blocker)
        return
    with stack.database() as name:
        yield from _made({**environment, "CONCORD_DATABASE_NAME": name}, {"NAME": name}, django_db_blocker)


def _made(environment: dict[str, str], place: dict[str, str], blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
    done = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-800:]
    with blocker.unblock():
        other: BaseDatabaseWrapper = type(connections["default"])({**connections["default"].settings_dict, **place}, alias="migrated")
        yield other
        other.close()


@pytest.mark.django_db
def test_migrations_make_the_tables_that_the_models_describe(migrated: BaseDatabaseWrapper) -> None:
    ours, theirs = shape(connections["default"]), shape(migrated)
    assert len(ours) > 100
    assert [row for row in ours if row not in theirs] == []
    assert [row for row in theirs if row not in ours] == []


def beginnings(table: str) -> set[tuple[str, str]]:
    """An index of the whole table and a longer one that begins with it."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table).items()
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name = %s AND sql LIKE '%% WHERE %%'", [table])
        else:
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indpred IS NOT NULL", [table])
        of_a_part = {name for (name,) in cursor.fetchall()}
    whole = {name: one["columns"] for name, one in found if one["index"] or one["unique"] or one["primary_key"]}
    # An index of an expression has no column there, nor has one of the letters of a text, which finds what begins alike.
    whole = {name: columns for name, columns in whole.items() if all(columns) and name not in of_a_part and not name.endswith("_like")}
    return {
        (name, longer)
        for name, columns in whole.items()
        for longer, others in whole.items()
        if name != longer and not found_unique(found, name) and others[: len(columns)] == columns
    }


def found_unique(found: Any, name: str) -> bool:
    """Whether it is there to refuse a second one, whatever it finds."""
    return any(one["unique"] or one["primary_key"] for other, one in found if other == name)


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another() -> None:
    tables = [table for table in connection.introspection.table_names() if table.startswith(OURS)]
    assert len(tables) > 50
    # Django's own tables of groups and permissions, in which nothing stands, are left as it makes them.
    assert {pair for table in tables for pair in beginnings(table) if not table.startswith("agencies_user_")} == set()
