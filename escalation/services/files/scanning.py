"""Asking a virus scanner: ClamAV's daemon, by its INSTREAM command. A scanner that is configured and does not say "OK" stops the file."""

import logging
import socket
import struct
from contextlib import closing

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from escalation.files.refusal import Refused

logger = logging.getLogger(__name__)
PIECE = 64 * 1024
LONGEST_ANSWER = 4_096
INFECTED = "The virus scanner found something harmful in this file. It was not kept. Tell whoever looks after your computer."
AWAY = "The file could not be checked for viruses just now, so it was not kept. Try again in a few minutes; if it goes on, tell the business unit."


def require_clean(content: bytes) -> None:
    """Lets the configured scanner look at the content. Raises Refused where it finds something, does not answer, or answers anything but OK.

    Where none is configured (`CONCORD_SCANNER` is empty) nothing is asked.
    """
    where = settings.CONCORD_SCANNER
    if not where:
        return
    try:
        answer = _ask(where, content)
    except OSError as error:
        # The kind of fault alone: the scanner's words may quote the file.
        logger.error("The virus scanner does not answer: %s", type(error).__name__)  # noqa: TRY400 - no words of the file in a trace
        raise Refused(AWAY) from None
    if answer == b"stream: OK":
        return
    if answer.endswith(b" FOUND"):
        logger.warning("The virus scanner refused a file")
        raise Refused(INFECTED)
    logger.error("The virus scanner gave no verdict")
    raise Refused(AWAY)


def _ask(where: str, content: bytes) -> bytes:
    """The daemon's answer to the content, without its closing NUL. Raises OSError."""
    with closing(_connected(where)) as line:
        line.settimeout(settings.CONCORD_SCANNER_SECONDS)
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = line.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n")


def _connected(where: str) -> socket.socket:
    """A line to the daemon: `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`. Raises OSError where nobody answers."""
    kind, _, place = where.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(settings.CONCORD_SCANNER_SECONDS)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    if kind != "tcp" or not host or not port.isdecimal():
        raise ImproperlyConfigured(f"CONCORD_SCANNER is {where!r}; write unix:/path/of/socket or tcp:host:port.")
    return socket.create_connection((host, int(port)), timeout=settings.CONCORD_SCANNER_SECONDS)
