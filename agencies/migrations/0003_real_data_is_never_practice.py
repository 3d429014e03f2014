"""The database itself refuses to call real people and data invented, and to make a partnership one to practise in or take that from it.

A later migration that makes SQLite build this table anew loses the trigger: call `release` before and `guard` after.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "agencies_partnership"
WORDS = "Whether people and data are real is settled when a partnership is made."

SQLITE_UP = [
    f"""CREATE TRIGGER {TABLE}_stays_real BEFORE UPDATE ON {TABLE}
        WHEN (NEW.is_invented AND NOT OLD.is_invented) OR NEW.is_practice IS NOT OLD.is_practice BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
]
SQLITE_DOWN = [f"DROP TRIGGER IF EXISTS {TABLE}_stays_real"]

POSTGRESQL_UP = [
    f"""CREATE FUNCTION {TABLE}_stays_real() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.is_invented AND NOT OLD.is_invented) OR NEW.is_practice <> OLD.is_practice THEN
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$""",
    f"CREATE TRIGGER {TABLE}_stays_real BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays_real()",
]
POSTGRESQL_DOWN = [f"DROP TRIGGER IF EXISTS {TABLE}_stays_real ON {TABLE}", f"DROP FUNCTION IF EXISTS {TABLE}_stays_real()"]

STATEMENTS = {"sqlite": (SQLITE_UP, SQLITE_DOWN), "postgresql": (POSTGRESQL_UP, POSTGRESQL_DOWN)}


def _run(editor: BaseDatabaseSchemaEditor, direction: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"Partnerships cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][direction]:
        editor.execute(statement)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the trigger in place."""
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away."""
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_refuse_changes_of_records")]

    operations = [migrations.RunPython(guard, release)]
