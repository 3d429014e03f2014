"""No line of the record, seal or published text is written over by the number of its row either (SQLite).

The one change that is let through, blanking, may not take another row's number.

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Each table with what its refusal says.
WORDS = "This line is kept as it was written: it is never changed or removed."
TABLES = dict.fromkeys(
    (
        "escalation_event",
        "escalation_eventbody",
        "escalation_reading",
        "escalation_seal",
        "escalation_sealedhead",
        "escalation_procedureversion",
        "escalation_stagedefinition",
    ),
    WORDS,
)



def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place. PostgreSQL numbers no row and has no INSERT OR REPLACE."""
    if editor.connection.vendor != "sqlite":
        return
    for table, words in TABLES.items():
        # Every row has a number beside its key. A statement that gives no number has none that a row can have here, so that it is let through.
        same = f"EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608 - a name of this file  # nosec B608
        for verb, name, when in (("INSERT", "row", same), ("UPDATE", "renumber", "NEW.rowid IS NOT OLD.rowid")):
            editor.execute(f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    if editor.connection.vendor != "sqlite":
        return
    for table in TABLES:
        for name in ("row", "renumber"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}")


class Migration(migrations.Migration):
    replaces = [("escalation", "0016_refuse_writing_over_a_line_by_its_row")]
    dependencies = [("escalation", "0002_refuse_changes_of_the_record")]

    operations = [migrations.RunPython(guard, release)]
