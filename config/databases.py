"""The two engines the product runs on, as Django's settings name them."""

from pathlib import Path
from typing import Any

from config import encrypted, env

# Our questions are many and small: compiling one takes longer than answering it, and what they read lies on solid disks or in memory.
PLANNER = "-c jit=off -c random_page_cost=1.1"


def sqlite(path: Path, *, durable: bool = True) -> dict[str, Any]:
    """One file beside the program. A writer takes the lock at BEGIN, so two writers queue instead of failing half way.

    What was written is on the disk before anybody is told that it is, as on PostgreSQL: else a machine that loses power could lose a line that was
    confirmed on a page, mailed about or sealed. `durable=False` is for a database that is thrown away.
    """
    synchronous = "FULL" if durable else "OFF"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA foreign_keys=ON;",
        },
    }


def postgresql() -> dict[str, Any]:
    """A PostgreSQL server named by CONCORD_DATABASE_HOST, _PORT, _NAME, _USER and _PASSWORD. Host and password are required.

    Raises ImproperlyConfigured for a connection to another machine that is not encrypted and checked.
    """
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": env.text("CONCORD_DATABASE_HOST"),
        "PORT": env.number("CONCORD_DATABASE_PORT", 5432, most=env.HIGHEST_PORT),
        "NAME": env.text("CONCORD_DATABASE_NAME", "concord"),
        "USER": env.text("CONCORD_DATABASE_USER", "concord"),
        # A certificate of its own stands in the password's place.
        "PASSWORD": env.text("CONCORD_DATABASE_PASSWORD", "" if env.text("CONCORD_TLS", "") else None),
        "CONN_MAX_AGE": env.number("CONCORD_DATABASE_MAX_AGE", 60, least=0),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "options": PLANNER, **encrypted.database_options(env.text("CONCORD_DATABASE_HOST"))},
    }
