"""What an agency is asked and owes in a disagreement that is kept from its own leads is counted apart: months that were kept are counted anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Takes the kept counts away; the job that runs each minute keeps them again, and until then they are counted live."""
    apps.get_model("reports", "KeptMonth").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_refuse_a_row_whose_number_no_row_gets")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
