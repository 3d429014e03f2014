"""The questions that are put to the database, counted without being written out: to say what each asked, with all that it was given, Django asks
SQLite once more for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Put(list[str]):
    """Statements in the order in which they were put, without what they were given."""

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's
        self.append(sql)
        return execute(sql, params, many, context)


@contextmanager
def counting() -> Iterator[Put]:
    """What is asked within, in this thread."""
    put = Put()
    with connection.execute_wrapper(put):
        yield put


def is_counting() -> bool:
    """Whether somebody counts just now, and nothing may be asked besides."""
    return connection.force_debug_cursor or any(isinstance(one, Put) for one in connection.execute_wrappers)
