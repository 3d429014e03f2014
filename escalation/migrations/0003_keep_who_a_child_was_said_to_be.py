"""What identified a child before it was put right: until now nothing was kept of it."""

import django.db.models.deletion
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0002_refuse_changes_of_the_record"),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierChild",
            fields=[
                ("initials", models.CharField(max_length=8)),
                ("born_on", models.DateField(blank=True, null=True)),
                ("is_unborn", models.BooleanField(default=False)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="earlier", to="escalation.child")),
            ],
            options={
                "ordering": ["-until", "-pk"],
            },
        ),
    ]
