"""The triggers by which a database refuses what goes round a record's refusals, for the migrations that put them there.

What is made here stands in databases: no statement is ever changed. What is to be refused otherwise gets a function and a migration of its own.
Each function takes the tables, each with what its refusal says, and gives the step that puts the triggers in place and the one that undoes it.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step: TypeAlias = Callable[[Apps, BaseDatabaseSchemaEditor], None]
Tables: TypeAlias = Mapping[str, str]


def of_writing_over(tables: Tables) -> tuple[Step, Step]:
    """A line is not written over by its key (SQLite), nor are all of them emptied at once (PostgreSQL)."""

    def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table, words in tables.items():
            if editor.connection.vendor == "sqlite":
                # INSERT OR REPLACE removes the row in its way without asking the DELETE trigger.
                _refuse(editor, table, words, "replace", "BEFORE INSERT", _another(table, "id"))
            else:
                says = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'"
                editor.execute(f"CREATE FUNCTION {table}_refuse_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {says}; END $$")
                editor.execute(
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_all()"
                )

    def release(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            if editor.connection.vendor == "sqlite":
                _allow(editor, table, "replace")
            else:
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
                editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse_all()")

    return guard, release


def of_row_numbers(tables: Tables) -> tuple[Step, Step]:
    """A line is not written over by the number of its row either. PostgreSQL numbers no row and has no INSERT OR REPLACE."""

    def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table, words in _numbered(tables, editor).items():
            # Every row has a number beside its key. A statement that gives no number has none that a row can have here, so that it is let through.
            _refuse(editor, table, words, "row", "BEFORE INSERT", _another(table, "rowid"))
            _refuse(editor, table, words, "renumber", "BEFORE UPDATE", "NEW.rowid IS NOT OLD.rowid")

    def release(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in _numbered(tables, editor):
            _allow(editor, table, "row")
            _allow(editor, table, "renumber")

    return guard, release


def of_numbers_below_one(tables: Tables) -> tuple[Step, Step]:
    """No line is put in by hand under a number that SQLite gives to no row.

    Before a row is in, SQLite says -1 for a number that was not given: a row that bears it made every later one look like a second of the same
    number. So one of the triggers of `of_row_numbers` stands anew, with this care.
    """

    def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table, words in _numbered(tables, editor).items():
            _allow(editor, table, "row")
            _refuse(editor, table, words, "row", "BEFORE INSERT", f"NEW.rowid > 0 AND {_another(table, 'rowid')}")
            # Only then the number is known, also of a row that was given none; the statement is undone.
            _refuse(editor, table, words, "number", "AFTER INSERT", "NEW.rowid < 1")

    def release(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table, words in _numbered(tables, editor).items():
            _allow(editor, table, "number")
            _allow(editor, table, "row")
            _refuse(editor, table, words, "row", "BEFORE INSERT", _another(table, "rowid"))

    return guard, release


def _numbered(tables: Tables, editor: BaseDatabaseSchemaEditor) -> Tables:
    """These tables, where the engine numbers their rows; else none."""
    return tables if editor.connection.vendor == "sqlite" else {}


def _another(table: str, column: str) -> str:
    """That a row with the same value is there."""
    return f"EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.{column})"  # noqa: S608 - names of migrations  # nosec B608


def _refuse(editor: BaseDatabaseSchemaEditor, table: str, words: str, name: str, at: str, when: str) -> None:
    editor.execute(f"CREATE TRIGGER {table}_no_{name} {at} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _allow(editor: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}")
