"""The reports' own record. The database itself refuses to change or remove a line of it, whoever asks."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import agencies.keys

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
    _run(editor, 0)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, 1)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_directory"),
        ("reports", "0003_long_documents_made_in_the_background"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportEvent",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                ("words", models.CharField(max_length=300)),
                ("actor", models.ForeignKey(null=True, blank=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="report_events", to="agencies.partnership"),
                ),
            ],
            options={"ordering": ["-recorded_at"]},
        ),
        migrations.AddIndex(
            model_name="reportevent", index=models.Index(fields=["partnership", "-recorded_at"], name="report_event_by_partnership")
        ),
        migrations.RunPython(guard, release),
    ]
