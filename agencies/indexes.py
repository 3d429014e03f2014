"""An index that another one begins with is none: it finds nothing that the longer does not, and costs every write and every plan.

For the migrations that take such an index away.
"""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field, Model


class LeaveIndexes(Operation):
    """The indexes that Django gave foreign keys go, since one of the same table begins with that column.

    Django's own step writes a table of SQLite anew to do so, and leaves the triggers behind that guard it. All of an application go in one step: for
    each, Django would make the classes of all models in reach anew, which took longer than everything else that is done to a new database.
    """

    reversible = True

    def __init__(self, *fields: tuple[str, str]) -> None:
        """Each a model and its field, by their names as in a migration."""
        self.fields = fields

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The fields have no index of their own any more. Leaves the classes unmade; who needs them next makes all of them at once."""
        state.__dict__.pop("apps", None)
        for model, name in self.fields:
            field = state.models[app_label, model].fields[name].clone()
            field.db_index = False
            state.alter_field(app_label, model, name, field, preserve_default=True)

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState) -> None:
        """Whatever their names are: Django makes them up out of the columns that there were when the table was made."""
        for model, field in self._found(from_state.apps, app_label):
            named = {index.name for index in model._meta.indexes}
            for name in schema_editor._constraint_names(model, [field.column], index=True, unique=False, exclude=named):  # type: ignore[attr-defined]
                schema_editor.execute(schema_editor._delete_index_sql(model, name))  # type: ignore[attr-defined]

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState) -> None:
        """They are made again."""
        for model, field in self._found(to_state.apps, app_label):
            schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))  # type: ignore[attr-defined]

    def describe(self) -> str:
        """For who reads what is going to be done."""
        named = ", ".join(f"{model}.{field}" for model, field in self.fields)
        return f"Leave the indexes of {named} to the longer ones that begin with them"

    def _found(self, apps: Apps, app_label: str) -> "Iterator[tuple[type[Model], Field[object, object]]]":
        for name, field in self.fields:
            model = apps.get_model(app_label, name)
            yield model, model._meta.get_field(field)
