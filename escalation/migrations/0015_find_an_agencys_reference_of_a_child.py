"""An agency's own reference of a child is looked for whatever its case and spaces: the index holds it so."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0013_say_that_every_answer_was_emptied'),
        ('escalation', '0014_say_that_no_agreement_was_reached'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='childreference',
            name='child_by_reference',
        ),
        migrations.AddIndex(
            model_name='childreference',
            index=models.Index(models.F('agency'), django.db.models.functions.text.Upper(models.Func('reference', output_field=models.CharField(), template="REPLACE(%(expressions)s, ' ', '')")), name='child_by_folded_reference'),
        ),
    ]
