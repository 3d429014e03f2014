"""Questions to the record that are asked together: a report has some fifty, and the database is asked a handful of times.

A measure says `scope.ask(rows)` where it needs the rows of a grouped query. Among others (`together`) the first time ends it there: its question is
noted, those of all the others too, one statement answers them all, and it begins anew and goes on to its next question. Alone it is answered at once.
So a measure reads from top to bottom as if each question were asked where it stands; it may be begun several times, and changes nothing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

from django.db import connection
from django.db.models import Aggregate, QuerySet, Value

from reports.put_once import Alike, Put, put

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
        self._noted: dict[tuple[str, int], Question] = {}
        self._whose: str | None = None
        self._alike: Alike | None = None
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
            self._noted.update(zip(questions, queries, strict=True))
            raise Unanswered
        return [self._answers[question] for question in questions]

    def together(self, parts: Mapping[str, Callable[[], T]], alike: Alike | None = None) -> dict[str, T]:
        """What each part gives, in their order: in as many statements as the part with the most questions has, or hardly more.

        Where it is said what makes the questions of such parts `alike`, those that a part begins with are put into SQL once for all of them.
        """
        made: dict[str, T] = {}
        self._alike = alike
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
        # What a part asks after an answer may follow from that.
        answered = {whose for whose, _number in self._answers}
        for at in range(0, len(noted), MOST):
            some = noted[at : at + MOST]
            found = _in_one_statement([put(name, partial(_query, rows), None if name[0] in answered else self._alike) for name, rows in some])
            self._answers.update(zip((name for name, _rows in some), found, strict=True))


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


def _in_one_statement(questions: Sequence[Put]) -> list[Rows]:
    """The rows of each. A row of any shape becomes an array of its values behind its question's number, so that all fit into one statement."""
    array = "json_build_array" if connection.vendor == "postgresql" else "json_array"
    parts, ends, given = list[str](), list[str](), list[Any]()
    for number, question in enumerate(questions):
        if not question.sql:
            continue
        columns = ", ".join(f"c{at}" for at in range(len(question.readers)))
        parts.append(f"q{number} ({columns}) AS ({question.sql})")
        ends.append(f"SELECT {number}, {array}({columns}) FROM q{number}")  # noqa: S608 - made of numbers alone # nosec B608
        given += question.params
    found: list[Rows] = [[] for _ in questions]
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {' UNION ALL '.join(ends)}", given)
        for number, row in cursor.fetchall():
            values = json.loads(row) if isinstance(row, str) else row
            readers = questions[number].readers.items()
            found[number].append({name: read(value) for (name, read), value in zip(readers, values, strict=True)})
    return found
