"""The database itself refuses to change or remove a line of the directory's record, whoever asks."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "agencies_directoryevent"

SQLITE_UP = [
    f"""CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'A line of the directory record is never changed or removed.'); END"""
    for verb in ("UPDATE", "DELETE")
]
SQLITE_DOWN = [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")]

POSTGRESQL_UP = [
    f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'A line of the directory record is never changed or removed.'
            USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
]
POSTGRESQL_DOWN = [f"DROP TRIGGER IF EXISTS {TABLE}_no_change ON {TABLE}", f"DROP FUNCTION IF EXISTS {TABLE}_refuse()"]

STATEMENTS = {"sqlite": (SQLITE_UP, SQLITE_DOWN), "postgresql": (POSTGRESQL_UP, POSTGRESQL_DOWN)}


def _run(editor: BaseDatabaseSchemaEditor, direction: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"The directory's record cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][direction]:
        editor.execute(statement)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_directory")]

    operations = [migrations.RunPython(guard, release)]
