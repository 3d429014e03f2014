"""The system moves a disagreement up only after a warning that left the outbox. Of those that run and were warned before, it is taken that theirs did."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def take_as_left(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The warnings of running clocks."""
    clocks = apps.get_model("escalation", "Clock").objects
    clocks.filter(state="running", warned_at__isnull=False).update(warning_left_at=F("warned_at"))


class Migration(migrations.Migration):
    dependencies = [("escalation", "0010_an_index_that_another_begins_with_is_none")]

    operations = [
        migrations.AddField(
            "clock",
            "warning_left_at",
            models.DateTimeField(blank=True, help_text="When the warning of the system's move left the outbox.", null=True),
        ),
        migrations.RunPython(take_as_left, migrations.RunPython.noop),
    ]
