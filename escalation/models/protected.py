"""The protected fields of the state machine, read as quickly as any other: a sweep asks for them dozens of times a disagreement."""

from typing import Any

from django.db.models import Model
from django_fsm import FSMField, FSMFieldDescriptor, FSMFieldMixin, FSMIntegerField


class _Held(FSMFieldDescriptor):
    """Writing is django_fsm's own and guarded; reading looks at the row first and only then goes its long way, by which a deferred column is read."""

    def __init__(self, field: FSMFieldMixin) -> None:
        super().__init__(field)
        self.name: str = field.name

    def __get__(self, instance: Any, owner: type[Model] | None = None) -> Any:  # noqa: ANN401 - the row, and the field's own value
        if instance is not None:
            try:
                return instance.__dict__[self.name]
            except KeyError:
                pass
        return super().__get__(instance, owner)


class ProtectedState(FSMField):
    """A state that only transitions change."""

    descriptor_class = _Held

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """To a migration it is django_fsm's field."""
        name, _path, args, given = super().deconstruct()
        return name, "django_fsm.FSMField", args, given


class ProtectedStage(FSMIntegerField):
    """A position that only transitions change."""

    descriptor_class = _Held

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """To a migration it is django_fsm's field."""
        name, _path, args, given = super().deconstruct()
        return name, "django_fsm.FSMIntegerField", args, given
