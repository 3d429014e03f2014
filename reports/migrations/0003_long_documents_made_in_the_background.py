import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0004_depth_of_the_procedures"),
        ("reports", "0002_audits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PreparedDocument",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(help_text="One of the documents' names.", max_length=24)),
                ("with_child", models.BooleanField(default=False)),
                ("requested_at", models.DateTimeField()),
                (
                    "progress",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be made"),
                            ("counting", "Counting"),
                            ("printing", "Laying out the pages"),
                            ("done", "Ready"),
                            ("failed", "Not made"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="escalation.dispute")),
                ("requested_by", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(fields=["requested_at"], name="prepared_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("progress__in", ["counting", "printing", "waiting"])),
                        fields=("dispute", "kind", "with_child", "requested_by"),
                        name="one_document_in_the_making",
                    )
                ],
            },
        ),
    ]
