"""What a command says of a database that it cannot use: what is wrong, and migrate only where that helps. Each fault is a real one of the engine."""

from pathlib import Path

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.db.utils import ConnectionHandler

from agencies.management.database_faults import AWAY, DAMAGED, FORBIDDEN, FULL, LOCKED, MISSING, OTHER, READ_ONLY, sentence
from config import databases

pytestmark = pytest.mark.django_db


def told(database: object, *statements: str) -> str:
    """What is said of the last of some statements, which must fail."""
    with ConnectionHandler({"default": database})["default"].cursor() as cursor:
        for statement in statements[:-1]:
            cursor.execute(statement)
        with pytest.raises(Error) as caught:
            cursor.execute(statements[-1])
    return sentence(caught.value)


@pytest.mark.engines
@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELECT colour FROM agencies_agency"])
def test_migrate_is_named_where_a_table_or_a_column_is_missing(statement: str) -> None:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert sentence(caught.value).startswith(f"{MISSING} (")
    assert sentence(caught.value).endswith("). --traceback shows more.")


@pytest.mark.engines
def test_migrate_is_not_named_where_the_statement_itself_is_wrong() -> None:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM WHERE")
    assert sentence(caught.value).startswith(f"{OTHER} (")


def test_a_mistake_of_ours_is_left_to_its_traceback() -> None:
    assert sentence(IntegrityError("UNIQUE constraint failed")) == ""


def test_a_file_that_is_full_or_can_only_be_read_is_told_as_that(tmp_path: Path) -> None:
    file = databases.sqlite(tmp_path / "concord.sqlite3")
    assert told(file, "PRAGMA max_page_count = 1", "CREATE TABLE some (thing)").startswith(FULL)
    assert told(file, "CREATE TABLE some (thing)", "PRAGMA query_only = 1", "INSERT INTO some VALUES (1)").startswith(READ_ONLY)


def test_a_file_that_somebody_else_writes_to_is_told_as_locked(tmp_path: Path) -> None:
    file = databases.sqlite(tmp_path / "concord.sqlite3")
    other = ConnectionHandler({"default": file})["default"]
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        assert told(file, "PRAGMA busy_timeout = 1", "CREATE TABLE some (thing)").startswith(LOCKED)
        cursor.execute("ROLLBACK")


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\x00" + b"\xff" * 9_000], ids=["no database", "no pages"])
def test_a_file_that_is_damaged_is_told_as_that(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "concord.sqlite3"
    path.write_bytes(content)
    with pytest.raises(Error) as caught:
        ConnectionHandler({"default": databases.sqlite(path)})["default"].ensure_connection()
    assert sentence(caught.value).startswith(DAMAGED)


def test_a_file_or_a_server_that_is_not_there_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "127.0.0.1", "PORT": "1", "PASSWORD": "none"}.items():
        monkeypatch.setenv(f"CONCORD_DATABASE_{name}", value)
    for database in (databases.sqlite(tmp_path), databases.postgresql()):
        with pytest.raises(Error) as caught:
            ConnectionHandler({"default": database})["default"].ensure_connection()
        assert sentence(caught.value).startswith(AWAY)


@pytest.mark.postgresql
def test_a_server_that_only_answers_reads_is_told_as_that() -> None:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY; CREATE TABLE shelf (thing integer)")
    assert sentence(caught.value).startswith(READ_ONLY)


@pytest.mark.postgresql
def test_an_account_that_may_not_is_told_which_may() -> None:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE reader; SET LOCAL ROLE reader; SELECT 1 FROM agencies_agency")
    assert sentence(caught.value).startswith(FORBIDDEN)
