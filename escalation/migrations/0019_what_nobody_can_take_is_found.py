"""The sweep and the board find what is asked of nobody by an index of those alone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0016_refuse_writing_over_a_line_by_its_row'),
        ('escalation', '0018_refuse_a_row_whose_number_no_row_gets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('owner', None), ('state', 'running')), fields=['dispute'], name='running_clock_of_nobody'),
        ),
    ]
