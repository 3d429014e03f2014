from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A made report whose file is lost or altered, and is another when it is made again, is marked."""

    dependencies: ClassVar = [("reports", "0008_refuse_what_goes_round_the_refusals")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="report",
            name="differs_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When its file was found lost or altered, and what is made in its place today found to be another.",
                null=True,
            ),
        ),
    ]
