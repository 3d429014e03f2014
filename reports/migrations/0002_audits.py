"""Audits: samples of records, and what was found in each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_say_who_ordered_a_day_off'),
        ('escalation', '0004_depth_of_the_procedures'),
        ('reports', '0001_reports_that_were_made'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSample',
            fields=[
                ('id', models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('seed', models.PositiveIntegerField()),
                ('drawn_from', models.PositiveIntegerField(help_text='How many records there were to draw from.')),
                ('drawn_at', models.DateTimeField()),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audit_samples', to='agencies.partnership')),
            ],
            options={
                'ordering': ['-drawn_at'],
            },
        ),
        migrations.CreateModel(
            name='AuditedRecord',
            fields=[
                ('id', models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('answers', models.JSONField(default=dict)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.dispute')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='reports.auditsample')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.AddIndex(
            model_name='auditsample',
            index=models.Index(fields=['partnership', '-drawn_at'], name='audit_by_partnership'),
        ),
        migrations.AddConstraint(
            model_name='auditedrecord',
            constraint=models.UniqueConstraint(fields=('sample', 'dispute'), name='audited_once_a_sample'),
        ),
    ]
