"""A foreign key that a longer index begins with has none of its own."""

from django.db import migrations

from agencies.indexes import LeaveIndexes


class Migration(migrations.Migration):
    dependencies = [("agencies", "0009_the_day_an_agency_gave_up_seats")]

    operations = [
        LeaveIndexes(
            ("agency", "partnership"),
            ("closureday", "partnership"),
            ("holidaychange", "partnership"),
            ("post", "agency"),
            ("postholding", "post"),
            ("privatemailprovider", "partnership"),
            ("senioritylevel", "partnership"),
            ("signinevent", "user"),
        ),
    ]
