"""Of a form that is kept: whether every answer in it was emptied."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a value of its own, that of all rows before: nothing empty was kept."""

    dependencies = [("agencies", "0012_refuse_what_goes_round_the_refusals")]
    operations = [
        migrations.AddField(
            model_name="keptform",
            name="is_emptied",
            field=models.BooleanField(default=False, help_text="Every answer in it was emptied."),
        ),
    ]
