import logging
import sys
from typing import Any

from config.logs import PlaceOnly

SECRET = "Key (email)=(someone@example.org) already exists"


def failure() -> Any:
    """The exception of a failed write, caused by a database's own words."""
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        return sys.exc_info()


def line(message: str, *args: object, exc_info: Any = None) -> str:
    return PlaceOnly("%(levelname)s %(message)s").format(logging.LogRecord("x", logging.ERROR, "f.py", 1, message, args, exc_info))


def test_an_error_is_logged_by_kind_and_place_without_its_words() -> None:
    text = line("It failed.", exc_info=failure())
    assert "RuntimeError" in text
    assert "ValueError" in text
    assert "in failure" in text
    assert "someone@example.org" not in text


def test_a_failed_task_is_logged_without_the_words_of_its_error() -> None:
    text = line("Task %(name)s: %(exc)s %(traceback)s", {"name": "sweep", "exc": f"ValueError({SECRET!r})", "traceback": SECRET})
    assert text == "ERROR Task sweep: ValueError "


def test_an_ordinary_line_is_left_as_it_is() -> None:
    assert line("%s looked at", 3) == "ERROR 3 looked at"


def test_a_line_carries_its_moment_in_utc() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "words", (), None)
    record.created, record.msecs = 1_782_907_200.25, 250.0
    assert PlaceOnly("%(asctime)s %(message)s").format(record) == "2026-07-01T12:00:00.250Z words"
