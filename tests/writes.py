"""How often the directory was written to."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

_seen = threading.local()
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


def directory_writes() -> int:
    """A number that is another one after each statement that changes the directory's rows or takes a change back, in this thread's connection."""
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)
        _count()
    return int(_seen.number)


def _count() -> None:
    _seen.number = getattr(_seen, "number", 0) + 1


def _watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
    if sql.startswith("ROLLBACK") or (sql.startswith(WRITES) and "agencies_" in sql):
        _count()
    return execute(sql, params, many, context)
