"""No line of the record, of seals or of published texts is put in by hand under a number that SQLite gives to no row (below 1).

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from importlib import import_module

from django.db import migrations

from agencies.refusals import of_numbers_below_one

TABLES: dict[str, str] = import_module("escalation.migrations.0003_refuse_writing_over_a_line_by_its_row").TABLES
guard, release = of_numbers_below_one(TABLES)


class Migration(migrations.Migration):
    replaces = [("escalation", "0018_refuse_a_row_whose_number_no_row_gets")]
    dependencies = [("escalation", "0003_refuse_writing_over_a_line_by_its_row")]

    operations = [migrations.RunPython(guard, release)]
