"""A foreign key that a longer index begins with has none of its own."""

from django.db import migrations

from agencies.indexes import LeaveIndex


class Migration(migrations.Migration):
    dependencies = [("agencies", "0009_the_day_an_agency_gave_up_seats")]

    operations = [
        LeaveIndex("agency", "partnership"),
        LeaveIndex("closureday", "partnership"),
        LeaveIndex("holidaychange", "partnership"),
        LeaveIndex("post", "agency"),
        LeaveIndex("postholding", "post"),
        LeaveIndex("privatemailprovider", "partnership"),
        LeaveIndex("senioritylevel", "partnership"),
        LeaveIndex("signinevent", "user"),
    ]
