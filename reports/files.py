"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from agencies.errors import InvalidInput


def check_writable(path: Path) -> None:
    """Raises InvalidInput with one plain sentence where a file cannot be written there: asked before the work, not after it."""
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder. Give the name of a file.", field="output")
        if not path.parent.is_dir():
            raise InvalidInput(f"There is no folder {path.parent}.", field="output")
        if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise InvalidInput(f"{path} cannot be written: permission denied.", field="output")
    except OSError as error:
        raise _not_written(path, error) from error


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or none: written beside its place and moved there. Raises InvalidInput where it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".report-")
    except OSError as error:
        raise _not_written(path, error) from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        beside.chmod(0o640)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"{path} cannot be written: {(error.strerror or 'unknown reason').lower()}.", field="output")
