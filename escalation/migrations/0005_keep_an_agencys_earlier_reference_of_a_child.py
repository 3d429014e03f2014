"""An agency's own reference of a child before another took its place: until now nothing was kept of it."""

import django.db.models.deletion
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0004_add_the_hub_and_the_reviewing_officer_as_doors"),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierReference",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=40)),
                ("until", models.DateTimeField()),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="earlier_references", to="escalation.child")),
            ],
            options={
                "ordering": ["-until", "-pk"],
            },
        ),
    ]
