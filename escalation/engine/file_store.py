"""The files' folder: content under names of the product's own, readable by the product alone. Rows say what belongs to what.

A file is written before its row, and erased after its row says so: what a crash leaves behind is a file without a row, which `tidy` removes.
"""

import hashlib
import logging
import os
import re
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agencies.errors import WrongState

logger = logging.getLogger(__name__)
DAMAGED = _("The file is not as it was attached, or is gone, so it is not given out. Tell the business unit: a backup may hold it.")
NAME = re.compile(r"[0-9a-f]{32}")


def digest(content: bytes) -> str:
    """SHA-256 as hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes) -> str:
    """Writes the content, flushed to the disk, and gives the name under which it lies. Raises OSError where the disk does not take it."""
    name = secrets.token_hex(16)
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return name


def opened(name: str) -> BufferedReader:
    """The content, to be read from its beginning. Raises FileNotFoundError where it is gone."""
    return _path(name).open("rb")


def whole(name: str, sha256: str) -> BufferedReader:
    """The content at its beginning, once its digest was found to be this; whoever takes it closes it. Raises WrongState otherwise."""
    try:
        content = opened(name)
    except OSError:
        logger.exception("A file cannot be read: %s", name)
        raise WrongState(DAMAGED) from None
    if not matches(content, sha256):
        content.close()
        logger.error("A file is not what was attached: %s", name)
        raise WrongState(DAMAGED)
    return content


def matches(content: BufferedReader, sha256: str) -> bool:
    """Whether this is the content's digest; it stands at its beginning afterwards."""
    found = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return found == sha256


def erase(name: str) -> None:
    """Removes the content; nothing happens where it is gone already."""
    if name:
        _path(name).unlink(missing_ok=True)


def lying(before: datetime) -> Iterator[str]:
    """The names of everything in the folder that was written before this instant."""
    root = Path(settings.CONCORD_FILES_DIR)
    for path in root.glob("??/*"):
        if NAME.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
            yield path.name


def erase_all_but(names: Collection[str], *, before: datetime) -> int:
    """Removes what was written before this instant and is not among the names; says how many."""
    gone = [name for name in lying(before) if name not in names]
    for name in gone:
        erase(name)
    return len(gone)


def _path(name: str) -> Path:
    """Where it lies. Only names of this module's own making lead anywhere."""
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return Path(settings.CONCORD_FILES_DIR) / name[:2] / name
