"""The partnerships as the last pages of this process showed them, for the page of an error: that asks no database, which may be what is away."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from agencies.models import Partnership

_last_shown: dict[UUID, Partnership] = {}


def remember(rows: Iterable[Partnership]) -> None:
    """Keep these, each with its numbers as they were just read, until they are shown anew or the process ends."""
    for row in rows:
        _last_shown[row.pk] = row


def last_shown(request: HttpRequest) -> tuple[Partnership | None, list[Partnership]]:
    """The partnership of whoever asked, where the request had come to know them, and all that were shown; no query."""
    person: Any = getattr(request, "concord_person", None)
    return _last_shown.get(person.partnership_id) if person is not None else None, sorted(_last_shown.values(), key=lambda row: row.name)
