"""What makes a disagreement the business of whoever gets a message. Those written before say of their kind who gets it, as they did."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0021_find_what_came_from_an_earlier_log'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='why',
            field=models.CharField(
                blank=True,
                choices=[
                    ('holds', 'You hold it for your side.'),
                    ('covers', 'You cover for whoever holds it.'),
                    ('raised', 'You raised it.'),
                    ('logged', 'You logged it for whoever raised it.'),
                    ('sits', 'You sit on the panel that hears it.'),
                    ('presides', 'You act as the partnership’s chair.'),
                    ('does', 'An agreed action in it is yours.'),
                    ('supervises', 'You supervise whoever raised it.'),
                    ('leads', 'You lead on safeguarding for an agency in it.'),
                    ('unit', 'You work in the partnership’s business unit.'),
                ],
                default='',
                help_text="What makes it the recipient's business, where one thing does.",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
