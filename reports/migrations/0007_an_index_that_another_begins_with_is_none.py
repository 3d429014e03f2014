"""A foreign key that a longer index begins with has none of its own."""

from django.db import migrations

from agencies.indexes import LeaveIndexes


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_count_months_anew")]

    operations = [
        LeaveIndexes(
            ("auditedrecord", "sample"),
            ("auditsample", "partnership"),
            ("earlyreturn", "agency"),
            ("issuededition", "partnership"),
            ("keptmonth", "partnership"),
            ("monthcount", "month"),
            ("report", "partnership"),
            ("reportcover", "partnership"),
            ("reportevent", "partnership"),
            ("savedfilter", "user"),
            ("scorecardcheck", "agency"),
        ),
    ]
