"""What a line of the directory's record says, as a sentence and what stands in its places: to be said in the language of whoever reads it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty: SQLite adds it without building the table anew, so that its guards stay."""

    dependencies = [("agencies", "0008_how_long_a_confirmed_contact_counts")]
    operations = [
        migrations.AddField(model_name="directoryevent", name="form", field=models.JSONField(blank=True, editable=False, null=True)),
    ]
