"""A line of the record of reports is not written over by the number of its row either (SQLite).

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from django.db import migrations

from agencies.refusals import of_row_numbers

# Each table with what its refusal says.
TABLES = {
    "reports_reportevent": "A line of the record of reports is never changed or removed.",
}
guard, release = of_row_numbers(TABLES)


class Migration(migrations.Migration):
    replaces = [("reports", "0010_refuse_writing_over_a_line_by_its_row")]
    dependencies = [("reports", "0003_refuse_what_goes_round_the_refusals")]

    operations = [migrations.RunPython(guard, release)]
