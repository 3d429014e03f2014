"""The database itself marks each change of the directory with a new edition.

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EDITION = "agencies_directoryedition"
# Whole tables; of people only what others see of them: signing in changes no edition.
WATCHED = {
    "agencies_agency": "",
    "agencies_cover": "",
    "agencies_membership": "",
    "agencies_partnership": "",
    "agencies_post": "",
    "agencies_postholding": "",
    "agencies_senioritylevel": "",
    "agencies_user": "OF name, email, phone, is_active, erased_at",
}
FUNCTION = f"{EDITION}_anew"


def _sqlite() -> Iterator[str]:
    for table, columns in WATCHED.items():
        for change in ("INSERT", f"UPDATE {columns}", "DELETE"):
            # No conflict clause within: the outer statement's would be taken in its place.
            yield f"""CREATE TRIGGER {table}_edition_{change.split()[0].lower()} AFTER {change} ON {table} BEGIN
                UPDATE {EDITION} SET mark = lower(hex(randomblob(16)));
                INSERT INTO {EDITION} (id, mark) SELECT 1, lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM {EDITION});
            END"""  # noqa: S608 - the tables' own names # nosec B608


def _sqlite_away() -> Iterator[str]:
    for table in WATCHED:
        for change in ("insert", "update", "delete"):
            yield f"DROP TRIGGER IF EXISTS {table}_edition_{change}"


def _postgresql() -> Iterator[str]:
    yield f"""CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO {EDITION} (id, mark) VALUES (1, replace(gen_random_uuid()::text, '-', ''))
                ON CONFLICT (id) DO UPDATE SET mark = EXCLUDED.mark;
            RETURN NULL;
        END $$"""  # noqa: S608 # nosec B608
    for table, columns in WATCHED.items():
        yield f"""CREATE TRIGGER {table}_edition AFTER INSERT OR UPDATE {columns} OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"""


def _postgresql_away() -> Iterator[str]:
    for table in WATCHED:
        yield f"DROP TRIGGER IF EXISTS {table}_edition ON {table}"
    yield f"DROP FUNCTION IF EXISTS {FUNCTION}()"


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
    dependencies = [("agencies", "0003_real_data_is_never_practice")]
    operations = [
        migrations.RunPython(guard, release),
    ]
