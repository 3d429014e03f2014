"""For how many months a contact of the directory that somebody confirmed counts as confirmed; empty: six."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty: SQLite adds it without building the table anew, so that its triggers stay."""

    dependencies = [("agencies", "0007_mark_changes_of_the_calendar")]
    operations = [
        migrations.AddField(
            model_name="partnership",
            name="contact_months",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="For how many months a confirmed contact counts as confirmed; empty: six.", null=True
            ),
        )
    ]
