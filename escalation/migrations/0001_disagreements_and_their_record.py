"""The disagreement: its procedure, clocks, requests, record, messages, guests, attachments, and how long it is kept."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import agencies.keys
from agencies.make_tables import MakeTables


class Migration(migrations.Migration):
    replaces = [
        ("escalation", "0003_keep_who_a_child_was_said_to_be"),
        ("escalation", "0004_add_the_hub_and_the_reviewing_officer_as_doors"),
        ("escalation", "0005_keep_an_agencys_earlier_reference_of_a_child"),
        ("escalation", "0006_keep_the_form_of_what_a_message_asks"),
        ("escalation", "0007_leave_a_disagreement_out_of_the_figures"),
        ("escalation", "0008_keep_a_reminder_that_was_sent_again"),
        ("escalation", "0009_say_overdue_of_any_clock"),
        ("escalation", "0010_find_what_is_to_be_reviewed"),
        ("escalation", "0011_keep_what_a_guest_types"),
        ("escalation", "0012_find_what_an_agency_was_asked"),
        ("escalation", "0013_follow_agreed_actions_of_what_is_closed"),
        ("escalation", "0014_say_that_no_agreement_was_reached"),
        ("escalation", "0015_find_an_agencys_reference_of_a_child"),
        ("escalation", "0017_say_that_somebody_has_a_conflict"),
        ("escalation", "0019_what_nobody_can_take_is_found"),
        ("escalation", "0020_say_that_a_member_of_a_panel_has_left"),
        ("escalation", "0021_find_what_came_from_an_earlier_log"),
        ("escalation", "0022_say_in_a_message_why_it_came"),
        ("escalation", "0023_find_what_people_who_are_gone_still_hold"),
        ("escalation", "0024_say_which_job_failed_in_a_disagreement"),
        ("escalation", "0025_say_that_a_date_passed_with_no_answer"),
    ]

    initial = True

    dependencies = [
        ("agencies", "0001_people_agencies_and_partnerships"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Procedure",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="procedures", to="agencies.partnership")),
                ("key", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("is_default", models.BooleanField(default=False, help_text="Offered first to whoever logs a disagreement.")),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "key"), name="procedure_key_once"),
                    models.UniqueConstraint(condition=models.Q(("is_default", True)), fields=("partnership",), name="one_default_procedure"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("procedure", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="escalation.procedure")),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("checksum", models.CharField(max_length=64)),
                ("owner", models.CharField(blank=True, max_length=200)),
                ("in_force_from", models.DateField()),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("review_due", models.DateField(blank=True, null=True)),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["procedure", "-number"],
                "constraints": [models.UniqueConstraint(fields=("procedure", "number"), name="version_number_once")],
            },
        ),
        migrations.CreateModel(
            name="StageDefinition",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stages", to="escalation.procedureversion")),
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.SlugField(max_length=60)),
                ("number", models.CharField(blank=True, max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("sides", models.CharField(max_length=12)),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "ordering": ["version", "position"],
                "constraints": [models.UniqueConstraint(fields=("version", "position"), name="stage_position_once")],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=12, unique=True)),
                (
                    "partnership",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="agencies.partnership"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="escalation.procedureversion"),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("draft", "Draft"), ("open", "Open"), ("resolved", "Resolved"), ("closed", "Closed"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("stage", django_fsm.FSMIntegerField(default=0, protected=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("raising_agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="raised", to="agencies.agency")),
                ("raiser", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="raised", to=settings.AUTH_USER_MODEL)),
                ("logged_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="logged", to=settings.AUTH_USER_MODEL)),
                (
                    "disputed_person",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("is_urgent", models.BooleanField(default=False)),
                ("is_restricted", models.BooleanField(default=False)),
                (
                    "through_partnership",
                    models.BooleanField(default=False, help_text="A restricted one that the business unit sends on in place of the own agency."),
                ),
                ("is_serious", models.BooleanField(default=False)),
                ("is_stuck", models.BooleanField(default=False)),
                ("is_third_party", models.BooleanField(default=False)),
                ("is_own_agency", models.BooleanField(default=False)),
                ("is_imported", models.BooleanField(default=False)),
                (
                    "earlier_key",
                    models.CharField(blank=True, help_text="What the earlier log called it, where it was brought in from one.", max_length=60),
                ),
                ("conflicts", models.JSONField(default=list, help_text="Keys of people with a conflict: they neither hold, read nor close it.")),
                (
                    "door",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own_agency", "A disagreement inside my own agency"),
                            ("conduct", "The conduct of a person who works with children"),
                            ("allegation_handling", "How an allegation is being managed"),
                            ("whistleblowing", "Wrongdoing, or my own employer"),
                            ("complaint", "A formal complaint"),
                            ("conference_dissent", "A child protection conference's decision"),
                            ("mash_decision", "A decision of the multi-agency safeguarding hub (MASH)"),
                            ("reviewing_officer", "A matter for the independent reviewing officer"),
                            ("cross_borough", "An agency of another area"),
                            ("family_challenge", "A challenge by the child or family"),
                        ],
                        max_length=24,
                    ),
                ),
                ("variant", models.CharField(blank=True, help_text="The procedure's own way at this door, by its key.", max_length=40)),
                ("priority", models.CharField(blank=True, help_text="One of the procedure's priority levels.", max_length=24)),
                ("themes", models.JSONField(default=list)),
                (
                    "setting",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("referral", "Referral"),
                            ("strategy_discussion", "Strategy discussion"),
                            ("assessment", "Assessment"),
                            ("conference", "Child protection conference"),
                            ("core_group", "Core group"),
                            ("review", "Review"),
                            ("closure", "Closure or step-down"),
                            ("allegation_management", "Management of an allegation"),
                            ("other", "Somewhere else"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True, choices=[("evidence", "Evidence"), ("judgement", "My professional judgement"), ("both", "Both")], max_length=12
                    ),
                ),
                (
                    "plan",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("early_help", "Early help"),
                            ("child_in_need", "Child in need"),
                            ("child_protection", "Child protection"),
                            ("looked_after", "Looked after"),
                        ],
                        max_length=20,
                    ),
                ),
                ("level_of_need", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("capacity_in_doubt", models.BooleanField(default=False)),
                ("arose_on", models.DateField(blank=True, null=True)),
                (
                    "respond_by",
                    models.DateTimeField(blank=True, help_text="The raising side's own moment where the matter is urgent (UTC).", null=True),
                ),
                ("created_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, help_text="When another agency was first addressed.", null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("unit_told_at", models.DateTimeField(blank=True, help_text="From here on the business unit reads the narrative.", null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed_action", "Agreed action"),
                            ("position_kept", "Position kept, with reasons accepted"),
                            ("overtaken", "Overtaken by events"),
                            ("mediated", "Settled in mediation"),
                            ("panel_decision", "Decided by a panel"),
                            ("liaison", "Settled by the agencies' leaders"),
                            ("advice_taken", "Recommendation accepted"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "difference",
                    models.CharField(
                        blank=True,
                        choices=[("plan_changed", "The plan for the child changed"), ("no_change", "No change"), ("too_early", "Too early to say")],
                        max_length=20,
                    ),
                ),
                ("feedback_at", models.DateTimeField(blank=True, null=True)),
                ("learning_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lead_manager",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="led_plans", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("summary_at", models.DateTimeField(blank=True, null=True)),
                ("debrief_at", models.DateTimeField(blank=True, null=True)),
                (
                    "review",
                    models.CharField(blank=True, choices=[("needed", "A review is needed"), ("not_needed", "No review is needed")], max_length=12),
                ),
                (
                    "subgroup_asked",
                    models.CharField(
                        blank=True,
                        choices=[("serious", "A matter of serious concern"), ("stuck", "The case is stuck")],
                        help_text="What waits for the subgroup's answer now.",
                        max_length=12,
                    ),
                ),
                ("deep_dive", models.BooleanField(blank=True, help_text="What the subgroup's chair decided of a serious matter.", null=True)),
                (
                    "offered_mediator",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whom the subgroup offers for a stuck case.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conference_asked_of",
                    models.ForeignKey(
                        blank=True,
                        help_text="The agency whose answer a formal request waits for.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "reviewing_told_at",
                    models.DateTimeField(blank=True, help_text="From here on the child protection reviewing service sees it.", null=True),
                ),
                ("reviewing_answered_at", models.DateTimeField(blank=True, null=True)),
                ("has_continuing_concern", models.BooleanField(default=False)),
                ("move_held_at", models.DateTimeField(blank=True, null=True)),
                ("top_stage", models.PositiveSmallIntegerField(default=0)),
                ("review_listed_at", models.DateTimeField(blank=True, help_text="When it came to be reviewed how long it is kept.", null=True)),
                ("keep_until", models.DateField(blank=True, help_text="Kept longer than its period, until this day.", null=True)),
                (
                    "anonymised_at",
                    models.DateTimeField(blank=True, help_text="From here on it holds no typed text and nobody's name: figures only.", null=True),
                ),
                (
                    "wake_at",
                    models.DateTimeField(blank=True, help_text="When the sweep must look next: the earliest check of its running clocks.", null=True),
                ),
                (
                    "next_due_at",
                    models.DateTimeField(blank=True, help_text="The soonest moment of its running clocks, agreed actions apart.", null=True),
                ),
                ("head_number", models.PositiveIntegerField(default=0)),
                ("head_digest", models.CharField(blank=True, max_length=64)),
                (
                    "left_out",
                    models.CharField(
                        blank=True,
                        choices=[("duplicate", "It was logged twice: another one is counted"), ("test", "It was logged to try the product out")],
                        help_text="Why no figure counts it; empty where figures do.",
                        max_length=12,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(condition=models.Q(("state__in", ["open", "resolved"])), fields=["wake_at"], name="dispute_due_for_check"),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "resolved"])), fields=["partnership", "next_due_at"], name="live_dispute_by_due"
                    ),
                    models.Index(fields=["partnership", "submitted_at"], name="dispute_by_submission"),
                    models.Index(fields=["partnership", "state", "-submitted_at"], name="dispute_by_partnership"),
                    models.Index(fields=["raising_agency", "state"], name="dispute_by_raising_agency"),
                    models.Index(
                        condition=models.Q(("anonymised_at", None), ("ended_at__isnull", False)), fields=["ended_at"], name="dispute_kept_since"
                    ),
                    models.Index(
                        condition=models.Q(("anonymised_at", None), ("review_listed_at__isnull", False)),
                        fields=["partnership", "keep_until"],
                        name="dispute_to_review",
                    ),
                    models.Index(condition=models.Q(("is_imported", True)), fields=["partnership", "submitted_at"], name="dispute_from_a_log"),
                    models.Index(
                        condition=models.Q(("lead_manager__isnull", False), ("state__in", ["open", "resolved"])),
                        fields=["lead_manager"],
                        name="live_dispute_by_lead_manager",
                    ),
                    models.Index(
                        condition=models.Q(("offered_mediator__isnull", False), ("state__in", ["open", "resolved"])),
                        fields=["offered_mediator"],
                        name="live_dispute_by_offer",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wake_at__isnull", False), models.Q(("state__in", ["open", "resolved"]), _negated=True), _connector="OR"),
                        name="live_dispute_wakes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wake_at__isnull", True), ("state__in", ["open", "resolved"]), _connector="OR"),
                        name="ended_dispute_sleeps",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("submitted_at__isnull", False), ("state__in", ["draft", "withdrawn"]), _connector="OR"),
                        name="open_dispute_was_submitted",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("earlier_key", ""), _negated=True), fields=("partnership", "earlier_key"), name="earlier_key_once"
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="draft", serialize=False, to="escalation.dispute"
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="escalation.dispute")),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="agencies.agency")),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("raising", "Raising"),
                            ("receiving", "Receiving"),
                            ("each", "Each side"),
                            ("chair", "Chair"),
                            ("partnership", "Partnership"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "dispute"], name="party_by_agency")],
                "constraints": [models.UniqueConstraint(fields=("dispute", "agency", "side"), name="party_once_a_side")],
            },
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="guests", to="escalation.dispute")),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("name", models.CharField(max_length=160)),
                ("job_title", models.CharField(max_length=160)),
                ("email", models.EmailField(max_length=254)),
                ("link", models.CharField(default=agencies.keys.new_link, max_length=64, unique=True)),
                ("invited_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GuestDoor",
            fields=[
                (
                    "guest",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="door", serialize=False, to="escalation.guest"
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(blank=True, null=True)),
                ("session", models.CharField(blank=True, max_length=64)),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("typed", models.TextField(blank=True, default="")),
                ("typed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AskedCode",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "link",
                    models.CharField(
                        help_text="As it stood in the address that was opened, whether or not there is such an invitation.", max_length=64
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_warning",
                    models.BooleanField(default=False, help_text="No code: too many wrong ones were typed, which whoever invited is told."),
                ),
            ],
            options={
                "ordering": ["asked_at"],
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["asked_at"], name="code_to_send"),
                    models.Index(fields=["link", "sent_at"], name="code_sent_lately"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="escalation.dispute")),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
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
                            ("chased", "Reminder sent again"),
                            ("meeting", "Meeting or call"),
                            ("note", "Note"),
                            ("action_agreed", "Action agreed"),
                            ("action_done", "Action done"),
                            ("timetable_proposed", "Another date proposed"),
                            ("timetable_agreed", "Another date agreed"),
                            ("timetable_declined", "Another date declined"),
                            ("date_passed", "A proposed date passed with no answer"),
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
                            ("not_agreed", "No agreement reached"),
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
                            ("overdue", "Overdue"),
                            ("reminded", "Reminder"),
                            ("move_offered", "Moving up offered"),
                            ("move_warned", "Warning of an automatic move"),
                            ("clock_ended", "Clock ended"),
                            ("next_step_asked", "Next step asked"),
                            ("form_issued", "Form issued"),
                            ("agency_added", "Another agency asked"),
                            ("reference_added", "Local reference of the child added"),
                            ("child_corrected", "Who the child is was put right"),
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
                            ("member_replaced", "Panel member replaced"),
                            ("dissent_weighed", "Dissent considered in the own agency"),
                            ("lead_manager", "Lead manager named"),
                            ("summary", "Summary written"),
                            ("debrief", "Debrief"),
                            ("review_considered", "A learning review considered"),
                            ("learning_followed", "Learning followed up"),
                            ("read_early", "Read by the business unit, for a reason"),
                            ("guest_invited", "Somebody without an account asked to answer"),
                            ("guest_taken_back", "The invitation taken back"),
                            ("redated", "Dates worked out again"),
                            ("brought_up", "Brought up to date"),
                            ("erased", "Typed text erased"),
                            ("review_due", "Due for review: how long it is kept"),
                            ("kept_longer", "Kept longer"),
                            ("legal_hold", "Legal hold placed"),
                            ("hold_lifted", "Legal hold lifted"),
                            ("left_out", "Left out of the figures"),
                            ("counted_again", "Counted in the figures again"),
                            ("file_attached", "File attached"),
                            ("file_replaced", "File replaced"),
                            ("file_withdrawn", "File withdrawn"),
                            ("conflict_marked", "Conflict of interest marked"),
                            ("conflict_lifted", "Conflict of interest lifted"),
                            ("brought_in", "Brought in from an earlier log"),
                        ],
                        max_length=24,
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the system.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="On whose behalf.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "private_to",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"),
                ),
                ("happened_at", models.DateTimeField()),
                ("facts", models.JSONField(default=dict)),
                ("body_digest", models.CharField(blank=True, max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["number"],
                "indexes": [models.Index(fields=["kind", "recorded_at"], name="event_by_kind")],
                "constraints": [models.UniqueConstraint(fields=("dispute", "number"), name="event_number_once")],
            },
        ),
        migrations.CreateModel(
            name="EventBody",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="body", serialize=False, to="escalation.event"
                    ),
                ),
                ("salt", models.CharField(max_length=32)),
                ("text", models.JSONField(default=dict)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="agencies.partnership")),
                ("number", models.PositiveIntegerField()),
                ("heads", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "number"), name="seal_number_once")],
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                ("seal", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sealed_heads", to="escalation.seal")),
                ("dispute_key", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["dispute_key"], name="sealed_head_by_dispute")],
                "constraints": [models.UniqueConstraint(fields=("seal", "dispute_key"), name="head_once_a_seal")],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="escalation.dispute")),
                (
                    "reader",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.guest"
                    ),
                ),
                ("part", models.CharField(max_length=40)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["-recorded_at"],
                "indexes": [
                    models.Index(fields=["dispute", "-recorded_at"], name="reading_by_dispute"),
                    models.Index(fields=["reader", "-recorded_at"], name="reading_by_reader"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("guest__isnull", True), ("reader__isnull", False)),
                            models.Q(("guest__isnull", False), ("reader__isnull", True)),
                            _connector="OR",
                        ),
                        name="reading_by_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreedAction",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="escalation.dispute")),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.event")),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="actions", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["due_at"],
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None), ("owner__isnull", False)), fields=["owner"], name="open_action_by_owner")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConferenceRequest",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "dispute",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="conference_requests", to="escalation.dispute"),
                ),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.event")),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whom it is asked of.", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("requested_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("supporter", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("requested_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("convened", "A conference is convened"), ("refused", "No conference is convened")], max_length=12
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("conference_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("answer", "")), fields=("dispute",), name="one_open_conference_request")],
            },
        ),
        migrations.CreateModel(
            name="DisputeLink",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="links", to="escalation.dispute")),
                ("other", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="linked_from", to="escalation.dispute")),
                ("linked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("linked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("dispute", "other"), name="linked_once")],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="escalation.dispute")),
                (
                    "event",
                    models.OneToOneField(
                        help_text="The line that attached it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachment",
                        to="escalation.event",
                    ),
                ),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="On whose behalf.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("readers", "Everybody who may read this disagreement"),
                            ("parties", "The agencies in it only, not the partnership"),
                            ("agency", "Only my own agency"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("docx", "Word document"),
                            ("odt", "OpenDocument text"),
                            ("png", "PNG picture"),
                            ("jpg", "JPEG picture"),
                            ("txt", "Plain text"),
                        ],
                        max_length=4,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes, as it is kept.")),
                ("sha256", models.CharField(help_text="Of what is kept.", max_length=64)),
                ("stored", models.CharField(blank=True, help_text="Its name in the files' folder; empty once it is erased.", max_length=32)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_how",
                    models.CharField(blank=True, choices=[("replaced", "Another version took its place"), ("withdrawn", "Withdrawn")], max_length=12),
                ),
            ],
            options={
                "ordering": ["added_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_how", ""), models.Q(("stored", ""), _negated=True)),
                            models.Q(("ended_at__isnull", False), ("stored", ""), models.Q(("ended_how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="file_is_there_or_ended",
                    ),
                    models.UniqueConstraint(condition=models.Q(("stored", ""), _negated=True), fields=("stored",), name="file_stored_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangedMonth",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.partnership")),
                ("month", models.DateField(help_text="The month's first day, in London.")),
            ],
            options={
                "indexes": [models.Index(fields=["partnership", "month"], name="changed_month_by_place")],
            },
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="children", to="escalation.dispute")),
                ("ordinal", models.PositiveSmallIntegerField(default=1)),
                ("initials", models.CharField(max_length=8)),
                ("born_on", models.DateField(blank=True, null=True)),
                ("is_unborn", models.BooleanField(default=False)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
            ],
            options={
                "ordering": ["ordinal"],
                "indexes": [models.Index(fields=["born_on", "initials"], name="child_by_birth")],
                "constraints": [
                    models.UniqueConstraint(fields=("dispute", "ordinal"), name="child_ordinal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("is_unborn", False), ("born_on", None), _connector="OR"), name="unborn_has_no_birthday"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChildNaming",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="child_naming", to="agencies.partnership"),
                ),
                ("is_on", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ChildReference",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="references", to="escalation.child")),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("reference", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("agency"),
                        django.db.models.functions.text.Upper(
                            models.Func("reference", output_field=models.CharField(), template="REPLACE(%(expressions)s, ' ', '')")
                        ),
                        name="child_by_folded_reference",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("child", "agency"), name="child_reference_once")],
            },
        ),
        migrations.CreateModel(
            name="FileConfirmation",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="file_confirmations", to="escalation.child")),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("confirmed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("confirmed_at", models.DateTimeField()),
                ("is_gap", models.BooleanField(default=False, help_text="The business unit recorded that the agency stayed silent.")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("child", "agency"), name="file_confirmed_once")],
            },
        ),
        migrations.CreateModel(
            name="StageRun",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="escalation.dispute")),
                ("stage", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="held_runs", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("holder_post", models.CharField(blank=True, max_length=160)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_resolved", "Not resolved at this stage"),
                            ("no_response", "No response"),
                            ("delay", "Delay"),
                            ("risk", "Risk to the child"),
                        ],
                        help_text="Why the disagreement moved into this stage.",
                        max_length=16,
                    ),
                ),
                ("skipped_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("happened_from", models.DateTimeField(blank=True, help_text="When it really began, where it is entered afterwards.", null=True)),
                ("happened_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["number"],
                "indexes": [models.Index(condition=models.Q(("left_at", None)), fields=["holder"], name="open_run_by_holder")],
                "constraints": [
                    models.UniqueConstraint(fields=("dispute", "number"), name="run_number_once"),
                    models.UniqueConstraint(condition=models.Q(("left_at", None)), fields=("dispute",), name="one_open_run"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "dispute",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="escalation.dispute"),
                ),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="escalation.stagerun")),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="agencies.agency")),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="held_requests", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("holder_post", models.CharField(blank=True, max_length=160)),
                (
                    "guest",
                    models.OneToOneField(
                        blank=True,
                        help_text="Who may answer it without an account.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="escalation.guest",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("awaiting", "Awaiting a response"),
                            ("answered", "Answered"),
                            ("settled", "Response accepted"),
                            ("rejected", "Response not accepted"),
                            ("lapsed", "Moved up"),
                        ],
                        default="awaiting",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                (
                    "received_at",
                    models.DateTimeField(blank=True, help_text="Deemed on delivery of the message, at latest at the next opening.", null=True),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "engaged_at",
                    models.DateTimeField(
                        blank=True, help_text="Last reply, meeting, agreed date or contact in which the receiver was reached.", null=True
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("agrees", "We agree"), ("partly", "We agree in part"), ("disagrees", "We do not agree")], max_length=12
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["holder"], name="open_request_by_holder"),
                    models.Index(fields=["agency", "state"], name="request_by_agency"),
                    models.Index(fields=["dispute", "agency"], name="request_by_dispute"),
                ],
                "constraints": [models.UniqueConstraint(fields=("run", "agency"), name="one_request_an_agency")],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="escalation.dispute")),
                (
                    "run",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="escalation.stagerun"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="escalation.request"
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="escalation.agreedaction"
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=60)),
                (
                    "measures",
                    models.CharField(
                        choices=[
                            ("told", "Telling"),
                            ("entry", "Entry"),
                            ("acknowledgement", "Acknowledgement"),
                            ("response", "Response"),
                            ("discussion", "Discussion"),
                            ("agreement", "Agreement"),
                            ("action_plan", "Action plan"),
                            ("meeting", "Meeting"),
                            ("outcome_letter", "Outcome letter"),
                            ("form", "Form"),
                            ("move_up", "Moving up"),
                            ("completion", "Completion of the stage"),
                            ("resolution", "Resolution"),
                            ("cap", "Overall limit"),
                            ("action", "Agreed action"),
                            ("feedback", "Feedback"),
                            ("next_step", "Next step"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "owed_by",
                    models.CharField(
                        choices=[
                            ("raising", "Raising"),
                            ("receiving", "Receiving"),
                            ("each", "Each side"),
                            ("chair", "Chair"),
                            ("partnership", "Partnership"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("is_procedural", models.BooleanField(default=True, help_text="Procedure time; the product's own next-step clocks are not.")),
                ("is_urgent", models.BooleanField(default=False)),
                ("is_imported", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("agreed_due_at", models.DateTimeField(blank=True, null=True)),
                ("dated_at", models.DateTimeField(blank=True, help_text="When its moment was last set anew: no step lies before.", null=True)),
                ("working_out", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("met", "Met"),
                            ("late", "Met late"),
                            ("missed", "Not met"),
                            ("not_needed", "Not needed"),
                            ("superseded", "Superseded"),
                        ],
                        default="running",
                        max_length=12,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("breached_at", models.DateTimeField(blank=True, null=True)),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                ("last_step", models.CharField(blank=True, max_length=12)),
                ("last_repeat", models.PositiveSmallIntegerField(default=0)),
                ("next_check_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["due_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_procedural", True), ("measures", "response")),
                        fields=["agency", "due_at"],
                        name="response_by_agency_and_due",
                    ),
                    models.Index(condition=models.Q(("state", "running")), fields=["owner", "due_at"], name="running_clock_by_owner"),
                    models.Index(condition=models.Q(("state", "running")), fields=["dispute"], name="running_clock_by_dispute"),
                    models.Index(
                        condition=models.Q(("measures", "action"), ("state", "running")), fields=["next_check_at"], name="action_clock_to_check"
                    ),
                    models.Index(condition=models.Q(("owner", None), ("state", "running")), fields=["dispute"], name="running_clock_of_nobody"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gte", models.F("started_at")), ("is_imported", True), _connector="OR"),
                        name="clock_not_born_overdue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("next_check_at__isnull", False), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("ended_at__isnull", False), ("next_check_at", None)),
                            _connector="OR",
                        ),
                        name="running_clock_is_checked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimetableProposal",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="timetables", to="escalation.dispute")),
                ("clock", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="timetables", to="escalation.clock")),
                ("due_at", models.DateTimeField()),
                ("proposed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("raising", "Raising"),
                            ("receiving", "Receiving"),
                            ("each", "Each side"),
                            ("chair", "Chair"),
                            ("partnership", "Partnership"),
                        ],
                        max_length=12,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("agreed_at", None), ("declined_at", None)), fields=("clock",), name="one_open_timetable"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RememberedCall",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="remembered_calls", to=settings.AUTH_USER_MODEL),
                ),
                ("key", models.CharField(max_length=100)),
                (
                    "digest",
                    models.CharField(help_text="Of the address and the body: the same key with others is a mistake of the caller's.", max_length=64),
                ),
                ("started_at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answer", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "indexes": [models.Index(fields=["started_at"], name="remembered_call_by_age")],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="remembered_call_once")],
            },
        ),
        migrations.CreateModel(
            name="KeepingPeriod",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="keeping_periods", to="agencies.partnership"),
                ),
                (
                    "record_class",
                    models.CharField(
                        choices=[
                            ("cases", "Disagreements that ended"),
                            ("drafts", "Drafts that nobody sent"),
                            ("messages", "Messages that were sent"),
                            ("holds", "Reasons of legal holds that were lifted"),
                            ("bundles", "Answers to requests for access"),
                            ("requests", "Who asked for access, and how they were known"),
                            ("accounts", "Closed accounts"),
                            ("practice", "Ended disagreements of a partnership to practise in"),
                        ],
                        max_length=12,
                    ),
                ),
                ("length", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "record_class"), name="one_period_a_class"),
                    models.CheckConstraint(condition=models.Q(("length__gt", 0)), name="a_period_is_some_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="legal_holds", to="agencies.partnership"),
                ),
                (
                    "on",
                    models.CharField(
                        choices=[
                            ("dispute", "This disagreement"),
                            ("child", "Everything about one child"),
                            ("person", "Everything that one person had a part in"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="legal_holds", to="escalation.dispute"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "marks",
                    models.JSONField(default=list, help_text="Keyed digests of who the child is: initials with birth, and each agency's reference."),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("placed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("placed_at", models.DateTimeField()),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-placed_at"],
                "indexes": [models.Index(condition=models.Q(("lifted_at", None)), fields=["partnership"], name="hold_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dispute__isnull", False), ("on", "dispute"), ("person", None)),
                            models.Q(("dispute", None), ("on", "person"), ("person__isnull", False)),
                            models.Q(("dispute", None), ("on", "child"), ("person", None)),
                            _connector="OR",
                        ),
                        name="hold_is_on_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lifted_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dispute__isnull", False), ("lifted_at", None)), fields=("dispute",), name="one_hold_a_disagreement"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="access_requests", to="agencies.partnership"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: a child's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("disputes", models.JSONField(default=list)),
                ("children", models.JSONField(default=list)),
                ("reason", models.CharField(max_length=300)),
                ("identity", models.CharField(help_text="How it was made sure that it is them, or who may ask for the child.", max_length=300)),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("asked_at", models.DateTimeField()),
                ("choices", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("checksum", models.CharField(blank=True, help_text="SHA-256 of the file.", max_length=64)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-asked_at"],
                "indexes": [models.Index(fields=["partnership", "-asked_at"], name="access_request_by_place")],
            },
        ),
        migrations.CreateModel(
            name="OutcomeProposal",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="escalation.dispute")),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.event")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("agreed_action", "Agreed action"),
                            ("position_kept", "Position kept, with reasons accepted"),
                            ("overtaken", "Overtaken by events"),
                            ("mediated", "Settled in mediation"),
                            ("panel_decision", "Decided by a panel"),
                            ("liaison", "Settled by the agencies' leaders"),
                            ("advice_taken", "Recommendation accepted"),
                        ],
                        max_length=20,
                    ),
                ),
                ("proposed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("proposed_at", models.DateTimeField()),
                ("is_binding", models.BooleanField(default=False, help_text="A binding decision needs receipt, not agreement.")),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("replaced_at", None)), fields=("dispute",), name="one_current_outcome")],
            },
        ),
        migrations.CreateModel(
            name="OutcomeConfirmation",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "proposal",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="confirmations", to="escalation.outcomeproposal"),
                ),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("confirmed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("confirmed_at", models.DateTimeField()),
                ("is_gap", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("proposal", "agency"), name="outcome_confirmed_once")],
            },
        ),
        migrations.CreateModel(
            name="LearningPoint",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="learning", to="escalation.dispute")),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.event")),
                ("is_none", models.BooleanField(default=False)),
                ("referred_to", models.CharField(blank=True, max_length=120)),
                (
                    "change_needed",
                    models.CharField(
                        blank=True, choices=[("policy", "Policy or procedure"), ("training", "Training"), ("service", "A service")], max_length=20
                    ),
                ),
                ("is_for_chair", models.BooleanField(default=False, help_text="A gap in policy that the procedure sends to the chair.")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Not begun"), ("started", "Under way"), ("done", "Done"), ("not_taken_up", "Considered, not taken up")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "evidence",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.event"),
                ),
                ("set_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveSmallIntegerField(default=0)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None), ("is_none", False)), fields=["due_on"], name="open_learning_by_day"),
                    models.Index(
                        condition=models.Q(("done_at", None), ("is_none", False), ("owner__isnull", False)),
                        fields=["owner"],
                        name="open_learning_by_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("finished_at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="SweepFailure",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sweep_failures", to="escalation.dispute")),
                ("failed_at", models.DateTimeField()),
                ("words", models.CharField(max_length=300)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.CharField(
                        choices=[
                            ("sweep", "Watching the clocks"),
                            ("deliver", "Sending messages"),
                            ("bounces", "Reading what came back"),
                            ("seal", "Sealing the record"),
                            ("keeping", "Ending what was kept long enough"),
                            ("scanner", "Asking whether the virus scanner answers"),
                            ("pass on", "Passing on what people left"),
                            ("sealed up to", "Sealed up to"),
                        ],
                        default="sweep",
                        max_length=16,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="escalation.dispute")),
                ("run", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="referral", to="escalation.stagerun")),
                (
                    "referred_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("referred_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("resolve_by", models.DateTimeField(blank=True, null=True)),
                (
                    "route",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mediation", "Mediation"),
                            ("panel", "Resolution panel"),
                            ("liaison", "Direct liaison with the agencies' leaders"),
                            ("review", "Review of the decision"),
                            ("back", "Back to the agencies"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "force",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("binding", "Final and binding"),
                            ("advisory", "A recommendation"),
                            ("mediation", "Mediation only: the agencies decide"),
                        ],
                        max_length=12,
                    ),
                ),
                ("route_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mediator",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("acknowledged_at", None)), fields=["dispute"], name="referral_unacknowledged"),
                    models.Index(condition=models.Q(("chair__isnull", False), ("decided_at", None)), fields=["chair"], name="open_referral_by_chair"),
                    models.Index(
                        condition=models.Q(("decided_at", None), ("mediator__isnull", False)), fields=["mediator"], name="open_referral_by_mediator"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Panel",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("referral", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="panels", to="escalation.referral")),
                ("meets_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=160)),
                ("convened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PanelMember",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("panel", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="members", to="escalation.panel")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="panel_seats", to=settings.AUTH_USER_MODEL)),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("is_chair", models.BooleanField(default=False)),
                ("is_party", models.BooleanField(default=False)),
                ("attends", models.BooleanField(blank=True, help_text="The member's answer to the invitation.", null=True)),
                ("interest", models.CharField(blank=True, max_length=200)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("has_conflict", models.BooleanField(default=False, help_text="The declared interest keeps the member from hearing it.")),
                (
                    "left_at",
                    models.DateTimeField(blank=True, help_text="When somebody else took the place, or another panel was convened.", null=True),
                ),
                (
                    "gone_at",
                    models.DateTimeField(blank=True, help_text="When the member left where they sat, and nobody had taken the place.", null=True),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("panel", "user"), name="panel_member_once")],
                "indexes": [models.Index(condition=models.Q(("gone_at", None), ("left_at", None)), fields=["user"], name="seat_on_panel_by_user")],
            },
        ),
        migrations.CreateModel(
            name="MessageSettings",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="message_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.BooleanField(default=True, help_text="The business unit's message of the morning.")),
            ],
        ),
        migrations.CreateModel(
            name="EarlierChild",
            fields=[
                ("initials", models.CharField(max_length=8)),
                ("born_on", models.DateField(blank=True, null=True)),
                ("is_unborn", models.BooleanField(default=False)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="earlier", to="escalation.child")),
            ],
            options={
                "ordering": ["-until", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EarlierReference",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=40)),
                ("until", models.DateTimeField()),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="earlier_references", to="escalation.child")),
            ],
            options={
                "ordering": ["-until", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "dispute",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: it is about no single one.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="escalation.dispute",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where it is about no single disagreement.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.partnership",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to="escalation.request"
                    ),
                ),
                (
                    "learning",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="What it asks to see to.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="escalation.learningpoint",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("mailbox", models.EmailField(blank=True, max_length=254)),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Whose address the mailbox is.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="escalation.guest",
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("action", models.CharField(help_text="What is asked of the recipient, in words without case detail.", max_length=120)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("is_urgent", models.BooleanField(default=False)),
                ("is_reminder", models.BooleanField(default=False, help_text="A newer one for the same person and disagreement takes its place.")),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("bounced", "Came back"),
                            ("dropped", "No longer needed"),
                            ("failed", "Could not be sent"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, max_length=200)),
                (
                    "said",
                    models.JSONField(blank=True, help_text="The form of what is asked and what stands in its places, where it has any.", null=True),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("holds", "You hold it for your side."),
                            ("covers", "You cover for whoever holds it."),
                            ("raised", "You raised it."),
                            ("logged", "You logged it for whoever raised it."),
                            ("sits", "You sit on the panel that hears it."),
                            ("presides", "You act as the partnership’s chair."),
                            ("does", "An agreed action in it is yours."),
                            ("supervises", "You supervise whoever raised it."),
                            ("leads", "You lead on safeguarding for an agency in it."),
                            ("unit", "You work in the partnership’s business unit."),
                        ],
                        help_text="What makes it the recipient's business, where one thing does.",
                        max_length=12,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["not_before"], name="message_to_send"),
                    models.Index(fields=["recipient", "-created_at"], name="message_by_recipient"),
                    models.Index(condition=models.Q(("guest__isnull", False)), fields=["guest"], name="message_to_guest"),
                    models.Index(condition=models.Q(("learning__isnull", False)), fields=["learning"], name="message_of_learning"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dispute__isnull", False), ("partnership__isnull", False), _connector="OR"),
                        name="message_is_about_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recipient__isnull", False), models.Q(("mailbox", ""), _negated=True), _connector="OR"),
                        name="message_has_an_address",
                    ),
                ],
            },
        ),
    ]
    operations = [MakeTables(operations)]
