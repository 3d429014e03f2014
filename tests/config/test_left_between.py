"""A database that stands between the steps of an earlier version is refused in a sentence that says what to do."""

import sqlite3
import subprocess
import sys
from os import environ
from pathlib import Path

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

from agencies.management.commands.migrate import left_between
from tests.servers import free_port

# The names that the versions before the first release gave their steps.
FIRST = ("agencies", "0001_people_agencies_and_partnerships")
SECOND = ("agencies", "0005_what_an_app_makes_codes_with")
WHOLE = [step for migration in MigrationLoader(None).disk_migrations.values() for step in migration.replaces]
WHOLE_BUT_ONE = [step for step in WHOLE if step != SECOND]
TABLE = "CREATE TABLE django_migrations (id integer PRIMARY KEY AUTOINCREMENT, app varchar(255), name varchar(255), applied datetime)"


@pytest.mark.parametrize(
    ("applied", "stuck"),
    [([], []), ([FIRST], ["agencies"]), ([FIRST, SECOND], ["agencies"]), ([FIRST, *WHOLE], []), ([FIRST, *WHOLE_BUT_ONE], ["agencies"])],
)
def test_a_database_between_the_steps_is_told_from_a_new_one_and_from_one_that_had_all(applied: list[tuple[str, str]], stuck: list[str]) -> None:
    # The tests' own tables are made without migrations.
    with override_settings(MIGRATION_MODULES={}):
        assert left_between(applied) == stuck


@pytest.mark.parametrize("command", [["migrate"], ["run_demo", "--port"]])
def test_the_refusal_says_what_to_do_and_changes_nothing(command: list[str], tmp_path: Path) -> None:
    command = [*command, str(free_port())] if "--port" in command else command
    with sqlite3.connect(tmp_path / "concord.sqlite3") as database:
        database.execute(TABLE)
        database.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01')", [FIRST, SECOND])
    known = {**environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "CONCORD_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=settings.ROOT, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "This database stands between two steps of an earlier version (agencies)" in done.stderr
    assert "with the version that it came from" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.execute("SELECT count(*) FROM django_migrations").fetchall() == [(2,)]
    assert database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'agencies%'").fetchall() == []
