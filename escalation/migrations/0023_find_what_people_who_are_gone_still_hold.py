"""The job that passes on what people who are gone still hold finds it by their keys, among what is open of each kind."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0018_say_that_an_account_took_much_out'),
        ('escalation', '0022_say_in_a_message_why_it_came'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='agreedaction',
            index=models.Index(condition=models.Q(('done_at', None), ('owner__isnull', False)), fields=['owner'], name='open_action_by_owner'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('lead_manager__isnull', False), ('state__in', ['open', 'resolved'])), fields=['lead_manager'], name='live_dispute_by_lead_manager'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('offered_mediator__isnull', False), ('state__in', ['open', 'resolved'])), fields=['offered_mediator'], name='live_dispute_by_offer'),
        ),
        migrations.AddIndex(
            model_name='learningpoint',
            index=models.Index(condition=models.Q(('done_at', None), ('is_none', False), ('owner__isnull', False)), fields=['owner'], name='open_learning_by_owner'),
        ),
        migrations.AddIndex(
            model_name='panelmember',
            index=models.Index(condition=models.Q(('gone_at', None), ('left_at', None)), fields=['user'], name='seat_on_panel_by_user'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('chair__isnull', False), ('decided_at', None)), fields=['chair'], name='open_referral_by_chair'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('decided_at', None), ('mediator__isnull', False)), fields=['mediator'], name='open_referral_by_mediator'),
        ),
    ]
