"""Questions that are asked again and again, put into SQL once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from agencies.quick_reads import reader

Row = TypeVar("Row")
_KEYS: "models.UUIDField[UUID, UUID]" = models.UUIDField()


class Compiled(models.Expression):
    """A query that was put into SQL before, to stand behind IN: what it chooses must be its first and only column."""

    def __init__(self, sql: str, params: tuple[Any, ...]) -> None:
        super().__init__()
        self.sql, self.params = sql, params

    @classmethod
    def of(cls, query: models.QuerySet[Any]) -> "Compiled":
        """The query as it is now, for the project's one database. One that can find nothing has no SQL, here as in Django."""
        try:
            return cls(*query.query.sql_with_params())
        except EmptyResultSet:
            return cls("", ())

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The query in brackets. Raises EmptyResultSet for one that finds nothing."""
        if not self.sql:
            raise EmptyResultSet
        return f"({self.sql})", self.params


# A moment is a day to Python; it must be aware.
Given = UUID | str | date | datetime | Compiled


class Ready(Generic[Row]):
    """A query of keys, texts, days, moments, or queries that are in SQL themselves, asked with others each time: the rows that it gives, as a list.

    Django puts a query into SQL anew each time that it is asked; of the small ones by which a disagreement is loaded that took four times as long as
    their answers. Here it is done at the first asking of so many things on each connection, with stand-ins for them, and only filled in afterwards.
    `question` must use each thing given as it is and depend on nothing else; it may be of rows, with relations and annotations, or of tuples
    of values.
    """

    def __init__(self, question: Callable[..., "models.QuerySet[Any, Row]"]) -> None:
        self.question = question
        self._put: WeakKeyDictionary[BaseDatabaseWrapper, dict[int, _Put]] = WeakKeyDictionary()

    def __call__(self, *given: Given) -> list[Row]:
        """What is found of these. Raises TransactionManagementError where it locks and no transaction runs."""
        if any(isinstance(value, Compiled) and not value.sql for value in given):
            return []
        database = connections[DEFAULT_DB_ALIAS]
        known = self._put.setdefault(database, {})
        put = known.get(len(given))
        if put is None:
            try:
                put = known[len(given)] = _put(self.question, given, database)
            except EmptyResultSet:  # one among no keys
                return []
        return list(put.rows(given, database))

    def first(self, *given: Given) -> Row | None:
        """The first of what is found."""
        return next(iter(self(*given)), None)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a line of a query's answer becomes a row of its model, as Django does it once the engine has answered."""

    model: type[models.Model]
    names: tuple[str, ...]
    columns: slice
    populators: Sequence[Any]
    annotations: Sequence[tuple[str, int]]

    @classmethod
    def of(cls, compiler: Any) -> "Shape":
        """The shape of a query's rows, of a compiler that has put the query into SQL."""
        info, select, populators_of = compiler.klass_info, compiler.select, cast(Any, get_related_populators)
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        names = tuple(column[0].target.attname for column in select[columns])
        return cls(info["model"], names, columns, populators_of(info, select, DEFAULT_DB_ALIAS), tuple(compiler.annotation_col_map.items()))

    def made_of(self, line: Sequence[Any]) -> Any:
        """The row, with those that were read with it."""
        row = self.model.from_db(DEFAULT_DB_ALIAS, self.names, line[self.columns])
        for populator in self.populators:
            populator.populate(line, row)
        for name, at in self.annotations:
            setattr(row, name, line[at])
        return row


@dataclass(frozen=True, slots=True)
class _Put:
    """A question in SQL. Of its `params`, those in `places` stand for what is given; `queries` are the texts that stand for queries given."""

    sql: str
    params: tuple[Any, ...]
    places: dict[int, int]
    queries: dict[int, str]
    locks: bool
    compiler: SQLCompiler
    readers: Sequence[tuple[int, Callable[[Any], Any]]]
    converters: dict[int, Any]
    shape: Shape | None

    def rows(self, given: Sequence[Given], database: BaseDatabaseWrapper) -> Iterator[Any]:
        """The answer for these."""
        if self.locks and not database.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with database.cursor() as cursor:
            cursor.execute(*self._filled(given, database))
            lines: Any = cursor.fetchall()
        if self.readers:
            lines = self._read(lines)
        if self.converters:
            lines = self.compiler.apply_converters(lines, self.converters)
        shape = self.shape
        yield from map(tuple, lines) if shape is None else map(shape.made_of, lines)

    def _read(self, lines: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        for line in lines:
            values = list(line)
            for at, read in self.readers:
                if values[at] is not None:
                    values[at] = read(values[at])
            yield values

    def _filled(self, given: Sequence[Given], database: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        sql, params = self.sql, list[Any]()
        for number, text in self.queries.items():
            sql = sql.replace(text, given[number].sql)  # type: ignore[union-attr] # a query, as it was at the first asking
        for at, param in enumerate(self.params):
            value = given[self.places[at]] if at in self.places else None
            params += [param] if value is None else value.params if isinstance(value, Compiled) else [_adapted(value, database)]
        return sql, params


def _put(question: Callable[..., "models.QuerySet[Any, Any]"], given: Sequence[Given], database: BaseDatabaseWrapper) -> _Put:
    """The question in SQL as this connection wants it."""
    stand_ins = [_stand_in(number, value) for number, value in enumerate(given)]
    queryset: Any = question(*stand_ins)
    query, of_rows = queryset.query, issubclass(queryset._iterable_class, ModelIterable)
    compiler: Any = query.get_compiler(connection=database)
    sql, params = compiler.as_sql()
    marks = [value.params[0] if isinstance(value, Compiled) else _adapted(value, database) for value in stand_ins]
    places = {at: marks.index(param) for at, param in enumerate(params) if param in marks}
    if set(places.values()) != set(range(len(marks))):
        raise TypeError("This question cannot be filled in: it leaves something out that is given.")
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters: dict[int, Any] = compiler.get_converters(columns)
    # Of keys and moments on SQLite a quicker way than Django's own.
    quick = {at: read for at in converters if (read := reader(columns[at], database)) is not None}
    return _Put(
        sql=sql,
        params=tuple(params),
        places=places,
        queries={number: value.sql for number, value in enumerate(stand_ins) if isinstance(value, Compiled)},
        locks=bool(query.select_for_update),
        compiler=compiler,
        readers=tuple(quick.items()),
        converters={at: by for at, by in converters.items() if at not in quick},
        shape=Shape.of(compiler) if of_rows else None,
    )


def _stand_in(number: int, value: Given) -> Given:
    """What stands for the thing given until it is filled in: of its kind, and like nothing that a question says itself."""
    if isinstance(value, UUID):
        return UUID(int=number + 1)
    if isinstance(value, datetime):
        return datetime(1, 1, number + 1, tzinfo=UTC)
    if isinstance(value, date):
        return date(1, 1, number + 1)
    mark = f"stands for {number}"
    return Compiled(f"SELECT stands_for_{number}_", (mark,)) if isinstance(value, Compiled) else mark


def _adapted(value: UUID | str | date | datetime, database: BaseDatabaseWrapper) -> Any:
    """The value as the engine takes it."""
    if isinstance(value, UUID):
        return _KEYS.get_db_prep_value(value, database)
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return database.ops.adapt_datefield_value(value) if isinstance(value, date) else value
