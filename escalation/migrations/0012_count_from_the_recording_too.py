"""Where a start was confirmed as earlier than its recording, the clock keeps the moment by the recording beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0011_know_whether_a_warning_left")]

    operations = [
        migrations.AddField(
            "clock",
            "recorded_due_at",
            models.DateTimeField(
                blank=True,
                help_text="Due by its recording, where its start was confirmed as earlier: in time until then, and the system's move counts from it.",
                null=True,
            ),
        ),
    ]
