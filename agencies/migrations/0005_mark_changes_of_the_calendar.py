"""A day that is entered or taken out of a partnership's calendar makes a new edition of the directory too.

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EDITION = "agencies_directoryedition"
WATCHED = ("agencies_closureday", "agencies_holidaychange")
FUNCTION = f"{EDITION}_anew"


def _sqlite() -> Iterator[str]:
    for table in WATCHED:
        for change in ("insert", "update", "delete"):
            # No conflict clause within: the outer statement's would be taken in its place.
            yield f"""CREATE TRIGGER {table}_edition_{change} AFTER {change} ON {table} BEGIN
                UPDATE {EDITION} SET mark = lower(hex(randomblob(16)));
                INSERT INTO {EDITION} (id, mark) SELECT 1, lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM {EDITION});
            END"""  # noqa: S608 - the tables' own names # nosec B608


def _sqlite_away() -> Iterator[str]:
    for table in WATCHED:
        for change in ("insert", "update", "delete"):
            yield f"DROP TRIGGER IF EXISTS {table}_edition_{change}"


def _postgresql() -> Iterator[str]:
    for table in WATCHED:
        yield f"""CREATE TRIGGER {table}_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"""


def _postgresql_away() -> Iterator[str]:
    for table in WATCHED:
        yield f"DROP TRIGGER IF EXISTS {table}_edition ON {table}"


STATEMENTS = {"sqlite": (_sqlite, _sqlite_away), "postgresql": (_postgresql, _postgresql_away)}


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    for statement in STATEMENTS[editor.connection.vendor][0]():
        editor.execute(statement)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    for statement in STATEMENTS[editor.connection.vendor][1]():
        editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("agencies", "0007_mark_changes_of_the_calendar")]
    dependencies = [("agencies", "0004_an_edition_of_the_directory")]
    operations = [migrations.RunPython(guard, release)]
