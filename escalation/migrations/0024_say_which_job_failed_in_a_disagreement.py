"""A failure names the job that failed, which alone settles it. Those from before count as the sweep's."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0023_find_what_people_who_are_gone_still_hold'),
    ]

    operations = [
        migrations.AddField(
            model_name='sweepfailure',
            name='job',
            field=models.CharField(choices=[('sweep', 'Watching the clocks'), ('deliver', 'Sending messages'), ('bounces', 'Reading what came back'), ('seal', 'Sealing the record'), ('keeping', 'Ending what was kept long enough'), ('scanner', 'Asking whether the virus scanner answers'), ('pass on', 'Passing on what people left'), ('sealed up to', 'Sealed up to')], default='sweep', max_length=16),
        ),
    ]
