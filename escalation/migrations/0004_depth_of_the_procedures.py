"""What the procedures ask for beyond the stages: variants, priorities, lead manager, summaries, conference requests, links."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_api_tokens"),
        ("escalation", "0003_remember_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConferenceRequest",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("requested_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("convened", "A conference is convened"), ("refused", "No conference is convened")], max_length=12
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("conference_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DisputeLink",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("linked_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="dispute",
            name="debrief_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispute",
            name="deep_dive",
            field=models.BooleanField(blank=True, help_text="What the subgroup's chair decided of a serious matter.", null=True),
        ),
        migrations.AddField(
            model_name="dispute",
            name="lead_manager",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="led_plans", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="priority",
            field=models.CharField(blank=True, help_text="One of the procedure's priority levels.", max_length=24),
        ),
        migrations.AddField(
            model_name="dispute",
            name="review",
            field=models.CharField(blank=True, choices=[("needed", "A review is needed"), ("not_needed", "No review is needed")], max_length=12),
        ),
        migrations.AddField(
            model_name="dispute",
            name="summary_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispute",
            name="variant",
            field=models.CharField(blank=True, help_text="The procedure's own way at this door, by its key.", max_length=40),
        ),
        migrations.AddField(
            model_name="learningpoint",
            name="status",
            field=models.CharField(
                choices=[("open", "Not begun"), ("started", "Under way"), ("done", "Done"), ("not_taken_up", "Considered, not taken up")],
                default="open",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="partnership",
            field=models.ForeignKey(
                blank=True,
                help_text="Where it is about no single disagreement.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="panelmember",
            name="attends",
            field=models.BooleanField(blank=True, help_text="The member's answer to the invitation.", null=True),
        ),
        migrations.AddField(
            model_name="stagerun",
            name="happened_from",
            field=models.DateTimeField(blank=True, help_text="When it really began, where it is entered afterwards.", null=True),
        ),
        migrations.AddField(
            model_name="stagerun",
            name="happened_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("drafted", "Draft begun"),
                    ("submitted", "Logged"),
                    ("sent_on", "Sent on by the own agency"),
                    ("sent_back", "Sent back to the writer"),
                    ("sent", "Sent to the other agency"),
                    ("entered", "Stage begun"),
                    ("received", "Received"),
                    ("opened", "Opened by the receiving agency"),
                    ("bounced", "A message came back"),
                    ("acknowledged", "Acknowledged"),
                    ("answered", "Response"),
                    ("accepted", "Response accepted"),
                    ("rejected", "Response not accepted"),
                    ("contact", "Attempt to reach someone"),
                    ("meeting", "Meeting or call"),
                    ("note", "Note"),
                    ("action_agreed", "Action agreed"),
                    ("action_done", "Action done"),
                    ("timetable_proposed", "Another date proposed"),
                    ("timetable_agreed", "Another date agreed"),
                    ("timetable_declined", "Another date declined"),
                    ("reassigned", "Handed to someone else"),
                    ("move_asked", "Asked to move up"),
                    ("moved_up", "Moved up"),
                    ("move_held", "Automatic move held"),
                    ("made_urgent", "Made urgent"),
                    ("unit_told", "Business unit told"),
                    ("referred", "Referred to the partnership"),
                    ("route_chosen", "Route chosen"),
                    ("convened", "Panel convened"),
                    ("decided", "Decision"),
                    ("outcome_proposed", "Outcome proposed"),
                    ("outcome_confirmed", "Outcome confirmed"),
                    ("gap_recorded", "A side's silence recorded"),
                    ("resolved", "Resolved"),
                    ("feedback", "Feedback given to the person who raised it"),
                    ("filed", "Child's file confirmed"),
                    ("learning", "Learning recorded"),
                    ("closed", "Closed"),
                    ("withdrawn", "Withdrawn"),
                    ("reopened", "Reopened"),
                    ("corrected", "Correction"),
                    ("concern", "Continuing concern"),
                    ("recommended", "Contact recommended"),
                    ("happened_confirmed", "Earlier moment confirmed"),
                    ("half_way", "Half-way reminder"),
                    ("due", "Due reminder"),
                    ("overdue", "Response overdue"),
                    ("reminded", "Reminder"),
                    ("move_offered", "Moving up offered"),
                    ("move_warned", "Warning of an automatic move"),
                    ("clock_ended", "Clock ended"),
                    ("next_step_asked", "Next step asked"),
                    ("form_issued", "Form issued"),
                    ("agency_added", "Another agency asked"),
                    ("reference_added", "Local reference of the child added"),
                    ("linked", "Linked with another disagreement"),
                    ("past_stage", "A stage that had happened already"),
                    ("fact_entered", "A date or priority entered"),
                    ("advice", "Somebody else told or asked"),
                    ("stays_out", "An agency keeps out"),
                    ("conference_asked", "Child protection conference requested"),
                    ("conference_answered", "Conference request answered"),
                    ("subgroup_told", "Put to the subgroup"),
                    ("subgroup_decided", "The subgroup's answer"),
                    ("representation", "Representation to the panel"),
                    ("interest", "Interest declared"),
                    ("lead_manager", "Lead manager named"),
                    ("summary", "Summary written"),
                    ("debrief", "Debrief"),
                    ("review_considered", "A learning review considered"),
                    ("learning_followed", "Learning followed up"),
                    ("redated", "Dates worked out again"),
                    ("erased", "Typed text erased"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="dispute",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: it is about no single one.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="escalation.dispute",
            ),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["born_on", "initials"], name="child_by_birth"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("dispute__isnull", False), ("partnership__isnull", False), _connector="OR"), name="message_is_about_something"
            ),
        ),
        migrations.AddField(
            model_name="conferencerequest",
            name="answered_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conferencerequest",
            name="dispute",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="conference_requests", to="escalation.dispute"),
        ),
        migrations.AddField(
            model_name="conferencerequest",
            name="event",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.event"),
        ),
        migrations.AddField(
            model_name="conferencerequest",
            name="requested_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="conferencerequest",
            name="supporter",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="disputelink",
            name="dispute",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="links", to="escalation.dispute"),
        ),
        migrations.AddField(
            model_name="disputelink",
            name="linked_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="disputelink",
            name="other",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="linked_from", to="escalation.dispute"),
        ),
        migrations.AddConstraint(
            model_name="conferencerequest",
            constraint=models.UniqueConstraint(condition=models.Q(("answer", "")), fields=("dispute",), name="one_open_conference_request"),
        ),
        migrations.AddConstraint(
            model_name="disputelink",
            constraint=models.UniqueConstraint(fields=("dispute", "other"), name="linked_once"),
        ),
    ]
