"""Log lines without personal data: an error's own words may quote a row of the database, so only its kind and place are written.

Nor with what opens something: the tokens of mailed links, and what an organisation's sign-in sends back, are taken out of whatever names an address.
"""

import json
import logging
import re
import time
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# The parts of an address that open something: a link for a passphrase, a guest's door, the way back from an organisation.
SECRETS = (
    re.compile(r"(?<=/passphrase/)[^/\s?#\"']+/[^/\s?#\"']+"),
    re.compile(r"(?<=/guest/)[^/\s?#\"']+"),
    re.compile(r"(?<=[?&]code=)[^&\s#\"']+"),
    re.compile(r"(?<=[?&]state=)[^&\s#\"']+"),
)
MASK = "..."


def without_tokens(text: str) -> str:
    """The text with three dots in place of every token that stands in an address."""
    for secret in SECRETS:
        text = secret.sub(MASK, text)
    return text


class PlaceOnly(logging.Formatter):
    """Formats a record as usual, its moment in UTC, and an exception as its frames and its type, never its message."""

    converter = time.gmtime  # type: ignore[assignment]  # gmtime takes a moment, or none
    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name is logging's
        """The frames and the type of an exception and of what caused it."""
        parts: list[str] = []
        error = ei[1]
        while error is not None:
            parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\n".join(reversed(parts))

    def format(self, record: logging.LogRecord) -> str:
        """One record as text. Celery passes a failed task's exception as an argument of the line: it is shortened to its type."""
        plain = logging.makeLogRecord(record.__dict__)
        plain.exc_text = None
        if isinstance(record.args, dict) and "exc" in record.args:
            plain.args = {**record.args, "exc": str(record.args["exc"]).partition("(")[0], "traceback": ""}
        return without_tokens(super().format(plain))


class AsJson(PlaceOnly):
    """The same as one JSON object a line, for programs that gather lines: time in UTC, level, logger, process, message, and trace of an error."""

    def __init__(self, *_: object) -> None:
        super().__init__("%(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line, whatever stands in it."""
        message, _, trace = super().format(record).partition("\n")
        said = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name, "process": record.process, "message": message}
        return json.dumps(said | ({"trace": trace} if trace else {}), ensure_ascii=False)


FORMS: dict[str, type[PlaceOnly]] = {"line": PlaceOnly, "json": AsJson}
