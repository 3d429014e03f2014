"""What is kept from the people of the agency that raised it is found by itself: it is taken out of what is counted for them and for many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0008_find_a_childs_reference_without_its_hyphens")]

    operations = [
        migrations.AddIndex("dispute", models.Index(fields=["partnership"], condition=models.Q(is_restricted=True), name="restricted_dispute")),
    ]
