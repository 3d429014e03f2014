"""Standing reports are frozen as annual ones are, each with its days."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_an_edition_of_the_directory'),
        ('reports', '0002_refuse_changes_of_the_record'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='one_report_in_the_making',
        ),
        migrations.AddField(
            model_name='report',
            name='first_day',
            field=models.DateField(blank=True, help_text='Of a standing report, whose period begins then.', null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='last_day',
            field=models.DateField(blank=True, help_text='Of a standing report; the day belongs to the period.', null=True),
        ),
        migrations.AlterField(
            model_name='report',
            name='year',
            field=models.PositiveSmallIntegerField(help_text='The calendar year in which the reporting year begins; 0 for a standing report.'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('progress__in', ['counting', 'printing', 'waiting']), models.Q(('year', 0), _negated=True)), fields=('partnership', 'year', 'edition'), name='one_report_in_the_making'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('progress__in', ['counting', 'printing', 'waiting']), ('year', 0)), fields=('partnership', 'first_day', 'last_day'), name='one_standing_report_in_the_making'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('edition', 'internal'), ('first_day__isnull', False), ('last_day__gte', models.F('first_day')), ('year', 0)), models.Q(models.Q(('year', 0), _negated=True), ('first_day__isnull', True), ('last_day__isnull', True)), _connector='OR'), name='report_of_a_year_or_of_days'),
        ),
    ]
