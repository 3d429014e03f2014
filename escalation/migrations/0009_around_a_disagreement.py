"""What stands around the stages: conference requests, the subgroup, the reviewing service, and who leaves a panel."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0005_somebody_leaves_and_who_takes_over'),
        ('escalation', '0008_reading_for_a_reason'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='conferencerequest',
            name='agency',
            field=models.ForeignKey(default=None, help_text='Whom it is asked of.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='dispute',
            name='conference_asked_of',
            field=models.ForeignKey(blank=True, help_text='The agency whose answer a formal request waits for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='offered_mediator',
            field=models.ForeignKey(blank=True, help_text='Whom the subgroup offers for a stuck case.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dispute',
            name='reviewing_answered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='dispute',
            name='reviewing_told_at',
            field=models.DateTimeField(blank=True, help_text='From here on the child protection reviewing service sees it.', null=True),
        ),
        migrations.AddField(
            model_name='dispute',
            name='subgroup_asked',
            field=models.CharField(blank=True, choices=[('serious', 'A matter of serious concern'), ('stuck', 'The case is stuck')], help_text="What waits for the subgroup's answer now.", max_length=12),
        ),
        migrations.AddField(
            model_name='panelmember',
            name='has_conflict',
            field=models.BooleanField(default=False, help_text='The declared interest keeps the member from hearing it.'),
        ),
        migrations.AddField(
            model_name='panelmember',
            name='left_at',
            field=models.DateTimeField(blank=True, help_text='When somebody else took the place, or another panel was convened.', null=True),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('drafted', 'Draft begun'), ('submitted', 'Logged'), ('sent_on', 'Sent on by the own agency'), ('sent_back', 'Sent back to the writer'), ('sent', 'Sent to the other agency'), ('entered', 'Stage begun'), ('received', 'Received'), ('opened', 'Opened by the receiving agency'), ('bounced', 'A message came back'), ('acknowledged', 'Acknowledged'), ('answered', 'Response'), ('accepted', 'Response accepted'), ('rejected', 'Response not accepted'), ('contact', 'Attempt to reach someone'), ('meeting', 'Meeting or call'), ('note', 'Note'), ('action_agreed', 'Action agreed'), ('action_done', 'Action done'), ('timetable_proposed', 'Another date proposed'), ('timetable_agreed', 'Another date agreed'), ('timetable_declined', 'Another date declined'), ('reassigned', 'Handed to someone else'), ('move_asked', 'Asked to move up'), ('moved_up', 'Moved up'), ('move_held', 'Automatic move held'), ('made_urgent', 'Made urgent'), ('unit_told', 'Business unit told'), ('referred', 'Referred to the partnership'), ('route_chosen', 'Route chosen'), ('convened', 'Panel convened'), ('decided', 'Decision'), ('outcome_proposed', 'Outcome proposed'), ('outcome_confirmed', 'Outcome confirmed'), ('gap_recorded', "A side's silence recorded"), ('resolved', 'Resolved'), ('feedback', 'Feedback given to the person who raised it'), ('filed', "Child's file confirmed"), ('learning', 'Learning recorded'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('reopened', 'Reopened'), ('corrected', 'Correction'), ('concern', 'Continuing concern'), ('recommended', 'Contact recommended'), ('happened_confirmed', 'Earlier moment confirmed'), ('half_way', 'Half-way reminder'), ('due', 'Due reminder'), ('overdue', 'Response overdue'), ('reminded', 'Reminder'), ('move_offered', 'Moving up offered'), ('move_warned', 'Warning of an automatic move'), ('clock_ended', 'Clock ended'), ('next_step_asked', 'Next step asked'), ('form_issued', 'Form issued'), ('agency_added', 'Another agency asked'), ('reference_added', 'Local reference of the child added'), ('linked', 'Linked with another disagreement'), ('past_stage', 'A stage that had happened already'), ('fact_entered', 'A date or priority entered'), ('advice', 'Somebody else told or asked'), ('stays_out', 'An agency keeps out'), ('conference_asked', 'Child protection conference requested'), ('conference_answered', 'Conference request answered'), ('subgroup_told', 'Put to the subgroup'), ('subgroup_decided', "The subgroup's answer"), ('representation', 'Representation to the panel'), ('interest', 'Interest declared'), ('member_replaced', 'Panel member replaced'), ('dissent_weighed', 'Dissent considered in the own agency'), ('lead_manager', 'Lead manager named'), ('summary', 'Summary written'), ('debrief', 'Debrief'), ('review_considered', 'A learning review considered'), ('learning_followed', 'Learning followed up'), ('read_early', 'Read by the business unit, for a reason'), ('redated', 'Dates worked out again'), ('erased', 'Typed text erased'), ('brought_in', 'Brought in from an earlier log')], max_length=24),
        ),
    ]
