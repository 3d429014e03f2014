"""Files that people attach to a disagreement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0014_say_when_an_agency_joined'),
        ('escalation', '0015_keep_the_soonest_moment_and_find_by_submission'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('drafted', 'Draft begun'), ('submitted', 'Logged'), ('sent_on', 'Sent on by the own agency'), ('sent_back', 'Sent back to the writer'), ('sent', 'Sent to the other agency'), ('entered', 'Stage begun'), ('received', 'Received'), ('opened', 'Opened by the receiving agency'), ('bounced', 'A message came back'), ('acknowledged', 'Acknowledged'), ('answered', 'Response'), ('accepted', 'Response accepted'), ('rejected', 'Response not accepted'), ('contact', 'Attempt to reach someone'), ('meeting', 'Meeting or call'), ('note', 'Note'), ('action_agreed', 'Action agreed'), ('action_done', 'Action done'), ('timetable_proposed', 'Another date proposed'), ('timetable_agreed', 'Another date agreed'), ('timetable_declined', 'Another date declined'), ('reassigned', 'Handed to someone else'), ('move_asked', 'Asked to move up'), ('moved_up', 'Moved up'), ('move_held', 'Automatic move held'), ('made_urgent', 'Made urgent'), ('unit_told', 'Business unit told'), ('referred', 'Referred to the partnership'), ('route_chosen', 'Route chosen'), ('convened', 'Panel convened'), ('decided', 'Decision'), ('outcome_proposed', 'Outcome proposed'), ('outcome_confirmed', 'Outcome confirmed'), ('gap_recorded', "A side's silence recorded"), ('resolved', 'Resolved'), ('feedback', 'Feedback given to the person who raised it'), ('filed', "Child's file confirmed"), ('learning', 'Learning recorded'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('reopened', 'Reopened'), ('corrected', 'Correction'), ('concern', 'Continuing concern'), ('recommended', 'Contact recommended'), ('happened_confirmed', 'Earlier moment confirmed'), ('half_way', 'Half-way reminder'), ('due', 'Due reminder'), ('overdue', 'Response overdue'), ('reminded', 'Reminder'), ('move_offered', 'Moving up offered'), ('move_warned', 'Warning of an automatic move'), ('clock_ended', 'Clock ended'), ('next_step_asked', 'Next step asked'), ('form_issued', 'Form issued'), ('agency_added', 'Another agency asked'), ('reference_added', 'Local reference of the child added'), ('linked', 'Linked with another disagreement'), ('past_stage', 'A stage that had happened already'), ('fact_entered', 'A date or priority entered'), ('advice', 'Somebody else told or asked'), ('stays_out', 'An agency keeps out'), ('conference_asked', 'Child protection conference requested'), ('conference_answered', 'Conference request answered'), ('subgroup_told', 'Put to the subgroup'), ('subgroup_decided', "The subgroup's answer"), ('representation', 'Representation to the panel'), ('interest', 'Interest declared'), ('member_replaced', 'Panel member replaced'), ('dissent_weighed', 'Dissent considered in the own agency'), ('lead_manager', 'Lead manager named'), ('summary', 'Summary written'), ('debrief', 'Debrief'), ('review_considered', 'A learning review considered'), ('learning_followed', 'Learning followed up'), ('read_early', 'Read by the business unit, for a reason'), ('guest_invited', 'Somebody without an account asked to answer'), ('guest_taken_back', 'The invitation taken back'), ('redated', 'Dates worked out again'), ('erased', 'Typed text erased'), ('review_due', 'Due for review: how long it is kept'), ('kept_longer', 'Kept longer'), ('legal_hold', 'Legal hold placed'), ('hold_lifted', 'Legal hold lifted'), ('file_attached', 'File attached'), ('file_replaced', 'File replaced'), ('file_withdrawn', 'File withdrawn'), ('brought_in', 'Brought in from an earlier log')], max_length=24),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('audience', models.CharField(choices=[('readers', 'Everybody who may read this disagreement'), ('parties', 'The agencies in it only, not the partnership'), ('agency', 'Only my own agency')], max_length=12)),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word document'), ('odt', 'OpenDocument text'), ('png', 'PNG picture'), ('jpg', 'JPEG picture'), ('txt', 'Plain text')], max_length=4)),
                ('size', models.PositiveIntegerField(help_text='Bytes, as it is kept.')),
                ('sha256', models.CharField(help_text='Of what is kept.', max_length=64)),
                ('stored', models.CharField(blank=True, help_text="Its name in the files' folder; empty once it is erased.", max_length=32)),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_how', models.CharField(blank=True, choices=[('replaced', 'Another version took its place'), ('withdrawn', 'Withdrawn')], max_length=12)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, help_text='On whose behalf.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='escalation.dispute')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.OneToOneField(help_text='The line that attached it.', on_delete=django.db.models.deletion.PROTECT, related_name='attachment', to='escalation.event')),
            ],
            options={
                'ordering': ['added_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_how', ''), models.Q(('stored', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('stored', ''), models.Q(('ended_how', ''), _negated=True)), _connector='OR'), name='file_is_there_or_ended'), models.UniqueConstraint(condition=models.Q(('stored', ''), _negated=True), fields=('stored',), name='file_stored_once')],
            },
        ),
    ]
