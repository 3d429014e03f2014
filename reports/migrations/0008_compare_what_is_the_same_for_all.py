"""Whether an agency's figures changed since it checked them is said of what is the same for every reader: what was kept of each one's own is forgotten."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Takes the checksums away: beside figures without what is restricted they would tell where there is any."""
    apps.get_model("reports", "ScorecardCheck").objects.update(figures_checksum="")


class Migration(migrations.Migration):
    dependencies = [("reports", "0007_an_index_that_another_begins_with_is_none")]

    operations = [
        migrations.AlterField(
            model_name="scorecardcheck",
            name="figures_checksum",
            field=models.CharField(blank=True, help_text="SHA-256 of the figures then, restricted ones apart.", max_length=64),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
