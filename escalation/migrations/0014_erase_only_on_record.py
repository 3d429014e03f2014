"""Typed text, and why somebody looked, are erased only after a line of the record says so: the tables look for it.

The line must be there before, in the same transaction or an earlier one: one of the kind *Typed text erased* of the same disagreement whose facts
name the erased line, or the reading. A line that was forged for it has no genuine keyed hash, which the verification finds.

A later migration that makes `escalation_eventbody` or `escalation_reading` anew calls `release` and `guard` of `0002` first, then these.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BODY, READING = "escalation_eventbody", "escalation_reading"
WORDS = "This line is kept as it was written: it is never changed or removed."
REFUSAL = f"SELECT RAISE(ABORT, '{WORDS}')"

SQLITE_BODY = """SELECT 1 FROM escalation_event line JOIN escalation_event says ON says.dispute_id = line.dispute_id AND says.kind = 'erased',
    json_each(says.facts, '$.lines') named WHERE line.id = OLD.event_id AND named.value = line.number"""
SQLITE_READING = """NEW.id IS OLD.id AND NEW.recorded_at IS OLD.recorded_at AND NEW.dispute_id IS OLD.dispute_id AND NEW.reader_id IS OLD.reader_id
    AND NEW.guest_id IS OLD.guest_id AND NEW.part IS OLD.part AND OLD.reason <> '' AND NEW.reason IS ''
    AND EXISTS (SELECT 1 FROM escalation_event says, json_each(says.facts, '$.readings') named
        WHERE says.dispute_id = OLD.dispute_id AND says.kind = 'erased' AND replace(named.key, '-', '') = OLD.id)"""
SQLITE_OFF = [f"DROP TRIGGER IF EXISTS {BODY}_no_silence", f"DROP TRIGGER IF EXISTS {READING}_no_update"]
SQLITE_ON = [
    *SQLITE_OFF,
    f"CREATE TRIGGER {BODY}_no_silence BEFORE UPDATE ON {BODY} WHEN NOT EXISTS ({SQLITE_BODY}) BEGIN {REFUSAL}; END",
    f"CREATE TRIGGER {READING}_no_update BEFORE UPDATE ON {READING} WHEN NOT ({SQLITE_READING}) BEGIN {REFUSAL}; END",
]
SQLITE_AS_BEFORE = [f"CREATE TRIGGER {READING}_no_update BEFORE UPDATE ON {READING} BEGIN {REFUSAL}; END"]

RAISE = f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME"
POSTGRESQL_OFF = [
    f"DROP TRIGGER IF EXISTS {BODY}_no_silence ON {BODY}",
    *(f"DROP TRIGGER IF EXISTS {READING}_no_{name} ON {READING}" for name in ("change", "delete")),
    "DROP FUNCTION IF EXISTS escalation_blank_on_record()",
    "DROP FUNCTION IF EXISTS escalation_forget_why()",
]
POSTGRESQL_ON = [
    *POSTGRESQL_OFF,
    # The only thing put into these is the refusal's words, above.
    f"""CREATE FUNCTION escalation_blank_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM escalation_event line JOIN escalation_event says ON says.dispute_id = line.dispute_id AND says.kind = 'erased'
                WHERE line.id = OLD.event_id AND says.facts->'lines' @> to_jsonb(line.number)) THEN RETURN NEW; END IF;
            {RAISE};
        END $$""",  # noqa: S608  # nosec B608
    f"""CREATE FUNCTION escalation_forget_why() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.id = OLD.id AND NEW.recorded_at = OLD.recorded_at AND NEW.dispute_id = OLD.dispute_id AND NEW.reader_id IS NOT DISTINCT FROM OLD.reader_id
                AND NEW.guest_id IS NOT DISTINCT FROM OLD.guest_id AND NEW.part = OLD.part AND OLD.reason <> '' AND NEW.reason = ''
                AND EXISTS (SELECT 1 FROM escalation_event says
                    WHERE says.dispute_id = OLD.dispute_id AND says.kind = 'erased' AND jsonb_exists(says.facts->'readings', OLD.id::text))
                THEN RETURN NEW; END IF;
            {RAISE};
        END $$""",  # noqa: S608  # nosec B608
    f"CREATE TRIGGER {BODY}_no_silence BEFORE UPDATE ON {BODY} FOR EACH ROW EXECUTE FUNCTION escalation_blank_on_record()",
    f"CREATE TRIGGER {READING}_no_change BEFORE UPDATE ON {READING} FOR EACH ROW EXECUTE FUNCTION escalation_forget_why()",
    f"CREATE TRIGGER {READING}_no_delete BEFORE DELETE ON {READING} FOR EACH ROW EXECUTE FUNCTION escalation_refuse()",
]
POSTGRESQL_AS_BEFORE = [
    f"CREATE TRIGGER {READING}_no_change BEFORE UPDATE OR DELETE ON {READING} FOR EACH ROW EXECUTE FUNCTION escalation_refuse()"
]

STATEMENTS = {"sqlite": (SQLITE_ON, SQLITE_OFF, SQLITE_AS_BEFORE), "postgresql": (POSTGRESQL_ON, POSTGRESQL_OFF, POSTGRESQL_AS_BEFORE)}


def _run(editor: BaseDatabaseSchemaEditor, which: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"The record cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][which]:
        editor.execute(statement, params=None)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 1)


def as_before(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    release(apps, editor)
    _run(editor, 2)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0013_how_long_it_is_kept")]

    operations = [migrations.RunPython(guard, as_before)]
