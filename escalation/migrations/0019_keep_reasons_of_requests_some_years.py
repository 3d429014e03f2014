"""A period of its own for why access was asked for, and how they were known."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0018_find_responses_by_who_owes_them'),
    ]

    operations = [
        migrations.AlterField(
            model_name='keepingperiod',
            name='record_class',
            field=models.CharField(choices=[('cases', 'Disagreements that ended'), ('drafts', 'Drafts that nobody sent'), ('messages', 'Messages that were sent'), ('holds', 'Reasons of legal holds that were lifted'), ('bundles', 'Answers to requests for access'), ('requests', 'Who asked for access, and how they were known'), ('practice', 'Ended disagreements of a partnership to practise in')], max_length=12),
        ),
    ]
