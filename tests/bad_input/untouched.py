"""Whether the database is as it was: how many rows each table has, and what is in them."""

import hashlib

from django.apps import apps
from django.db import connection

# What a look, a try or a visit leaves by design, however bad the input was: who is signed in, who looked, who tried.
FOOTPRINTS = frozenset({"agencies_session", "agencies_trycount", "agencies_signinevent", "agencies_apitoken", "escalation_reading"})


def tables() -> list[str]:
    """Every table of ours that a bad input may not change."""
    ours = {model._meta.db_table for app in ("agencies", "escalation", "reports") for model in apps.get_app_config(app).get_models()}
    return sorted(ours - FOOTPRINTS)


def counts(names: list[str]) -> dict[str, int]:
    """How many rows each has, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in names))  # noqa: S608 - names of our own tables
        return dict(cursor.fetchall())


def digest(names: list[str]) -> dict[str, str]:
    """What each holds, as one figure a table."""
    found = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 - names of our own tables
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
