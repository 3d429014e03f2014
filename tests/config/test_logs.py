import json
import logging
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.logs import FORMS, AsJson, PlaceOnly

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


def test_a_line_for_programs_is_one_json_object_with_moment_level_place_and_words() -> None:
    record = logging.LogRecord("escalation.tasks", logging.ERROR, "f.py", 1, 'It "failed"\x1b[2J of /guest/s3cr3t/', (), failure())
    record.created, record.msecs, record.process = 1_782_907_200.25, 250.0, 7
    text = AsJson().format(record)
    assert "\n" not in text
    said = json.loads(text)
    assert {name: said[name] for name in ("time", "level", "logger", "process")} == {
        "time": "2026-07-01T12:00:00.250Z", "level": "ERROR", "logger": "escalation.tasks", "process": 7,
    }  # fmt: skip
    assert said["message"] == 'It "failed"\x1b[2J of /guest/.../'
    assert "in failure" in said["trace"]
    assert "someone@example.org" not in text


def test_another_form_than_these_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LOG_FORM", "xml")
    with pytest.raises(ImproperlyConfigured, match="write line or json"):
        env.choice("CONCORD_LOG_FORM", "line", FORMS)
