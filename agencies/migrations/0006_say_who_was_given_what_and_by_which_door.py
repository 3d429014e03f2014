"""Who was given something and by which door, on each line of the directory's record; and which lines an agency's leads are still to be told of.

The columns are null where nothing is known: SQLite then adds them to the table that is there, whose guards stay.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Taken back, what was not told yet is not told any more."""

    dependencies = [("agencies", "0005_what_an_app_makes_codes_with")]
    operations = [
        migrations.CreateModel(
            name="UntoldGiving",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="agencies.directoryevent",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="directoryevent",
            name="door",
            field=models.CharField(
                blank=True,
                choices=[
                    ("page", "on a page"),
                    ("import", "by an import"),
                    ("administration", "in the installation’s administration"),
                    ("server", "by the server itself, or on its command line"),
                ],
                max_length=16,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="directoryevent",
            name="gives",
            field=models.BooleanField(blank=True, help_text="Whether they were given a role or post.", null=True),
        ),
        migrations.AddField(
            model_name="directoryevent",
            name="whom",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose place it changed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
