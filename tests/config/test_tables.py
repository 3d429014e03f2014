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
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
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
