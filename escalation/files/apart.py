"""Cleaning in a process of its own, which has no secret, no database, little memory and little time, and dies with what it was given.

Libraries that read PDFs and pictures are where a made-up file bites; here the worst that it gets is this process.
"""

import subprocess  # nosec B404
import sys
from pathlib import Path

from agencies.marks import gettext_noop
from escalation.files.kinds import FileKind
from escalation.files.limits import REFUSED, SECONDS
from escalation.files.refusal import Refused

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY = 1_000_000_000
TOO_MUCH = gettext_noop("The file could not be worked through in reasonable time. Save it again in a simpler way, then attach it.")


def cleaned_apart(kind: FileKind, content: bytes, *, memory: int = MEMORY) -> bytes:
    """As `cleaning.cleaned`, in a process of its own. Raises Refused, also where that process runs out of time or of `memory` (bytes)."""
    command = [sys.executable, "-s", "-m", "escalation.files.inside", kind.value, str(memory)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, cwd=ROOT, env={}, check=False)  # noqa: S603 # nosec B603
    except subprocess.TimeoutExpired:
        raise Refused(TOO_MUCH) from None
    if done.returncode == REFUSED:
        raise Refused(done.stderr.decode())
    if done.returncode != 0 or not done.stdout:
        raise Refused(TOO_MUCH)
    return done.stdout
