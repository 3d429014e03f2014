"""HTML to PDF, in a process apart (`reports.press`) with limits of memory and time: each web or worker process has one, from its first print on."""

import json
import os
import subprocess  # nosec B404
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.errors import WrongState

ROOT = Path(__file__).resolve().parent.parent
# As `reports.press` has them: no secret is among what it is given, nor the address of any machine.
MADE, BROKEN = 0, 4
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH")
# Seconds that one print may take: while somebody waits for the page, and in a job, whose own limit is a little later.
AT_ONCE, IN_A_JOB = 20.0, 280.0


class TooHeavy(WrongState):
    """The page needs more memory or time than one print may have."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


class _Press:
    """The process that makes PDFs for this one, one after the other; begun anew where it is gone, and in each process that was forked off."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def make(self, html: bytes, *, memory: int, seconds: float) -> tuple[int, bytes]:
        """What the page's own process ended with, and what it wrote. Raises BrokenPipeError or EOFError where the press itself went."""
        with self._lock:
            if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
                self._process, self._owner = self._begun(), os.getpid()
            try:
                return self._asked(self._process, html, memory, seconds)
            except BaseException:  # a job's own limit among them: the next print has nothing to do with what is left of this one
                self._process.kill()
                self._process.wait()
                self._process = None
                raise

    @staticmethod
    def _begun() -> "subprocess.Popen[bytes]":
        # One arena: a second reserves 64 MB, by chance, and what a page then takes of it no limit of memory sees.
        given = {name: os.environ[name] for name in KEPT if name in os.environ} | {"MALLOC_ARENA_MAX": "1"}
        command = [sys.executable, "-s", "-m", "reports.press", str(Path(settings.ROOT) / "static")]
        return subprocess.Popen(  # noqa: S603 - nothing in it comes from outside # nosec B603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=given
        )

    @staticmethod
    def _asked(process: "subprocess.Popen[bytes]", html: bytes, memory: int, seconds: float) -> tuple[int, bytes]:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes # nosec B101
        process.stdin.write(json.dumps({"length": len(html), "memory": memory, "seconds": seconds}).encode() + b"\n" + html)
        process.stdin.flush()
        head = json.loads(_line(process.stdout))
        content = process.stdout.read(head["length"])
        if len(content) != head["length"]:
            raise EOFError("The press went in the middle of an answer.")
        return head["status"], content


def _line(answers: IO[bytes]) -> bytes:
    line = answers.readline()
    if not line:
        raise EOFError("The press is gone.")
    return line


_PRESS = _Press()


def print_html(html: str, *, seconds: float = AT_ONCE, memory: int | None = None) -> Printed:
    """The page as a tagged PDF with its fonts in it. The same text gives the same bytes, so that a kept report can be made again identically.

    Addresses in the page are relative to the static folder. Takes about 0.06 seconds a page: in a web request only what is known to be short. Raises
    TooHeavy, with words, for what needs more than `seconds` or more than `memory` bytes (the setting's, where none are given).
    """
    most = memory or settings.CONCORD_PRINT_MB * 1_000_000
    try:
        status, content = _PRESS.make(html.encode(), memory=most, seconds=seconds)
    except (BrokenPipeError, EOFError):  # the machine had no memory left for it
        raise TooHeavy(_too_heavy()) from None
    # What cannot even say what was wrong had no memory left to say it.
    if status == BROKEN and content:
        raise RuntimeError(f"The PDF was not made: {content.decode(errors='replace')[:80]}")
    if status != MADE:
        raise TooHeavy(_too_heavy())
    pages, _newline, file = content.partition(b"\n")
    return Printed(file, int(pages))


def _too_heavy() -> str:
    return _(
        "This is too much for one PDF: it needs more memory or time than a print may take. Print its page from your browser, or take less at once."
    )
