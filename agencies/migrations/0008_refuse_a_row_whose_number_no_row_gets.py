"""No line of the directory's record or of signing in is put in by hand under a number that SQLite gives to no row (below 1).

A later migration that makes SQLite build one of these tables anew loses its triggers: call `release` before and `guard` after.
"""

from importlib import import_module

from django.db import migrations

from agencies.refusals import of_numbers_below_one

TABLES: dict[str, str] = import_module("agencies.migrations.0007_refuse_writing_over_a_line_by_its_row").TABLES
guard, release = of_numbers_below_one(TABLES)


class Migration(migrations.Migration):
    replaces = [("agencies", "0017_refuse_a_row_whose_number_no_row_gets")]
    dependencies = [("agencies", "0007_refuse_writing_over_a_line_by_its_row")]

    operations = [migrations.RunPython(guard, release)]
