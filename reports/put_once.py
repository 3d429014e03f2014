"""A report's questions, put into SQL once for all that are alike: those of two years differ in the moments, days and keys that they ask by.

Putting them into SQL took four times as long as their answers. What is given is looked for among the values that the question asks by, and filled in
when the next one asks; a question that asks by a moment, a day or a key that is not among those given is put anew each time.
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from json import loads
from typing import Any, TypeAlias
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateField, DateTimeField, Field, JSONField, QuerySet, UUIDField

from agencies.quick_reads import key, moment

Given: TypeAlias = "datetime | date | UUID | None"
MOST = 200
"""So many forms of documents are kept, each with some fifty questions."""
# A moment, a day or a key as SQLite is given it: a text.
AS_TEXT = re.compile(r"\d{4}-\d\d-\d\d|[0-9a-f]{32}$|[0-9a-f]{8}-[0-9a-f]{4}-")
FIELDS: "dict[type[Any], Field[Any, Any]]" = {datetime: DateTimeField(), date: DateField(), UUID: UUIDField()}


@dataclass(frozen=True)
class Alike:
    """What a document's questions are made of: all that changes their wording (`form`), and what they ask by, always in the same order (`given`).

    What a question asks by otherwise, a text or a number that is not the same in every document, must be in the form.
    """

    form: Hashable
    given: tuple[Given, ...]

    @cached_property
    def key(self) -> Hashable:
        """The same for documents whose questions are alike: which of the things given are there, and which are one and the same, belongs to it."""
        return self.form, tuple(value if value is None else self.given.index(value) for value in self.given)

    @cached_property
    def adapted(self) -> list[Any]:
        """What is given as the engine takes it."""
        connection = connections[DEFAULT_DB_ALIAS]
        return [value if value is None else FIELDS[type(value)].get_db_prep_value(value, connection) for value in self.given]


@dataclass(frozen=True, slots=True)
class Put:
    """A question in SQL, empty where it can find nothing, and what reads each column of its rows."""

    sql: str
    params: tuple[Any, ...]
    readers: "dict[str, Callable[[Any], Any]]"

    @classmethod
    def of(cls, rows: "QuerySet[Any, Any]", connection: BaseDatabaseWrapper) -> "Put":
        """The query as it is now; it ends in `values()`, and its rows come in no order."""
        try:
            sql, params = rows.order_by().query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            return cls("", (), {})
        return cls(sql, tuple(params), {name: _reader(field) for name, field in _fields(rows).items()})


# By the key of the documents and by name: the question, and which of its params are which of the things given.
_KEPT: dict[Hashable, dict[Hashable, tuple[Put, dict[int, int]]]] = {}


def put(name: Hashable, make: "Callable[[], QuerySet[Any, Any]]", alike: Alike | None) -> Put:
    """The question of this name in SQL, made where none is kept of a document that is alike; always, where it is not said what makes it so."""
    # Not the proxy of Django, which looks the connection up anew a hundred times for each question: that was a quarter of the time.
    connection = connections[DEFAULT_DB_ALIAS]
    if alike is None:
        return Put.of(make(), connection)
    kept = _kept(alike)
    if name in kept:
        known, places = kept[name]
        return Put(known.sql, tuple(alike.adapted[places[at]] if at in places else param for at, param in enumerate(known.params)), known.readers)
    made = Put.of(make(), connection)
    if made.sql and (found := _places(made, alike)) is not None:
        kept[name] = made, found
    return made


def _kept(alike: Alike) -> dict[Hashable, tuple[Put, dict[int, int]]]:
    if len(_KEPT) >= MOST:
        _KEPT.clear()
    return _KEPT.setdefault(alike.key, {})


def _places(made: Put, alike: Alike) -> dict[int, int] | None:
    """Which of the params are which of the things given; None where it asks by a moment, a day or a key that is not given."""
    found: dict[int, int] = {}
    for at, param in enumerate(made.params):
        if AS_TEXT.match(param) if isinstance(param, str) else isinstance(param, date | UUID):
            place = next((place for place, value in enumerate(alike.adapted) if type(value) is type(param) and value == param), None)
            if place is None:
                return None
            found[at] = place
    return found


def _fields(rows: "QuerySet[Any, Any]") -> "dict[str, Field[Any, Any]]":
    """By name what kind of value each column of the rows is."""
    query, found = rows.query, {}
    for name in query.selected or (*query.values_select, *query.annotation_select):
        if name in query.annotation_select:
            field = query.annotation_select[name].output_field
        else:
            field = query.names_to_path(name.split("__"), query.get_meta())[1]
        while field.remote_field:
            field = field.target_field
        found[name] = field
    return found


def _reader(field: "Field[Any, Any]") -> Callable[[Any], Any]:
    """What makes of a value as it came in an object the one that the column holds."""
    for kind, read in READERS.items():
        if isinstance(field, kind):
            return lambda value: None if value is None else read(value)
    return lambda value: value


# DateTimeField is a DateField.
READERS: "dict[type[Field[Any, Any]], Callable[[Any], Any]]" = {
    BooleanField: bool,  # SQLite keeps 0 and 1.
    UUIDField: key,
    DateTimeField: moment,
    DateField: date.fromisoformat,
    JSONField: lambda value: loads(value) if isinstance(value, str) else value,
}
