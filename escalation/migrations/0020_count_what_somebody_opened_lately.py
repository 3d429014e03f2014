"""An index of what each person opened lately."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0019_keep_reasons_of_requests_some_years'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='reading',
            index=models.Index(fields=['reader', '-recorded_at'], name='reading_by_reader'),
        ),
    ]
