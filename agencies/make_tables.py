"""Many tables in one step of a migration, made in a fraction of the time."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from django.db.migrations.state import ProjectState


class MakeTables(Operation):
    """Does what its operations do in turn, with the classes of the models made once for all of them.

    Where they stand one by one, Django makes each new model's class and that of every model in reach of it anew, each time: thousands for forty
    tables. It is for tables that nothing in the same step changes again.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        """`tables` in the order in which they are made."""
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leaves the classes unmade; who needs them next makes all of them at once."""
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState) -> None:
        """Makes them."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState) -> None:
        """Drops them, the last first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Make {len(self.tables)} tables"
