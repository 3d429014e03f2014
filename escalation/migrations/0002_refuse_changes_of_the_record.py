"""The database itself refuses to change or remove a line of the record, a seal or a published procedure, whoever asks.

Two changes are let through, once each: typed text may be blanked (`text` becomes {}, `erased_at` is set, the rest stays), and the reason why
somebody looked emptied. Both only after a line of the record says so: it must be there before, in the same transaction or an earlier one, of
the kind *Typed text erased* and of the same disagreement, and its facts name the erased line, or the reading. A line that was forged for it
has no genuine keyed hash, which the verification finds.

A later migration that alters one of these tables on SQLite makes Django build the table anew, which loses its triggers: call `release` before
and `guard` after.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BODY, READING = "escalation_eventbody", "escalation_reading"
# Each table whose rows stay as they are, with what makes them unique besides the key.
FIXED = {
    "escalation_event": ("dispute_id", "number"),
    "escalation_seal": ("partnership_id", "number"),
    "escalation_sealedhead": ("seal_id", "dispute_key"),
    "escalation_procedureversion": ("procedure_id", "number"),
    "escalation_stagedefinition": ("version_id", "position"),
}
TABLES = (*FIXED, READING, BODY)
WORDS = "This line is kept as it was written: it is never changed or removed."


def _sqlite_refusal(table: str, when: str, name: str, condition: str = "") -> str:
    return f"CREATE TRIGGER {table}_no_{name} BEFORE {when} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"


def _sqlite_no_replacing(table: str, key: str, unique: tuple[str, ...] | None) -> str:
    """INSERT OR REPLACE removes the row in its way without asking the DELETE trigger: so inserting over a row is refused as well.

    Two questions, each of which has its index: asked both in one, a database analysed while it held a few lines would look through all of them.
    """
    ways = [(key,), *([unique] if unique else [])]
    same = (" AND ".join(f"{column} = NEW.{column}" for column in way) for way in ways)
    over = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {way})" for way in same)  # noqa: S608 - names are this file's # nosec B608
    return _sqlite_refusal(table, "INSERT", "replace", f"WHEN {over}")


SQLITE_BLANKING = "NEW.event_id IS OLD.event_id AND NEW.salt IS OLD.salt AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.text IS '{}'"
SQLITE_BODY = """SELECT 1 FROM escalation_event line JOIN escalation_event says ON says.dispute_id = line.dispute_id AND says.kind = 'erased',
    json_each(says.facts, '$.lines') named WHERE line.id = OLD.event_id AND named.value = line.number"""
SQLITE_READING = """NEW.id IS OLD.id AND NEW.recorded_at IS OLD.recorded_at AND NEW.dispute_id IS OLD.dispute_id AND NEW.reader_id IS OLD.reader_id
    AND NEW.guest_id IS OLD.guest_id AND NEW.part IS OLD.part AND OLD.reason <> '' AND NEW.reason IS ''
    AND EXISTS (SELECT 1 FROM escalation_event says, json_each(says.facts, '$.readings') named
        WHERE says.dispute_id = OLD.dispute_id AND says.kind = 'erased' AND replace(named.key, '-', '') = OLD.id)"""
SQLITE_UP = [
    *(_sqlite_refusal(table, "UPDATE", "update") for table in FIXED),
    *(_sqlite_refusal(table, "DELETE", "delete") for table in TABLES),
    *(_sqlite_no_replacing(table, "id", unique) for table, unique in FIXED.items()),
    _sqlite_no_replacing(READING, "id", None),
    _sqlite_no_replacing(BODY, "event_id", None),
    _sqlite_refusal(BODY, "UPDATE", "update", f"WHEN NOT ({SQLITE_BLANKING})"),
    _sqlite_refusal(BODY, "UPDATE", "silence", f"WHEN NOT EXISTS ({SQLITE_BODY})"),
    _sqlite_refusal(READING, "UPDATE", "update", f"WHEN NOT ({SQLITE_READING})"),
]
SQLITE_DOWN = [f"DROP TRIGGER IF EXISTS {table}_no_{name}" for table in TABLES for name in ("update", "delete", "replace", "silence")]

RAISE = f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME"
# Each trigger's function and the table's statements that call it; its name says what it refuses.
POSTGRESQL_TRIGGERS = [
    *((table, "change", "UPDATE OR DELETE", "escalation_refuse") for table in FIXED),
    *((table, "delete", "DELETE", "escalation_refuse") for table in (READING, BODY)),
    (BODY, "change", "UPDATE", "escalation_blank_only"),
    (BODY, "silence", "UPDATE", "escalation_blank_on_record"),
    (READING, "change", "UPDATE", "escalation_forget_why"),
]
POSTGRESQL_UP = [
    # The only thing put into these is the refusal's words, above.
    f"""CREATE FUNCTION escalation_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {RAISE}; END $$""",
    f"""CREATE FUNCTION escalation_blank_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.event_id = OLD.event_id AND NEW.salt = OLD.salt AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
                AND NEW.text = '{{}}'::jsonb THEN RETURN NEW; END IF;
            {RAISE};
        END $$""",
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
    *(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        for table, name, when, function in POSTGRESQL_TRIGGERS
    ),
    *(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION escalation_refuse()" for table in TABLES),
]
POSTGRESQL_DOWN = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_{name} ON {table}" for table, name, _when, _function in POSTGRESQL_TRIGGERS),
    *(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}" for table in TABLES),
    *(f"DROP FUNCTION IF EXISTS escalation_{name}()" for name in ("refuse", "blank_only", "blank_on_record", "forget_why")),
]

STATEMENTS = {"sqlite": (SQLITE_UP, SQLITE_DOWN), "postgresql": (POSTGRESQL_UP, POSTGRESQL_DOWN)}


def _run(editor: BaseDatabaseSchemaEditor, direction: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"The record cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][direction]:
        editor.execute(statement, params=None)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0001_disagreements_and_their_record")]

    operations = [migrations.RunPython(guard, release)]
