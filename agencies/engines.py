"""Which of the two database engines it is on, for what has to know: asked here, and in the few files that write SQL of their own."""

from django.db import connection


def writes_in_turns() -> bool:
    """Whether one writer waits for the other, as on SQLite: no row is locked by itself there, and a long writer lets others in."""
    return not connection.features.has_select_for_update_skip_locked
