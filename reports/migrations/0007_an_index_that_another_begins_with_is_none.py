"""A foreign key that a longer index begins with has none of its own."""

from django.db import migrations

from agencies.indexes import LeaveIndex


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_count_months_anew")]

    operations = [
        LeaveIndex("auditedrecord", "sample"),
        LeaveIndex("auditsample", "partnership"),
        LeaveIndex("earlyreturn", "agency"),
        LeaveIndex("issuededition", "partnership"),
        LeaveIndex("keptmonth", "partnership"),
        LeaveIndex("monthcount", "month"),
        LeaveIndex("report", "partnership"),
        LeaveIndex("reportcover", "partnership"),
        LeaveIndex("reportevent", "partnership"),
        LeaveIndex("savedfilter", "user"),
        LeaveIndex("scorecardcheck", "agency"),
    ]
