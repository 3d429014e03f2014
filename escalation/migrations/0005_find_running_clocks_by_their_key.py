"""The board finds the few clocks that ask for a date without reading all that run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0004_refuse_a_row_whose_number_no_row_gets")]

    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(condition=models.Q(state="running"), fields=["key", "dispute"], name="running_clock_by_key"),
        )
    ]
