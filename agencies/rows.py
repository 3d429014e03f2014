"""Rows that are made quickly: a sweep makes a hundred thousand, and Django's own loop over a model's fields was a quarter of its time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


@dataclass(frozen=True, slots=True)
class _Way:
    """How a row is made of values under certain names: what stands in it already, what is made for each, and which of the names are of a related
    row, with the column that its key fills."""

    fixed: dict[str, Any]
    made: tuple[tuple[str, Callable[[], Any]], ...]
    related: tuple[tuple[str, str], ...]


@cache
def _way(model: type[models.Model], given: tuple[str, ...]) -> _Way | None:
    """Worked out once for each place that makes such rows; None where one of the names is no column."""
    fields: list[Any] = list(model._meta.concrete_fields)
    keys = {field.name: field.attname for field in fields if field.many_to_one}
    related = tuple((name, keys[name]) for name in given if name in keys)
    if not {field.attname for field in fields} | keys.keys() >= set(given):
        return None
    rest = [field for field in fields if not {field.attname, field.name} & set(given)]
    makers = {
        field.attname: field.get_default if field.remote_field else field.default for field in rest if field.has_default() and callable(field.default)
    }
    fixed = {field.attname: field.get_default() for field in rest if field.attname not in makers}
    return _Way(fixed, tuple(makers.items()), related)


class QuickRow(models.Model):
    """Rows are made and read as Django does it, each field with the same value, but without its loop.

    What is left out: the signals `pre_init` and `post_init`, to which nothing here listens, the check that a related row is of the right
    model, which is the type checker's, and, since there is one database, the note of which one a new row's relations came from.
    """

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **given: Any) -> None:
        """A new row from its fields by name. Values by position, and names that are no column, go Django's own way."""
        way = None if args else _way(type(self), tuple(given))
        if way is None:
            super().__init__(*args, **given)
            return
        held, state = self.__dict__, ModelState()
        held["_state"] = state
        held.update(way.fixed)
        for name, make in way.made:
            held[name] = make()
        for name, column in way.related:
            row = given.pop(name)
            if row is not None:
                state.fields_cache[name] = row
            held[column] = None if row is None else row.pk
        held.update(given)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        """A row as it was read. Columns that were not asked for are read when somebody wants them. `more`, of a later Django, goes its own way."""
        if more:
            return super().from_db(db, field_names, values, **more)
        row = cls.__new__(cls)
        held, state = row.__dict__, ModelState()
        held.update(zip(field_names, values, strict=True))
        held["_state"] = state
        state.adding, state.db = False, db
        return row
