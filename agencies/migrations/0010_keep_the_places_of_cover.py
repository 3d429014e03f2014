"""The places that cover was arranged for: those in which both sat then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty: SQLite adds it without building the table anew, so that its triggers stay."""

    dependencies = [("agencies", "0009_keep_the_form_of_a_line_of_the_directory")]
    operations = [migrations.AddField(model_name="cover", name="places", field=models.JSONField(blank=True, editable=False, null=True))]
