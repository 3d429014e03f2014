"""The drafts of somebody who is gone are found by an index of their own, however much was logged."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0009_the_day_an_agency_gave_up_seats"),
        ("escalation", "0006_leave_the_rest_of_a_request_to_somebody_else"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex("dispute", models.Index(condition=models.Q(("state", "draft")), fields=["logged_by"], name="draft_by_writer")),
    ]
