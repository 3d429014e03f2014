"""Two more things that a concern may really be: a decision of the safeguarding hub, and a matter for the independent reviewing officer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0003_keep_who_a_child_was_said_to_be"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dispute",
            name="door",
            field=models.CharField(
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
    ]
