"""The sweep finds the agreed actions whose moment has come, of what is closed too, in an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('escalation', '0012_find_what_an_agency_was_asked')]

    operations = [
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('measures', 'action'), ('state', 'running')), fields=['next_check_at'], name='action_clock_to_check'),
        ),
    ]
