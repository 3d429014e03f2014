"""A foreign key that a longer index begins with has none of its own."""

from django.db import migrations

from agencies.indexes import LeaveIndex


class Migration(migrations.Migration):
    dependencies = [("escalation", "0009_find_what_is_kept_from_an_agency")]

    operations = [
        LeaveIndex("accessrequest", "partnership"),
        LeaveIndex("changedmonth", "partnership"),
        LeaveIndex("child", "dispute"),
        LeaveIndex("childreference", "child"),
        LeaveIndex("dispute", "raising_agency"),
        LeaveIndex("disputelink", "dispute"),
        LeaveIndex("event", "dispute"),
        LeaveIndex("fileconfirmation", "child"),
        LeaveIndex("keepingperiod", "partnership"),
        LeaveIndex("notification", "recipient"),
        LeaveIndex("outcomeconfirmation", "proposal"),
        LeaveIndex("panelmember", "panel"),
        LeaveIndex("party", "agency"),
        LeaveIndex("party", "dispute"),
        LeaveIndex("procedure", "partnership"),
        LeaveIndex("procedureversion", "procedure"),
        LeaveIndex("reading", "dispute"),
        LeaveIndex("reading", "reader"),
        LeaveIndex("rememberedcall", "user"),
        LeaveIndex("request", "agency"),
        LeaveIndex("request", "run"),
        LeaveIndex("seal", "partnership"),
        LeaveIndex("sealedhead", "seal"),
        LeaveIndex("stagedefinition", "version"),
        LeaveIndex("stagerun", "dispute"),
    ]
