"""A reference that is nearly always empty has an index of the rows alone in which it is not: each line and message had an entry for nothing."""

from typing import Any

from django.db import migrations, models

from agencies.indexes import LeaveIndexes


def of_those_with(model: str, field: str, name: str) -> Any:  # noqa: ANN401 - an operation of Django's
    return migrations.AddIndex(model, models.Index(fields=[field], condition=models.Q((f"{field}__isnull", False)), name=name))


class Migration(migrations.Migration):
    dependencies = [("escalation", "0013_a_file_is_confirmed_or_not")]

    operations = [
        LeaveIndexes(
            ("clock", "action"),
            ("event", "actor"),
            ("event", "agency"),
            ("event", "private_to"),
            ("notification", "partnership"),
            ("notification", "request"),
        ),
        of_those_with("clock", "action", "clock_of_action"),
        of_those_with("event", "actor", "event_by_actor"),
        of_those_with("event", "agency", "event_by_agency"),
        of_those_with("event", "private_to", "event_private_to"),
        of_those_with("notification", "partnership", "message_of_partnership"),
        of_those_with("notification", "request", "message_of_request"),
    ]
