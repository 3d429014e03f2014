"""Asking a virus scanner: ClamAV's daemon, by its INSTREAM command. A scanner that is configured and does not say "OK" stops the file.

Whether it answers is asked each minute as well, so that those who look after the product hear of it before somebody's file is refused.
"""

import logging
import socket
import struct
import time
from contextlib import closing
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_noop

from escalation.files.refusal import Refused
from escalation.models import Heartbeat
from escalation.states import Job

logger = logging.getLogger(__name__)
PIECE = 64 * 1024
LONGEST_ANSWER = 4_096
INFECTED = gettext_noop("The virus scanner found something harmful in this file. It was not kept. Tell whoever looks after your computer.")
AWAY = gettext_noop(
    "The file could not be checked for viruses just now, so it was not kept. Try again in a few minutes; if it goes on, tell the business unit."
)
CLEAN = b"stream: OK"
# Asked only whether it answers: a few words, and no longer than a page may take.
TRIAL, TRIAL_SECONDS = b"Does the scanner answer?", 2.0
AWAY_SINCE = "away since "


def require_clean(content: bytes) -> None:
    """Lets the configured scanner look at the content. Raises Refused where it finds something, does not answer, or answers anything but OK.

    Where none is configured (`CONCORD_SCANNER` is empty) nothing is asked.
    """
    where = settings.CONCORD_SCANNER
    if not where:
        return
    try:
        answer = _ask(where, content, settings.CONCORD_SCANNER_SECONDS)
    except OSError as error:
        # The kind of fault alone: the scanner's words may quote the file.
        logger.error("The virus scanner does not answer: %s", type(error).__name__)  # noqa: TRY400 - no words of the file in a trace
        raise Refused(AWAY) from None
    if answer == CLEAN:
        return
    if answer.endswith(b" FOUND"):
        logger.warning("The virus scanner refused a file")
        raise Refused(INFECTED)
    logger.error("The virus scanner gave no verdict")
    raise Refused(AWAY)


def is_away() -> bool:
    """Whether files are refused now because the configured scanner gives no verdict; False where none is configured. Takes two seconds at most."""
    where = settings.CONCORD_SCANNER
    if not where:
        return False
    try:
        return _ask(where, TRIAL, min(TRIAL_SECONDS, settings.CONCORD_SCANNER_SECONDS)) != CLEAN
    except OSError:
        return True


def watch_scanner(now: datetime) -> None:
    """Keep whether the scanner answers, and since when it does not: its heartbeat, read by the business unit's pages and by `/readyz`."""
    since, away = away_since(), is_away()
    if away and since is None:
        logger.error("The virus scanner does not answer: files are refused")
    words = f"{AWAY_SINCE}{(since or now).isoformat()}" if away else ""
    Heartbeat.objects.update_or_create(name=Job.SCANNER, defaults={"finished_at": now, "words": words})


def away_since() -> datetime | None:
    """Since when files are refused because the scanner is away, as it was last looked at; None where it answers or none is configured."""
    if not settings.CONCORD_SCANNER:
        return None
    words = Heartbeat.objects.filter(name=Job.SCANNER).values_list("words", flat=True).first() or ""
    return datetime.fromisoformat(words.removeprefix(AWAY_SINCE)) if words else None


def _ask(where: str, content: bytes, seconds: float) -> bytes:
    """The daemon's answer to the content, without its closing NUL; all of it together may take so many seconds. Raises OSError."""
    until = time.monotonic() + seconds
    with closing(_connected(where, seconds)) as line:
        _within(line, until).sendall(b"zINSTREAM\0")
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            _within(line, until).sendall(struct.pack(">I", len(piece)) + piece)
        _within(line, until).sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = _within(line, until).recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n")


def _within(line: socket.socket, until: float) -> socket.socket:
    """The line, whose next step may take what is left. Raises TimeoutError where nothing is."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)
    return line


def _connected(where: str, seconds: float) -> socket.socket:
    """A line to the daemon: `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`. Raises OSError where nobody answers."""
    kind, _, place = where.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    if kind != "tcp" or not host or not port.isdecimal():
        raise ImproperlyConfigured(f"CONCORD_SCANNER is {where!r}; write unix:/path/of/socket or tcp:host:port.")
    return socket.create_connection((host, int(port)), timeout=seconds)
