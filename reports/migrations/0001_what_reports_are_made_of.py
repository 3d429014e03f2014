"""Reports, audits and documents that were made, what is kept for them, and the reports' own record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.keys
from agencies.make_tables import MakeTables


class Migration(migrations.Migration):
    replaces = [
        ("reports", "0003_freeze_standing_reports"),
        ("reports", "0004_a_cover_of_the_partnerships_own"),
        ("reports", "0005_publish_three_years_together"),
        ("reports", "0006_a_check_is_of_the_figures_seen"),
        ("reports", "0007_count_for_a_subgroup"),
        ("reports", "0009_note_a_file_that_cannot_be_made_again"),
    ]

    initial = True

    dependencies = [
        ("agencies", "0001_people_agencies_and_partnerships"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("escalation", "0001_disagreements_and_their_record"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptMonth",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.partnership")),
                ("month", models.DateField(help_text="The month's first day, in London.")),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("partnership", "month"), name="month_kept_once")],
            },
        ),
        migrations.CreateModel(
            name="MonthCount",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("month", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="reports.keptmonth")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("raised", "Raised, by the agency that raised it"),
                            ("asked", "Raised, by each agency that was asked"),
                            ("area", "Raised, by area"),
                            ("closed", "Closed, by stage"),
                            ("withdrawn", "Withdrawn"),
                            ("referred", "Referred to the partnership"),
                            ("in_time", "Responses due and in time, by who owed them"),
                            ("late", "Responses due and late, by who owed them"),
                            ("missing", "Responses due and not given, by who owed them"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.agency"),
                ),
                ("place", models.CharField(blank=True, max_length=24)),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["month", "kind"], name="month_count_by_kind")],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.partnership")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("name", models.CharField(max_length=60)),
                ("shown", models.CharField(help_text="The key of the board's list.", max_length=24)),
                (
                    "agency",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.agency"),
                ),
                ("stage", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "partnership", "name"), name="one_filter_a_name")],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="agencies.partnership")),
                ("year", models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")),
                ("chapter", models.CharField(help_text="The chapter that it stands in.", max_length=24)),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        help_text="The decision whose finding it is.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.event",
                    ),
                ),
                ("text", models.TextField()),
                ("written_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("written_at", models.DateTimeField()),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["year", "chapter", "written_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("event__isnull", True)), fields=("partnership", "year", "chapter"), name="one_comment_a_chapter"
                    ),
                    models.UniqueConstraint(condition=models.Q(("event__isnull", False)), fields=("event",), name="one_wording_a_finding"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", True), ("signed_by__isnull", True)),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="signature_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlyReturn",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="early_returns", to="agencies.agency")),
                ("quarter", models.DateField(help_text="The quarter's first day.")),
                ("matters", models.PositiveSmallIntegerField()),
                ("returned_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("returned_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-quarter", "agency__name"],
                "constraints": [models.UniqueConstraint(fields=("agency", "quarter"), name="one_return_a_quarter")],
            },
        ),
        migrations.CreateModel(
            name="ReportEvent",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(help_text="When the server wrote the line (UTC).")),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="report_events", to="agencies.partnership"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("words", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ["-recorded_at"],
                "indexes": [models.Index(fields=["partnership", "-recorded_at"], name="report_event_by_partnership")],
            },
        ),
        migrations.CreateModel(
            name="AuditSample",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="audit_samples", to="agencies.partnership"),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("seed", models.PositiveIntegerField()),
                ("drawn_from", models.PositiveIntegerField(help_text="How many records there were to draw from.")),
                ("drawn_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("drawn_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-drawn_at"],
                "indexes": [models.Index(fields=["partnership", "-drawn_at"], name="audit_by_partnership")],
            },
        ),
        migrations.CreateModel(
            name="AuditedRecord",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("sample", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="records", to="reports.auditsample")),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.dispute")),
                ("position", models.PositiveSmallIntegerField()),
                ("answers", models.JSONField(default=dict)),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("sample", "dispute"), name="audited_once_a_sample")],
            },
        ),
        migrations.CreateModel(
            name="PreparedDocument",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="escalation.dispute")),
                ("kind", models.CharField(help_text="One of the documents' names.", max_length=24)),
                ("with_child", models.BooleanField(default=False)),
                ("requested_by", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("requested_at", models.DateTimeField()),
                (
                    "progress",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be made"),
                            ("counting", "Counting"),
                            ("printing", "Laying out the pages"),
                            ("done", "Ready"),
                            ("failed", "Not made"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["requested_at"], name="prepared_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("progress__in", ["counting", "printing", "waiting"])),
                        fields=("dispute", "kind", "with_child", "requested_by"),
                        name="one_document_in_the_making",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportCover",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("colour", models.CharField(blank=True, help_text="Such as #0d5257; empty for our own.", max_length=7)),
                ("picture", models.TextField(blank=True, help_text="The mark, written anew, as a data address; empty for none.")),
                ("alternative", models.CharField(blank=True, help_text="The words in the mark's place.", max_length=150)),
                ("chosen_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("chosen_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.partnership")),
            ],
            options={
                "ordering": ["-confirmed_at"],
                "indexes": [models.Index(fields=["partnership", "-confirmed_at"], name="cover_by_partnership")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("confirmed_at__isnull", True)), fields=("partnership",), name="one_cover_waits"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("alternative", ""), ("picture", "")),
                            models.Q(models.Q(("picture", ""), _negated=True), models.Q(("alternative", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="mark_has_its_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="confirmed_cover_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedEdition",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="issued_editions", to="agencies.partnership"),
                ),
                ("year", models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")),
                ("issued_at", models.DateTimeField()),
                ("document", models.JSONField(help_text="The whole document.")),
                ("checksum", models.CharField(help_text="SHA-256 of its chapters.", max_length=64)),
                (
                    "years",
                    models.PositiveSmallIntegerField(default=1, help_text="Three where it is made of the reporting years up to that one together."),
                ),
            ],
            options={
                "ordering": ["issued_at"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "year", "years", "checksum"), name="edition_issued_once")],
            },
        ),
        migrations.CreateModel(
            name="ScorecardCheck",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="scorecard_checks", to="agencies.agency")),
                ("year", models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins.")),
                ("is_right", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("checked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("checked_at", models.DateTimeField()),
                ("figures_checksum", models.CharField(blank=True, help_text="SHA-256 of the figures that were looked at.", max_length=64)),
            ],
            options={
                "ordering": ["agency__name"],
                "constraints": [models.UniqueConstraint(fields=("agency", "year"), name="one_check_a_year")],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="agencies.partnership")),
                (
                    "year",
                    models.PositiveSmallIntegerField(help_text="The calendar year in which the reporting year begins; 0 for a standing report."),
                ),
                ("edition", models.CharField(choices=[("internal", "Internal edition"), ("public", "Public edition")], max_length=12)),
                (
                    "progress",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be made"),
                            ("counting", "Counting"),
                            ("printing", "Laying out the pages"),
                            ("done", "Ready"),
                            ("failed", "Not made"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("requested_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("requested_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("figures", models.JSONField(default=dict, help_text="The whole document, from which the file can be made again.")),
                ("figures_checksum", models.CharField(blank=True, help_text="SHA-256 of the figures.", max_length=64)),
                ("file_checksum", models.CharField(blank=True, help_text="SHA-256 of the PDF.", max_length=64)),
                ("size", models.PositiveIntegerField(default=0, help_text="Bytes of the PDF.")),
                ("pages", models.PositiveSmallIntegerField(default=0)),
                ("first_day", models.DateField(blank=True, help_text="Of a standing report, whose period begins then.", null=True)),
                ("last_day", models.DateField(blank=True, help_text="Of a standing report; the day belongs to the period.", null=True)),
                (
                    "years",
                    models.PositiveSmallIntegerField(default=1, help_text="Three where it is made of the reporting years up to that one together."),
                ),
                (
                    "subgroup",
                    models.CharField(
                        blank=True, help_text="Of a standing report: whose disagreements alone it counts; empty for all.", max_length=200
                    ),
                ),
                (
                    "differs_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When its file was found lost or altered, and what is made in its place today found to be another.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at"],
                "indexes": [models.Index(fields=["partnership", "-requested_at"], name="report_by_partnership")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("progress", "done"), _negated=True),
                            models.Q(
                                ("finished_at__isnull", False),
                                models.Q(("file_checksum", ""), _negated=True),
                                models.Q(("figures_checksum", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_done_has_its_checksums",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("edition", "internal"), ("first_day__isnull", False), ("last_day__gte", models.F("first_day")), ("year", 0)),
                            models.Q(models.Q(("year", 0), _negated=True), ("first_day__isnull", True), ("last_day__isnull", True)),
                            _connector="OR",
                        ),
                        name="report_of_a_year_or_of_days",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("progress__in", ["counting", "printing", "waiting"]), models.Q(("year", 0), _negated=True)),
                        fields=("partnership", "year", "years", "edition"),
                        name="one_report_in_the_making",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("years", 1), models.Q(("edition", "public"), ("years", 3), models.Q(("year", 0), _negated=True)), _connector="OR"
                        ),
                        name="report_of_three_years_is_public",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("progress__in", ["counting", "printing", "waiting"]), ("year", 0)),
                        fields=("partnership", "first_day", "last_day", "subgroup"),
                        name="one_standing_report_in_the_making",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subgroup", ""), ("year", 0), _connector="OR"), name="report_of_a_subgroup_is_a_standing_one"
                    ),
                ],
            },
        ),
    ]
    operations = [MakeTables(operations)]
