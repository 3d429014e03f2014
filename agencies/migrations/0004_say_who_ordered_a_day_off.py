"""Who ordered a closure day or a change of the bank holidays: kept beside the day."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agencies", "0003_api_tokens")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="closureday",
            name="source",
            field=models.CharField(blank=True, help_text="Who ordered it.", max_length=120),
        ),
        migrations.AddField(
            model_name="holidaychange",
            name="source",
            field=models.CharField(blank=True, help_text="Who ordered it.", max_length=120),
        ),
    ]
