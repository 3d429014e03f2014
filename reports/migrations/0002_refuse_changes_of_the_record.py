"""The database itself refuses to change or remove a line of the record of reports, whoever asks."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "reports_reportevent"
WORDS = "A line of the record of reports is never changed or removed."

SQLITE_UP = [
    f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END" for verb in ("UPDATE", "DELETE")
]
SQLITE_DOWN = [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")]
POSTGRESQL_UP = [
    f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
]
POSTGRESQL_DOWN = [f"DROP TRIGGER IF EXISTS {TABLE}_no_change ON {TABLE}", f"DROP FUNCTION IF EXISTS {TABLE}_refuse()"]
STATEMENTS = {"sqlite": (SQLITE_UP, SQLITE_DOWN), "postgresql": (POSTGRESQL_UP, POSTGRESQL_DOWN)}


def _run(editor: BaseDatabaseSchemaEditor, direction: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"The record of reports cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][direction]:
        editor.execute(statement)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_what_reports_are_made_of")]

    operations = [migrations.RunPython(guard, release)]
