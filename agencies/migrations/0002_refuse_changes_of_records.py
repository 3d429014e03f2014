"""The database itself refuses to change a line of the directory's record and of the record of signing in, whoever asks.

Nor does it remove one, but for lines of signing in that are two years old.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DIRECTORY, SIGN_IN = "agencies_directoryevent", "agencies_signinevent"
DIRECTORY_WORDS = "A line of the directory record is never changed or removed."
SIGN_IN_WORDS = "A line of the record of signing in is never changed, and kept for two years."

SQLITE_UP = [
    *(
        f"""CREATE TRIGGER {DIRECTORY}_no_{verb.lower()} BEFORE {verb} ON {DIRECTORY}
        BEGIN SELECT RAISE(ABORT, '{DIRECTORY_WORDS}'); END"""
        for verb in ("UPDATE", "DELETE")
    ),
    f"CREATE TRIGGER {SIGN_IN}_no_update BEFORE UPDATE ON {SIGN_IN} BEGIN SELECT RAISE(ABORT, '{SIGN_IN_WORDS}'); END",
    f"""CREATE TRIGGER {SIGN_IN}_no_delete BEFORE DELETE ON {SIGN_IN} WHEN OLD.recorded_at > datetime('now', '-730 days')
        BEGIN SELECT RAISE(ABORT, '{SIGN_IN_WORDS}'); END""",
]
SQLITE_DOWN = [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in (DIRECTORY, SIGN_IN) for verb in ("update", "delete")]

POSTGRESQL_UP = [
    f"""CREATE FUNCTION {DIRECTORY}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{DIRECTORY_WORDS}'
            USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE FUNCTION {SIGN_IN}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND OLD.recorded_at <= now() - interval '730 days' THEN RETURN OLD; END IF;
            RAISE EXCEPTION '{SIGN_IN_WORDS}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
    *(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        for table in (DIRECTORY, SIGN_IN)
    ),
]
POSTGRESQL_DOWN = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in (DIRECTORY, SIGN_IN)),
    *(f"DROP FUNCTION IF EXISTS {table}_refuse()" for table in (DIRECTORY, SIGN_IN)),
]

STATEMENTS = {"sqlite": (SQLITE_UP, SQLITE_DOWN), "postgresql": (POSTGRESQL_UP, POSTGRESQL_DOWN)}


def _run(editor: BaseDatabaseSchemaEditor, direction: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"The records of the directory and of signing in cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][direction]:
        editor.execute(statement)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_people_agencies_and_partnerships")]

    operations = [migrations.RunPython(guard, release)]
