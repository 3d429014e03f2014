"""Questions to the record that are asked together: a report has some fifty, and the database is asked a handful of times.

A measure says `scope.ask(rows)` where it needs the rows of a grouped query. Among others (`together`) the first time ends it there: its question is
noted, those of all the others too, one statement answers them all, and it begins anew and goes on to its next question. Alone it is answered at once.
So a measure reads from top to bottom as if each question were asked where it stands; it may be begun several times, and changes nothing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Aggregate, BooleanField, DateField, DateTimeField, Field, JSONField, QuerySet, UUIDField, Value
from django.utils.dateparse import parse_datetime

T = TypeVar("T")
Rows = list[dict[str, Any]]
Query: TypeAlias = "QuerySet[Any, Any]"
Question: TypeAlias = "Query | Callable[[], Query]"
MOST = 60
"""So many questions go into one statement; SQLite takes 500."""


class Unanswered(Exception):  # noqa: N818 - no error: the measure is begun anew once its question is answered
    """The question was noted and will be answered with the others."""


class Asking:
    """What is asked of the record for one document, and the answers."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int], Rows] = {}
        self._noted: dict[tuple[str, int], Query] = {}
        self._whose: str | None = None
        self._number = 0
        self._once: dict[tuple[object, ...], Any] = {}

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What several scopes of one document need alike, made once."""
        if key not in self._once:
            self._once[key] = make()
        made: T = self._once[key]
        return made

    def each(self, *queries: Question) -> list[Rows]:
        """The rows of each query; it ends in `values()`, is not sliced, and its rows come in no order. Raises Unanswered among others, once.

        What gives a query instead is called when the query is put alone, and not again for its answer: putting it together takes longer than that.
        """
        if self._whose is None:
            return [list(_query(rows).order_by()) for rows in queries]
        questions = [(self._whose, self._number + at) for at in range(len(queries))]
        self._number += len(queries)
        if not all(question in self._answers for question in questions):
            self._noted.update(zip(questions, map(_query, queries), strict=True))
            raise Unanswered
        return [self._answers[question] for question in questions]

    def together(self, parts: Mapping[str, Callable[[], T]]) -> dict[str, T]:
        """What each part gives, in their order: in as many statements as the part with the most questions has, or hardly more."""
        made: dict[str, T] = {}
        while left := [key for key in parts if key not in made]:
            for key in left:
                self._whose, self._number = key, 0
                try:
                    made[key] = parts[key]()
                except Unanswered:
                    continue
                finally:
                    self._whose = None
            self._answer()
        self._answers.clear()
        return {key: made[key] for key in parts}

    def _answer(self) -> None:
        noted = list(self._noted.items())
        self._noted.clear()
        for at in range(0, len(noted), MOST):
            some = noted[at : at + MOST]
            found = _in_one_statement([rows for _question, rows in some])
            self._answers.update(zip((question for question, _rows in some), found, strict=True))


def _query(question: Question) -> Query:
    return question() if callable(question) else question


def at_once(*queries: Query) -> list[Rows]:
    """The rows of each query, in one statement."""
    asking = Asking()
    return asking.together({"all": lambda: asking.each(*queries)})["all"]


def summed(rows: "QuerySet[Any, Any]", **wanted: Aggregate) -> Query:
    """The question whose answer is one row of these sums over all the rows, also where there are none."""
    whole: Query = rows.order_by().values(of_all=Value(1)).annotate(**wanted)
    return whole


def _in_one_statement(queries: Sequence[Query]) -> list[Rows]:
    """The rows of each. A row of any shape becomes an array of its values behind its question's number, so that all fit into one statement."""
    # Not the proxy of Django, which looks the connection up anew a hundred times for each question: that was a quarter of the time.
    connection = connections[DEFAULT_DB_ALIAS]
    array = "json_build_array" if connection.vendor == "postgresql" else "json_array"
    parts, ends, given = list[str](), list[str](), list[Any]()
    for number, rows in enumerate(queries):
        try:
            sql, params = rows.order_by().query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        columns = ", ".join(f"c{at}" for at in range(len(_fields(rows))))
        parts.append(f"q{number} ({columns}) AS ({sql})")
        ends.append(f"SELECT {number}, {array}({columns}) FROM q{number}")  # noqa: S608 - made of numbers alone # nosec B608
        given += params
    found: list[Rows] = [[] for _ in queries]
    if not parts:
        return found
    readers = [{name: _reader(field) for name, field in _fields(rows).items()} for rows in queries]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {' UNION ALL '.join(ends)}", given)
        for number, row in cursor.fetchall():
            values = json.loads(row) if isinstance(row, str) else row
            found[number].append({name: read(value) for (name, read), value in zip(readers[number].items(), values, strict=True)})
    return found


def _fields(rows: QuerySet[Any, Any]) -> "dict[str, Field[Any, Any]]":
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


def _moment(value: str) -> datetime | None:
    moment = parse_datetime(value)
    # SQLite keeps moments in UTC and says no offset.
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


# DateTimeField is a DateField.
READERS: "dict[type[Field[Any, Any]], Callable[[Any], Any]]" = {
    BooleanField: bool,  # SQLite keeps 0 and 1.
    UUIDField: UUID,
    DateTimeField: _moment,
    DateField: date.fromisoformat,
    JSONField: lambda value: json.loads(value) if isinstance(value, str) else value,
}
