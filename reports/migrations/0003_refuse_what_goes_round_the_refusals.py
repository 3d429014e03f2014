"""A line of the record of reports is not written over either (SQLite), nor all of them emptied at once (PostgreSQL)."""

from django.db import migrations

from agencies.refusals import of_writing_over

# Each table with what its refusal says.
TABLES = {
    "reports_reportevent": "A line of the record of reports is never changed or removed.",
}
guard, release = of_writing_over(TABLES)


class Migration(migrations.Migration):
    replaces = [("reports", "0008_refuse_what_goes_round_the_refusals")]
    dependencies = [("reports", "0002_refuse_changes_of_the_record")]

    operations = [migrations.RunPython(guard, release)]
