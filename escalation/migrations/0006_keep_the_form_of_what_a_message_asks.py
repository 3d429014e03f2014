"""Beside the English of what a message asks, the form by which another language says it. Messages that are there already stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0005_keep_an_agencys_earlier_reference_of_a_child"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="said",
            field=models.JSONField(blank=True, help_text="The form of what is asked and what stands in its places, where it has any.", null=True),
        ),
    ]
