"""The day on which people lost their seats in an agency otherwise than by the end of a role: it was retired, or another stopped acting for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0008_refuse_a_row_whose_number_no_row_gets")]

    operations = [
        migrations.AddField(
            "agency",
            "unseated_on",
            models.DateField(
                blank=True, editable=False, help_text="The day on which it was retired last, or another agency stopped acting for it.", null=True
            ),
        ),
    ]
