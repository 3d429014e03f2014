"""An index of the responses that come due in a month, by who owes them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0014_say_when_an_agency_joined'),
        ('escalation', '0017_answer_requests_for_access'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('is_procedural', True), ('measures', 'response')), fields=['agency', 'due_at'], name='response_by_agency_and_due'),
        ),
    ]
