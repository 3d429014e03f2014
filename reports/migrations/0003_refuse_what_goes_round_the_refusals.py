"""A line of the record of reports is not written over either (SQLite), nor all of them emptied at once (PostgreSQL)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Each table with what its refusal says.
TABLES = {
    "reports_reportevent": "A line of the record of reports is never changed or removed.",
}


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    for table, words in TABLES.items():
        if editor.connection.vendor == "sqlite":
            # INSERT OR REPLACE removes the row in its way without asking the DELETE trigger.
            same = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - a name of this file  # nosec B608
            editor.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {same} BEGIN SELECT RAISE(ABORT, '{words}'); END")
        else:
            says = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'"
            editor.execute(f"CREATE FUNCTION {table}_refuse_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {says}; END $$")
            editor.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_all()")


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    for table in TABLES:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_replace")
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse_all()")


class Migration(migrations.Migration):
    replaces = [("reports", "0008_refuse_what_goes_round_the_refusals")]
    dependencies = [("reports", "0002_refuse_changes_of_the_record")]

    operations = [migrations.RunPython(guard, release)]
