"""Rows of several tables, asked for in one statement: what a page needs of a dozen tables costs it one way to the database and back."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import DateField, DateTimeField, DurationField, Field, JSONField, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.dateparse import parse_duration

from agencies.quick_reads import ON_SQLITE, held, key
from agencies.ready import Shape

Query: TypeAlias = "QuerySet[Any, Any]"
Queries: TypeAlias = Callable[[Sequence[UUID]], Iterable[Query]]
ROWS = {"sqlite": "json_group_array(json_array({columns}))", "postgresql": "json_agg(json_build_array({columns}))"}
SHAPES = 64
# What stands for a key and for a day until they are known.
KEY, DAY = UUID(int=1), date(1, 1, 2)


class Together:
    """What several queries give about the same keys, in one statement and so at one moment.

    The queries look for keys with `escalation.querysets.Among` alone, and end in whole rows; rows related to one (`select_related`) come along, those
    related to many do not, no column holds bytes, and what is distinct is in an order of its own columns. Each number of keys is put into SQL once:
    that took longer than the answer.
    """

    def __init__(self, queries: Queries) -> None:
        self._statement = lru_cache(SHAPES)(lambda _vendor, number: _Statement(queries, number))

    def of(self, keys: Collection[UUID]) -> Iterator[list[Any]]:
        """The rows of each query, in its order. One query, none without keys."""
        statement: _Statement = self._statement(connection.vendor, len(keys))
        return statement.answers(keys)


def together(*queries: Query) -> Iterator[list[Any]]:
    """What these queries give, whatever they look for, in one statement that is put into SQL for this once."""
    return _Statement(lambda _keys: queries, 0).answers(())


class AtOnce:
    """What several queries give about one key on one day, in one statement that is put into SQL once: as `Together` for many keys, and with the same
    bounds. Each query must use the key and the day as they are given, and depend on nothing else."""

    def __init__(self, queries: Callable[[UUID, date], Iterable[Query]]) -> None:
        self._statement = lru_cache(SHAPES)(lambda _vendor: _Statement(lambda _keys: queries(KEY, DAY), 0))

    def of(self, key: UUID, day: date) -> Iterator[list[Any]]:
        """The rows of each query, in its order. One query."""
        statement: _Statement = self._statement(connection.vendor)
        return statement.filled({_put(KEY): _put(key), _put(DAY): _put(day)})


def _put(value: UUID | date) -> Any:  # noqa: ANN401 - what the driver takes
    """The value as Django hands it to this database."""
    field = UUIDField() if isinstance(value, UUID) else DateField()
    return field.get_db_prep_value(value, connection)


class _Statement:
    """The queries about so many keys as one statement, with stand-ins where the keys go."""

    def __init__(self, queries: Queries, number: int) -> None:
        self._keys = [UUID(int=at + 1) for at in range(number)]
        parts, ends, self._given = list[str](), list[str](), list[Any]()
        self._shapes: list[_Shape | None] = []
        for at, rows in enumerate(queries(self._keys)):
            # Not the proxy of Django, which looks the connection up anew a hundred times for each query.
            compiler = rows.query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
            try:
                sql, params = compiler.as_sql()
            except EmptyResultSet:
                self._shapes.append(None)
                continue
            columns = ", ".join(f"c{column}" for column in range(len(compiler.select)))
            parts.append(f"q{at} ({columns}) AS ({sql})")
            ends.append(f"SELECT {at}, (SELECT {ROWS[connection.vendor].format(columns=columns)} FROM q{at})")  # noqa: S608 - made of numbers alone # nosec B608
            self._shapes.append(_Shape(compiler))
            self._given += params
        self._sql = f"WITH {', '.join(parts)} {' UNION ALL '.join(ends)}" if parts else ""

    def answers(self, keys: Collection[UUID]) -> Iterator[list[Any]]:
        """The rows of each query about these keys."""
        return self.filled(dict(zip(_said(self._keys), _said(keys), strict=True)))

    def filled(self, swap: dict[Any, Any]) -> Iterator[list[Any]]:
        """The rows of each query with these values in the place of their stand-ins."""
        found = {}
        if self._sql:
            with connection.cursor() as cursor:
                cursor.execute(self._sql, [swap.get(value, value) if isinstance(value, str | UUID | date) else value for value in self._given])
                found = dict(cursor.fetchall())
        for at, shape in enumerate(self._shapes):
            answer = found.get(at)
            rows = json.loads(answer) if isinstance(answer, str) else answer
            yield shape.objects(rows) if shape is not None and rows else []


def _said(keys: Collection[UUID]) -> list[str]:
    """The keys as a statement's values: each, and all as an array of PostgreSQL."""
    said = [key.hex for key in keys]
    return [*said, f"{{{','.join(said)}}}"]


class _Shape:
    """What makes objects of a query's rows, as Django's own does once its database has answered."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self._row = Shape.of(compiler)
        columns = [column for column, *_ in compiler.select]
        self._read, self._convert = [*_readers(columns)], [*_converters(compiler, columns)]

    def objects(self, rows: list[list[Any]]) -> list[Any]:
        """One object a row; the rows' values are changed on the way."""
        made = []
        for row in rows:
            for at, read in self._read:
                if row[at] is not None:
                    row[at] = read(row[at])
            for at, convert in self._convert:
                row[at] = convert(row[at])
            made.append(self._row.made_of(row))
        return made


def _converters(compiler: SQLCompiler, columns: list[Any]) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    """By a column's place what Django makes of the driver's value; of keys and of moments `_readers` has made that already."""
    for at, (several, column) in compiler.get_converters(columns).items():
        for convert in several if not isinstance(held(column), UUIDField | DateTimeField) else ():
            yield at, lambda value, convert=convert, column=column: convert(value, column, connection)  # type: ignore[misc]


def _readers(columns: list[Any]) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    """By a column's place what makes of JSON what the driver would have given, where that is not nothing. SQLite's JSON is that already, but for keys
    and moments."""
    readers = ON_SQLITE if connection.vendor == "sqlite" else READERS
    for at, column in enumerate(columns):
        for read in [read for kind, read in readers if isinstance(held(column), kind)][:1]:
            yield at, read


# A DateTimeField is a DateField, and stands before it.
READERS: "list[tuple[type[Field[Any, Any]], Callable[[Any], Any]]]" = [
    (UUIDField, key),
    (DateTimeField, datetime.fromisoformat),
    (DateField, date.fromisoformat),
    (DurationField, parse_duration),
    (JSONField, json.dumps),
]
