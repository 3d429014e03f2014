"""A standing report may count what came to one subgroup; two of different subgroups can be made at once."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_keep_the_form_of_a_line_of_the_directory'),
        ('reports', '0006_a_check_is_of_the_figures_seen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='one_standing_report_in_the_making',
        ),
        migrations.AddField(
            model_name='report',
            name='subgroup',
            field=models.CharField(blank=True, help_text='Of a standing report: whose disagreements alone it counts; empty for all.', max_length=200),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('progress__in', ['counting', 'printing', 'waiting']), ('year', 0)), fields=('partnership', 'first_day', 'last_day', 'subgroup'), name='one_standing_report_in_the_making'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('subgroup', ''), ('year', 0), _connector='OR'), name='report_of_a_subgroup_is_a_standing_one'),
        ),
    ]
