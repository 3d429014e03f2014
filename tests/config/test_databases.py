"""What a connection to SQLite is set to, asked of the connection itself."""

from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from config import databases
from config.settings import dev

pytestmark = pytest.mark.django_db
FULL, OFF = 2, 0


def level(path: Path, *, durable: bool) -> int:
    """How far SQLite writes through before it says that something is written: its own number."""
    connection = ConnectionHandler({"default": databases.sqlite(path, durable=durable)})["default"]
    with connection.cursor() as cursor:
        number = int(cursor.execute("PRAGMA synchronous").fetchone()[0])
    connection.close()
    return number


def test_what_was_confirmed_is_on_the_disk(tmp_path: Path) -> None:
    assert level(tmp_path / "concord.sqlite3", durable=True) == FULL


def test_what_is_thrown_away_need_not_be(tmp_path: Path) -> None:
    assert level(tmp_path / "thrown-away.sqlite3", durable=False) == OFF


def test_what_people_use_writes_through() -> None:
    assert dev.DATABASES["default"] == databases.sqlite(dev.VAR / "concord.sqlite3", durable=True)
