"""No line of the record, seal or published text is written over by the number of its row either (SQLite).

The one change that is let through, blanking, may not take another row's number.

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from django.db import migrations

from agencies.refusals import of_row_numbers

# Each table with what its refusal says.
WORDS = "This line is kept as it was written: it is never changed or removed."
TABLES = dict.fromkeys(
    (
        "escalation_event",
        "escalation_eventbody",
        "escalation_reading",
        "escalation_seal",
        "escalation_sealedhead",
        "escalation_procedureversion",
        "escalation_stagedefinition",
    ),
    WORDS,
)
guard, release = of_row_numbers(TABLES)


class Migration(migrations.Migration):
    replaces = [("escalation", "0016_refuse_writing_over_a_line_by_its_row")]
    dependencies = [("escalation", "0002_refuse_changes_of_the_record")]

    operations = [migrations.RunPython(guard, release)]
