"""A foreign key that a longer index begins with has none of its own."""

from django.db import migrations

from agencies.indexes import LeaveIndexes


class Migration(migrations.Migration):
    dependencies = [("escalation", "0009_find_what_is_kept_from_an_agency")]

    operations = [
        LeaveIndexes(
            ("accessrequest", "partnership"),
            ("changedmonth", "partnership"),
            ("child", "dispute"),
            ("childreference", "child"),
            ("dispute", "raising_agency"),
            ("disputelink", "dispute"),
            ("event", "dispute"),
            ("fileconfirmation", "child"),
            ("keepingperiod", "partnership"),
            ("notification", "recipient"),
            ("outcomeconfirmation", "proposal"),
            ("panelmember", "panel"),
            ("party", "agency"),
            ("party", "dispute"),
            ("procedure", "partnership"),
            ("procedureversion", "procedure"),
            ("reading", "dispute"),
            ("reading", "reader"),
            ("rememberedcall", "user"),
            ("request", "agency"),
            ("request", "run"),
            ("seal", "partnership"),
            ("sealedhead", "seal"),
            ("stagedefinition", "version"),
            ("stagerun", "dispute"),
        ),
    ]
