"""Where an answer's file lies, and how it gets there: whole, or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings


def path_of(key: UUID) -> Path:
    """Where the file is kept."""
    return folder() / f"{key}.zip"


def folder() -> Path:
    """Where all of them are kept."""
    return Path(settings.VAR) / "bundles"


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new file beside it, each time another, for nobody else on the machine to read: the whole answer takes the place or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)
