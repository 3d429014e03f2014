"""Which months hold what was brought in from an earlier log is found without looking at all that was logged since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0020_say_that_a_member_of_a_panel_has_left")]

    operations = [
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(condition=models.Q(("is_imported", True)), fields=["partnership", "submitted_at"], name="dispute_from_a_log"),
        ),
    ]
