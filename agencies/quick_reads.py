"""Keys and moments as SQLite keeps them, read at a fraction of what Django's own way takes: a sweep reads sixty of them a disagreement."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Field, UUIDField


@lru_cache(maxsize=4096)
def key(written: str) -> UUID:
    """Kept, since rows that belong together name the same few agencies, people and disagreements over and over."""
    return UUID(written)


def moment(written: str | datetime) -> datetime:
    """A moment of what SQLite holds, in words, or as the driver has read them: it is UTC and does not say so. What says its offset, as PostgreSQL
    does in JSON, is read too. Raises ValueError."""
    if isinstance(written, datetime):
        return written.replace(tzinfo=UTC) if written.tzinfo is None else written
    try:
        return datetime.fromisoformat(f"{written}+00:00")
    except ValueError:
        return datetime.fromisoformat(written)


def held(column: Any) -> "Field[Any, Any]":  # noqa: ANN401 - fields have no common type of a column
    """The field whose values the column holds: of a reference that which it points to."""
    field = column.output_field
    while field.remote_field:
        field = field.target_field
    return field  # type: ignore[no-any-return]


ON_SQLITE: "list[tuple[type[Field[Any, Any]], Callable[[Any], Any]]]" = [(UUIDField, key), (DateTimeField, moment)]


def reader(column: Any, database: BaseDatabaseWrapper) -> Callable[[Any], Any] | None:  # noqa: ANN401
    """What reads a column's values, where this engine is SQLite and they are keys or moments; it must not be asked of nothing."""
    if database.vendor != "sqlite":
        return None
    field = held(column)
    return next((read for kind, read in ON_SQLITE if isinstance(field, kind)), None)
