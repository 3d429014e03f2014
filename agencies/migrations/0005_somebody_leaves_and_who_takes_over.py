"""A departure: who leaves a place, from when, and who takes over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_say_who_ordered_a_day_off'),
    ]

    operations = [
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('last_day', models.DateField()),
                ('takes_posts', models.BooleanField(default=False, help_text="The successor takes over the person's posts too.")),
                ('planned_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='departures', to='agencies.agency')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departures', to='agencies.partnership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departures', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['last_day'],
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['last_day'], name='departure_to_do')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at', None)), fields=('agency', 'person'), name='one_open_departure'), models.UniqueConstraint(condition=models.Q(('agency', None), ('done_at', None)), fields=('partnership', 'person'), name='one_open_own_departure')],
            },
        ),
    ]
