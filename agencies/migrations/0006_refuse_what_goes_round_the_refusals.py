"""A line of the directory's record or of signing in is not written over either (SQLite), nor all of them emptied at once (PostgreSQL)."""

from django.db import migrations

from agencies.refusals import of_writing_over

# Each table with what its refusal says.
TABLES = {
    "agencies_directoryevent": "A line of the directory record is never changed or removed.",
    "agencies_signinevent": "A line of the record of signing in is never changed, and kept for two years.",
}
guard, release = of_writing_over(TABLES)


class Migration(migrations.Migration):
    replaces = [("agencies", "0012_refuse_what_goes_round_the_refusals")]
    dependencies = [("agencies", "0005_mark_changes_of_the_calendar")]

    operations = [migrations.RunPython(guard, release)]
