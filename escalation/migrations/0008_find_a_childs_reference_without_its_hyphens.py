"""A child's reference is found by an index of its own where its hyphens, dashes and strokes are typed otherwise or left out."""

from functools import reduce

from django.db import migrations, models
from django.db.models.functions import Upper

BETWEEN = "-\u2010\u2011\u2012\u2013\u2014\u2212/._"
BARE = reduce(lambda inner, sign: f"REPLACE({inner}, '{sign}', '')", BETWEEN, "REPLACE(%(expressions)s, ' ', '')")


class Migration(migrations.Migration):
    dependencies = [("escalation", "0007_find_drafts_by_their_writer")]

    operations = [
        migrations.AddIndex(
            "childreference",
            models.Index("agency", Upper(models.Func("reference", output_field=models.CharField(), template=BARE)), name="child_by_bare_reference"),
        ),
    ]
