"""An index that another one begins with is none: it finds nothing that the longer does not, and costs every write and every plan.

For the migrations that take such an index away.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field, Model


class LeaveIndex(Operation):
    """The index that Django gave a foreign key goes, since one of its table begins with that column.

    Django's own step writes a table of SQLite anew to do so, and leaves the triggers behind that guard it.
    """

    reversible = True

    def __init__(self, model: str, field: str) -> None:
        """Of a model and its field, by their names as in a migration."""
        self.model, self.field = model, field

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The field has no index of its own any more."""
        field = state.models[app_label, self.model].fields[self.field].clone()
        field.db_index = False
        state.alter_field(app_label, self.model, self.field, field, preserve_default=True)

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState) -> None:
        """Whatever its name is: Django makes it up out of the columns that there were when the table was made."""
        model, field = self._found(from_state.apps, app_label)
        named = {index.name for index in model._meta.indexes}
        for name in schema_editor._constraint_names(model, [field.column], index=True, unique=False, exclude=named):  # type: ignore[attr-defined]
            schema_editor.execute(schema_editor._delete_index_sql(model, name))  # type: ignore[attr-defined]

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState) -> None:
        """It is made again."""
        model, field = self._found(to_state.apps, app_label)
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))  # type: ignore[attr-defined]

    def describe(self) -> str:
        """For who reads what is going to be done."""
        return f"Leave the index of {self.model}.{self.field} to the longer one that begins with it"

    def _found(self, apps: Apps, app_label: str) -> "tuple[type[Model], Field[object, object]]":
        model = apps.get_model(app_label, self.model)
        return model, model._meta.get_field(self.field)
