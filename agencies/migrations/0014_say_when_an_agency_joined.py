"""The day on which an agency joined: nobody is called silent for the time before it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agencies", "0013_say_that_an_administrator_changed_an_account")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="agency",
            name="member_since",
            field=models.DateField(blank=True, help_text="The day it joined; empty where it has been a member from the beginning.", null=True),
        ),
    ]
