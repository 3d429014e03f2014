"""A line of the directory's record or of signing in is not written over by the number of its row either (SQLite).

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from django.db import migrations

from agencies.refusals import of_row_numbers

# Each table with what its refusal says.
TABLES = {
    "agencies_directoryevent": "A line of the directory record is never changed or removed.",
    "agencies_signinevent": "A line of the record of signing in is never changed, and kept for two years.",
}
guard, release = of_row_numbers(TABLES)


class Migration(migrations.Migration):
    replaces = [("agencies", "0016_refuse_writing_over_a_line_by_its_row")]
    dependencies = [("agencies", "0006_refuse_what_goes_round_the_refusals")]

    operations = [migrations.RunPython(guard, release)]
