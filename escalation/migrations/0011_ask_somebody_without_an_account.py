"""Guests, their door and their codes; and a line of the read ledger may be a guest's.

SQLite builds the read ledger anew for that and loses its triggers: the guard is taken off before and put on again after.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys
import escalation.models.guest

guarding = import_module("escalation.migrations.0002_guard_the_record")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0012_real_data_is_never_practice'),
        ('escalation', '0010_choose_own_messages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(guarding.release, guarding.guard),
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=160)),
                ('job_title', models.CharField(max_length=160)),
                ('email', models.EmailField(max_length=254)),
                ('link', models.CharField(default=escalation.models.guest.new_link, max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guests', to='escalation.dispute')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('drafted', 'Draft begun'), ('submitted', 'Logged'), ('sent_on', 'Sent on by the own agency'), ('sent_back', 'Sent back to the writer'), ('sent', 'Sent to the other agency'), ('entered', 'Stage begun'), ('received', 'Received'), ('opened', 'Opened by the receiving agency'), ('bounced', 'A message came back'), ('acknowledged', 'Acknowledged'), ('answered', 'Response'), ('accepted', 'Response accepted'), ('rejected', 'Response not accepted'), ('contact', 'Attempt to reach someone'), ('meeting', 'Meeting or call'), ('note', 'Note'), ('action_agreed', 'Action agreed'), ('action_done', 'Action done'), ('timetable_proposed', 'Another date proposed'), ('timetable_agreed', 'Another date agreed'), ('timetable_declined', 'Another date declined'), ('reassigned', 'Handed to someone else'), ('move_asked', 'Asked to move up'), ('moved_up', 'Moved up'), ('move_held', 'Automatic move held'), ('made_urgent', 'Made urgent'), ('unit_told', 'Business unit told'), ('referred', 'Referred to the partnership'), ('route_chosen', 'Route chosen'), ('convened', 'Panel convened'), ('decided', 'Decision'), ('outcome_proposed', 'Outcome proposed'), ('outcome_confirmed', 'Outcome confirmed'), ('gap_recorded', "A side's silence recorded"), ('resolved', 'Resolved'), ('feedback', 'Feedback given to the person who raised it'), ('filed', "Child's file confirmed"), ('learning', 'Learning recorded'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('reopened', 'Reopened'), ('corrected', 'Correction'), ('concern', 'Continuing concern'), ('recommended', 'Contact recommended'), ('happened_confirmed', 'Earlier moment confirmed'), ('half_way', 'Half-way reminder'), ('due', 'Due reminder'), ('overdue', 'Response overdue'), ('reminded', 'Reminder'), ('move_offered', 'Moving up offered'), ('move_warned', 'Warning of an automatic move'), ('clock_ended', 'Clock ended'), ('next_step_asked', 'Next step asked'), ('form_issued', 'Form issued'), ('agency_added', 'Another agency asked'), ('reference_added', 'Local reference of the child added'), ('linked', 'Linked with another disagreement'), ('past_stage', 'A stage that had happened already'), ('fact_entered', 'A date or priority entered'), ('advice', 'Somebody else told or asked'), ('stays_out', 'An agency keeps out'), ('conference_asked', 'Child protection conference requested'), ('conference_answered', 'Conference request answered'), ('subgroup_told', 'Put to the subgroup'), ('subgroup_decided', "The subgroup's answer"), ('representation', 'Representation to the panel'), ('interest', 'Interest declared'), ('member_replaced', 'Panel member replaced'), ('dissent_weighed', 'Dissent considered in the own agency'), ('lead_manager', 'Lead manager named'), ('summary', 'Summary written'), ('debrief', 'Debrief'), ('review_considered', 'A learning review considered'), ('learning_followed', 'Learning followed up'), ('read_early', 'Read by the business unit, for a reason'), ('guest_invited', 'Somebody without an account asked to answer'), ('guest_taken_back', 'The invitation taken back'), ('redated', 'Dates worked out again'), ('erased', 'Typed text erased'), ('brought_in', 'Brought in from an earlier log')], max_length=24),
        ),
        migrations.AlterField(
            model_name='reading',
            name='reader',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='AskedCode',
            fields=[
                ('id', models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('link', models.CharField(help_text='As it stood in the address that was opened, whether or not there is such an invitation.', max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['asked_at'],
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['asked_at'], name='code_to_send'), models.Index(fields=['link', 'sent_at'], name='code_sent_lately')],
            },
        ),
        migrations.CreateModel(
            name='GuestDoor',
            fields=[
                ('guest', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='door', serialize=False, to='escalation.guest')),
                ('code', models.CharField(blank=True, max_length=64)),
                ('code_until', models.DateTimeField(blank=True, null=True)),
                ('session', models.CharField(blank=True, max_length=64)),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='notification',
            name='guest',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Whose address the mailbox is.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalation.guest'),
        ),
        migrations.AddField(
            model_name='reading',
            name='guest',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.guest'),
        ),
        migrations.AddField(
            model_name='request',
            name='guest',
            field=models.OneToOneField(blank=True, help_text='Who may answer it without an account.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='escalation.guest'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('guest__isnull', False)), fields=['guest'], name='message_to_guest'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guest__isnull', True), ('reader__isnull', False)), models.Q(('guest__isnull', False), ('reader__isnull', True)), _connector='OR'), name='reading_by_one'),
        ),
        migrations.RunPython(guarding.guard, guarding.release),
    ]
