"""That an agency stayed silent about the child's file was never kept beside a confirmation: the close says it, with its reason."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0012_count_from_the_recording_too")]

    operations = [migrations.RemoveField("fileconfirmation", "is_gap")]
