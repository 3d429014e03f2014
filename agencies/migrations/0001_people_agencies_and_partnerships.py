"""Who exists: people and how they sign in, partnerships, agencies, levels, posts and who holds them, days off, and the directory's record."""

import datetime

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import agencies.keys
from agencies.make_tables import MakeTables


class Migration(migrations.Migration):
    replaces = [
        ("agencies", "0005_what_an_app_makes_codes_with"),
        ("agencies", "0006_say_who_was_given_what_and_by_which_door"),
        ("agencies", "0008_how_long_a_confirmed_contact_counts"),
        ("agencies", "0009_keep_the_form_of_a_line_of_the_directory"),
        ("agencies", "0010_keep_the_places_of_cover"),
        ("agencies", "0011_say_for_which_places_cover_is"),
        ("agencies", "0013_say_that_every_answer_was_emptied"),
        ("agencies", "0014_say_whether_a_token_had_a_second_factor"),
        ("agencies", "0015_name_the_end_of_what_opened_an_account"),
        ("agencies", "0018_say_that_an_account_took_much_out"),
        ("agencies", "0019_keep_private_mail_providers_as_data"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Partnership",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "nation",
                    models.CharField(
                        choices=[("england-and-wales", "England and Wales"), ("scotland", "Scotland"), ("northern-ireland", "Northern Ireland")],
                        default="england-and-wales",
                        max_length=20,
                    ),
                ),
                ("opens", models.TimeField(default=datetime.time(9, 0))),
                ("closes", models.TimeField(default=datetime.time(17, 0))),
                ("unit_name", models.CharField(default="Business unit", max_length=120)),
                ("unit_email", models.EmailField(blank=True, max_length=254)),
                ("unit_phone", models.CharField(blank=True, max_length=40)),
                ("front_door_name", models.CharField(default="Children's front door", max_length=120)),
                ("front_door_day", models.CharField(blank=True, max_length=40)),
                ("front_door_night", models.CharField(blank=True, max_length=40)),
                ("second_factor_roles", models.JSONField(blank=True, default=list, help_text="Roles whose holders need a second factor to sign in.")),
                ("is_invented", models.BooleanField(default=False, help_text="Invented people and data: every page says so.")),
                (
                    "is_practice",
                    models.BooleanField(
                        default=False,
                        help_text="For training: messages go nowhere, and the trainer moves the clock. Set when it is made, and never after.",
                    ),
                ),
                (
                    "ahead",
                    models.DurationField(
                        default=datetime.timedelta, help_text="How far the trainer has moved the clock of a practice partnership forward."
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "contact_months",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="For how many months a confirmed contact counts as confirmed; empty: six.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("closes__gt", models.F("opens"))), name="partnership_closes_after_it_opens"),
                    models.CheckConstraint(
                        condition=models.Q(("is_practice", False), ("is_invented", True), _connector="OR"), name="practice_has_invented_data"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_practice", True), ("ahead", datetime.timedelta(0)), _connector="OR"), name="only_practice_is_ahead"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, editable=False, help_text="When the account was closed; empty for an open one.", null=True),
                ),
                (
                    "goes_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When name and address go, as an hourly job last found it; empty where that is not near.",
                        null=True,
                    ),
                ),
                ("erased_at", models.DateTimeField(blank=True, editable=False, help_text="From here on it has no name and no address.", null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "email"],
                "constraints": [models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="user_email_once")],
            },
        ),
        migrations.CreateModel(
            name="SeniorityLevel",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="levels", to="agencies.partnership")),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "number"), name="level_number_once")],
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="agencies", to="agencies.partnership")),
                ("code", models.SlugField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("social_care", "Children's social care"),
                            ("early_help", "Early help"),
                            ("youth_justice", "Youth offending service"),
                            ("police", "Police"),
                            ("health_commissioner", "Health commissioner and primary care"),
                            ("community_health", "Community health"),
                            ("acute_hospital", "Acute hospital"),
                            ("mental_health", "Mental health"),
                            ("education", "School or college"),
                            ("early_years", "Early years"),
                            ("voluntary", "Voluntary sector"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=24,
                    ),
                ),
                ("is_external", models.BooleanField(default=False, help_text="Not a member: another borough's agency.")),
                ("is_flat", models.BooleanField(default=False, help_text="The same person may act at more than one stage.")),
                ("has_board_member", models.BooleanField(default=True)),
                (
                    "acting_agency",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="acts_for", to="agencies.agency"
                    ),
                ),
                (
                    "acting_from_level",
                    models.PositiveSmallIntegerField(blank=True, help_text="From this level on the acting agency acts for it.", null=True),
                ),
                ("mailbox", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("out_of_hours", models.CharField(blank=True, help_text="Whom to ring when the office is closed.", max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "member_since",
                    models.DateField(blank=True, help_text="The day it joined; empty where it has been a member from the beginning.", null=True),
                ),
            ],
            options={
                "verbose_name_plural": "agencies",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "code"), name="agency_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acting_agency", None), ("acting_from_level", None)),
                            models.Q(("acting_agency__isnull", False), ("acting_from_level__isnull", False)),
                            _connector="OR",
                        ),
                        name="agency_acting_from_a_level",
                    ),
                    models.CheckConstraint(condition=models.Q(("acting_agency", models.F("id")), _negated=True), name="agency_acts_for_another"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="agencies.agency")),
                (
                    "level",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="agencies.senioritylevel"
                    ),
                ),
                ("title", models.CharField(blank=True, help_text="Empty only where the published matrix cannot be read.", max_length=160)),
                ("is_lead", models.BooleanField(default=False, help_text="Safeguarding lead: DSL, named or designated professional.")),
                ("is_board_member", models.BooleanField(default=False)),
                ("is_uncertain", models.BooleanField(default=False)),
                ("uncertain_why", models.CharField(blank=True, max_length=300)),
                ("mailbox", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("out_of_hours", models.CharField(blank=True, max_length=120)),
                ("confirmed_on", models.DateField(blank=True, help_text="When somebody last said that the contact is right.", null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["agency__name", "level__number", "title"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "level", "title"), name="post_title_once_a_level"),
                    models.UniqueConstraint(condition=models.Q(("level", None)), fields=("agency", "title"), name="post_title_once_without_level"),
                    models.CheckConstraint(
                        condition=models.Q(("is_uncertain", False), models.Q(("uncertain_why", ""), _negated=True), _connector="OR"),
                        name="post_doubt_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("title", ""), _negated=True), ("is_uncertain", True), _connector="OR"), name="post_has_a_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostHolding",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="holdings", to="agencies.post")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="holdings", to=settings.AUTH_USER_MODEL)),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="The last day in the post.", null=True)),
            ],
            options={
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "user"), name="holding_once"),
                    models.CheckConstraint(
                        condition=models.Q(("since", None), ("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="holding_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosureDay",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="closure_days", to="agencies.partnership"),
                ),
                ("day", models.DateField()),
                ("words", models.CharField(max_length=120)),
                ("source", models.CharField(blank=True, help_text="Who ordered it.", max_length=120)),
            ],
            options={
                "ordering": ["day"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "day"), name="closure_day_once")],
            },
        ),
        migrations.CreateModel(
            name="HolidayChange",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="holiday_changes", to="agencies.partnership"),
                ),
                ("day", models.DateField()),
                ("words", models.CharField(max_length=120)),
                ("source", models.CharField(blank=True, help_text="Who ordered it.", max_length=120)),
                ("works", models.BooleanField(default=False, help_text="The day is a working day after all.")),
            ],
            options={
                "ordering": ["day"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "day"), name="holiday_change_once")],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="departures", to="agencies.partnership")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="departures", to="agencies.agency"
                    ),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="departures", to=settings.AUTH_USER_MODEL)),
                ("successor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("last_day", models.DateField()),
                ("takes_posts", models.BooleanField(default=False, help_text="The successor takes over the person's posts too.")),
                (
                    "planned_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["last_day"],
                "indexes": [models.Index(condition=models.Q(("done_at", None)), fields=["last_day"], name="departure_to_do")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("done_at", None)), fields=("agency", "person"), name="one_open_departure"),
                    models.UniqueConstraint(
                        condition=models.Q(("agency", None), ("done_at", None)), fields=("partnership", "person"), name="one_open_own_departure"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryEvent",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="directory_events", to="agencies.partnership"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="directory_events", to="agencies.agency"
                    ),
                ),
                ("words", models.CharField(max_length=300)),
                (
                    "door",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("page", "on a page"),
                            ("import", "by an import"),
                            ("administration", "in the installation’s administration"),
                            ("server", "by the server itself, or on its command line"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("gives", models.BooleanField(blank=True, help_text="Whether they were given a role or post.", null=True)),
                (
                    "whom",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose place it changed.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("form", models.JSONField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="agencies.partnership"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="agencies.agency"
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to=settings.AUTH_USER_MODEL)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("practitioner", "Practitioner"),
                            ("manager", "Manager or supervisor"),
                            ("safeguarding_lead", "Safeguarding lead"),
                            ("senior_manager", "Senior manager"),
                            ("board_member", "Board member"),
                            ("reviewing_unit", "Reviewing unit or conference service"),
                            ("business_unit", "Business unit"),
                            ("business_manager", "Business manager"),
                            ("chair", "Chair"),
                            ("deputy_chair", "Deputy chair"),
                            ("mediator", "Mediator"),
                            ("panel_member", "Panel member"),
                            ("subgroup_chair", "Subgroup chair"),
                            ("subgroup_member", "Subgroup member"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("job_title", models.CharField(blank=True, max_length=120)),
                (
                    "supervisor",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="supervises", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="The last day of the role.", null=True)),
            ],
            options={
                "ordering": ["user__name", "role"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("agency__isnull", False)), fields=("agency", "user", "role"), name="agency_role_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agency", None)), fields=("partnership", "user", "role"), name="partnership_role_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since", None), ("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="membership_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agency__isnull", False),
                                ("role__in", ["board_member", "manager", "practitioner", "reviewing_unit", "safeguarding_lead", "senior_manager"]),
                            ),
                            models.Q(
                                ("agency", None),
                                models.Q(
                                    (
                                        "role__in",
                                        ["board_member", "manager", "practitioner", "reviewing_unit", "safeguarding_lead", "senior_manager"],
                                    ),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="membership_role_has_its_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("supervisor")), _negated=True), name="membership_supervised_by_another"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="passkeys", to=settings.AUTH_USER_MODEL)),
                ("credential_id", models.CharField(max_length=1400, unique=True)),
                ("attested", models.TextField(help_text="Credential data as WebAuthn defines it, in base 64.")),
                ("sign_count", models.BigIntegerField(default=0)),
                ("label", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["added_at"],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="recovery_codes", to=settings.AUTH_USER_MODEL)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ExternalIdentity",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="external_identities", to=settings.AUTH_USER_MODEL),
                ),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="external_identity_once"),
                    models.UniqueConstraint(fields=("issuer", "user"), name="external_identity_one_a_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("device", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TryCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="AskedLink",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254)),
                ("is_invitation", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["asked_at"],
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["asked_at"], name="link_to_send"),
                    models.Index(fields=["email", "asked_at"], name="link_asked_lately"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryEdition",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="authenticator",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sealed_secret", models.TextField()),
                ("last_step", models.BigIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("digest", models.CharField(choices=[("sha256", "HMAC-SHA-256"), ("sha1", "HMAC-SHA-1")], default="sha1", max_length=6)),
            ],
        ),
        migrations.CreateModel(
            name="UntoldGiving",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="+", serialize=False, to="agencies.directoryevent"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="covers", to=settings.AUTH_USER_MODEL)),
                ("deputy", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="covers_for", to=settings.AUTH_USER_MODEL)),
                ("starts", models.DateField()),
                ("ends", models.DateField(help_text="The last day of the cover.")),
                ("places", models.JSONField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["starts"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("ends__gte", models.F("starts"))), name="cover_ends_after_it_starts"),
                    models.CheckConstraint(condition=models.Q(("person", models.F("deputy")), _negated=True), name="cover_by_someone_else"),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptForm",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="kept_forms", to=settings.AUTH_USER_MODEL)),
                ("page", models.CharField(help_text="Where the person was.", max_length=2000)),
                ("action", models.CharField(help_text="Where the form goes.", max_length=2000)),
                ("sealed", models.TextField()),
                ("kept_at", models.DateTimeField(db_index=True)),
                ("is_emptied", models.BooleanField(default=False, help_text="Every answer in it was emptied.")),
            ],
            options={
                "ordering": ["-kept_at"],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="api_tokens", to=settings.AUTH_USER_MODEL)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("passphrase_mark", models.CharField(max_length=64)),
                ("label", models.CharField(blank=True, help_text="What it is for, in the person's own words.", max_length=80)),
                ("is_read_only", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, help_text="To the hour: kept to show which tokens nobody uses.", null=True)),
                ("has_factor", models.BooleanField(default=False, help_text="Whether a second factor was shown when it was made.")),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("expires_at__gt", models.F("created_at"))), name="api_token_expires_after_it_begins")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInEvent",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="sign_in_events", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who did it, where it was somebody else.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed_in", "Signed in"),
                            ("refused", "Refused: wrong passphrase or closed account"),
                            ("too_soon", "Refused: too many tries"),
                            ("locked", "Locked out after ten wrong tries"),
                            ("second_refused", "Refused: wrong second factor"),
                            ("signed_out", "Signed out"),
                            ("timed_out", "Signed out by the time limit"),
                            ("session_ended", "Ended elsewhere"),
                            ("proved", "Confirmed who they are"),
                            ("passphrase_set", "Set a passphrase"),
                            ("factor_added", "Added a second factor"),
                            ("factor_removed", "Removed a second factor"),
                            ("codes_made", "Made recovery codes"),
                            ("token_made", "Made a token for a program"),
                            ("linked", "Linked an organisation’s account"),
                            ("account_changed", "The account was changed by an administrator"),
                            ("begun_anew", "What opened the account ended: a first place outside practice"),
                            ("access_ended", "Lost access: no role is left"),
                            ("read_much", "Opened unusually many disagreements"),
                            ("took_much", "Took unusually much out within a day"),
                            ("read_stopped", "Stopped: too many disagreements within an hour"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "means",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("passphrase", "passphrase"),
                            ("app", "passphrase and authenticator app"),
                            ("passkey", "passkey"),
                            ("recovery", "passphrase and recovery code"),
                            ("organisation", "organisation’s sign-in"),
                        ],
                        max_length=12,
                    ),
                ),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("device", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "ordering": ["-recorded_at", "-id"],
                "indexes": [models.Index(fields=["user", "-recorded_at"], name="sign_in_newest")],
            },
        ),
        migrations.CreateModel(
            name="PrivateMailProvider",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "domain",
                    models.CharField(
                        help_text="What stands behind the @ of its addresses, such as mail.example.",
                        max_length=253,
                        validators=[django.core.validators.DomainNameValidator()],
                    ),
                ),
                ("source", models.CharField(blank=True, help_text="Who asked for it.", max_length=120)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mail_providers", to="agencies.partnership"),
                ),
            ],
            options={
                "verbose_name": "private mail provider",
                "ordering": ["domain"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "domain"), name="private_mail_provider_once")],
            },
        ),
    ]
    operations = [MakeTables(operations)]
