"""No line of the record, of seals or of published texts is put in by hand under a number that SQLite gives to no row (below 1).

Before a row is in, SQLite says -1 for a number that was not given: a row that bears it made every later one look like a second of the same number.

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES: dict[str, str] = import_module("escalation.migrations.0003_refuse_writing_over_a_line_by_its_row").TABLES


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place, where one of them stood without this care as well. PostgreSQL numbers no row."""
    if editor.connection.vendor != "sqlite":
        return
    for table, words in TABLES.items():
        _refuse_second(editor, table, words, "NEW.rowid > 0 AND ")
        # Only then the number is known, also of a row that was given none; the statement is undone.
        editor.execute(f"CREATE TRIGGER {table}_no_number AFTER INSERT ON {table} WHEN NEW.rowid < 1 BEGIN SELECT RAISE(ABORT, '{words}'); END")


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Leave what stood before."""
    if editor.connection.vendor != "sqlite":
        return
    for table, words in TABLES.items():
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_number")
        _refuse_second(editor, table, words)


def _refuse_second(editor: BaseDatabaseSchemaEditor, table: str, words: str, given: str = "") -> None:
    """Refuse a row with the number of another; of the rows that `given` names, or of all."""
    editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_row")
    when = f"{given}EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608 - a name of this file  # nosec B608
    editor.execute(f"CREATE TRIGGER {table}_no_row BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")


class Migration(migrations.Migration):
    replaces = [("escalation", "0018_refuse_a_row_whose_number_no_row_gets")]
    dependencies = [("escalation", "0003_refuse_writing_over_a_line_by_its_row")]

    operations = [migrations.RunPython(guard, release)]
