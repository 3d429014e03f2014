"""Whether an agency was asked in a disagreement, and what waits for the chair, are read from an index of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0011_say_for_which_places_cover_is'),
        ('escalation', '0011_keep_what_a_guest_types'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='request',
            name='dispute',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='escalation.dispute'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('acknowledged_at', None)), fields=['dispute'], name='referral_unacknowledged'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(fields=['dispute', 'agency'], name='request_by_dispute'),
        ),
    ]
