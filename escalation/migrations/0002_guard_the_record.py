"""The database itself refuses to change or remove a line of the record, a seal or a published procedure, whoever asks.

One change is let through: the typed text of a line may be blanked once (`text` becomes {}, `erased_at` is set, the rest stays). A later
migration that alters one of these tables on SQLite makes Django build the table anew, which loses its triggers: call `release` before and
`guard` after.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Each guarded table with what makes its rows unique besides the key.
FIXED = {
    "escalation_event": ("dispute_id", "number"),
    "escalation_seal": ("partnership_id", "number"),
    "escalation_sealedhead": ("seal_id", "dispute_key"),
    "escalation_reading": None,
    "escalation_procedureversion": ("procedure_id", "number"),
    "escalation_stagedefinition": ("version_id", "position"),
}
BODY = "escalation_eventbody"
TABLES = (*FIXED, BODY)
WORDS = "This line is kept as it was written: it is never changed or removed."


def _sqlite_refusal(table: str, when: str, name: str, condition: str = "") -> str:
    return f"CREATE TRIGGER {table}_no_{name} BEFORE {when} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"


def _sqlite_no_replacing(table: str, key: str, unique: tuple[str, ...] | None) -> str:
    """INSERT OR REPLACE removes the row in its way without asking the DELETE trigger: so inserting over a row is refused as well."""
    same = f"{key} = NEW.{key}"
    if unique:
        same += " OR (" + " AND ".join(f"{column} = NEW.{column}" for column in unique) + ")"
    return _sqlite_refusal(table, "INSERT", "replace", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})")  # noqa: S608 - names are this file's # nosec B608


SQLITE_BLANKING = "NEW.event_id IS OLD.event_id AND NEW.salt IS OLD.salt AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.text IS '{}'"
SQLITE_UP = [
    *(_sqlite_refusal(table, verb, verb.lower()) for table in FIXED for verb in ("UPDATE", "DELETE")),
    *(_sqlite_no_replacing(table, "id", unique) for table, unique in FIXED.items()),
    _sqlite_refusal(BODY, "DELETE", "delete"),
    _sqlite_refusal(BODY, "UPDATE", "update", f"WHEN NOT ({SQLITE_BLANKING})"),
    _sqlite_no_replacing(BODY, "event_id", None),
]
SQLITE_DOWN = [f"DROP TRIGGER IF EXISTS {table}_no_{name}" for table in TABLES for name in ("update", "delete", "replace")]

POSTGRESQL_UP = [
    f"""CREATE FUNCTION escalation_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME; END $$""",
    f"""CREATE FUNCTION escalation_blank_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.event_id = OLD.event_id AND NEW.salt = OLD.salt AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
                AND NEW.text = '{{}}'::jsonb THEN RETURN NEW; END IF;
            RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
        END $$""",
    *(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION escalation_refuse()"
        for table in FIXED
    ),
    f"CREATE TRIGGER {BODY}_no_delete BEFORE DELETE ON {BODY} FOR EACH ROW EXECUTE FUNCTION escalation_refuse()",
    f"CREATE TRIGGER {BODY}_no_change BEFORE UPDATE ON {BODY} FOR EACH ROW EXECUTE FUNCTION escalation_blank_only()",
    *(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION escalation_refuse()" for table in TABLES),
]
POSTGRESQL_DOWN = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_{name} ON {table}" for table in TABLES for name in ("change", "delete", "truncate")),
    "DROP FUNCTION IF EXISTS escalation_refuse()",
    "DROP FUNCTION IF EXISTS escalation_blank_only()",
]

STATEMENTS = {"sqlite": (SQLITE_UP, SQLITE_DOWN), "postgresql": (POSTGRESQL_UP, POSTGRESQL_DOWN)}


def _run(editor: BaseDatabaseSchemaEditor, direction: int) -> None:
    vendor = editor.connection.vendor
    if vendor not in STATEMENTS:
        raise NotImplementedError(f"The record cannot be guarded on {vendor}: use SQLite or PostgreSQL.")
    for statement in STATEMENTS[vendor][direction]:
        editor.execute(statement, params=None)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0001_the_case_and_its_record")]

    operations = [migrations.RunPython(guard, release)]
