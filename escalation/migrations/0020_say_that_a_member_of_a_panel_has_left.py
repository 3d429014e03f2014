"""A member of a panel who left where they sat is to be replaced."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0019_what_nobody_can_take_is_found'),
    ]

    operations = [
        migrations.AddField(
            model_name='panelmember',
            name='gone_at',
            field=models.DateTimeField(blank=True, help_text='When the member left where they sat, and nobody had taken the place.', null=True),
        ),
    ]
