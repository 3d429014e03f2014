"""The seals outside the database: one file a partnership, one JSON object a line, only ever appended to."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from escalation.engine.chain import canonical, instant
from escalation.models import Seal


@dataclass(frozen=True, slots=True)
class FileLine:
    """A seal as the file has it. `number` is None where the line cannot be read as a seal."""

    at: int
    number: int | None
    digest: str


def path_of(slug: str) -> Path:
    """The file of the partnership with this slug, in the folder CONCORD_SEALS_DIR."""
    return Path(settings.CONCORD_SEALS_DIR) / f"{slug}.jsonl"


def names_of_files() -> set[str]:
    """The names of all files of seals that hold anything, whether or not their partnership is known."""
    return {path.name for path in Path(settings.CONCORD_SEALS_DIR).glob("*.jsonl") if path.stat().st_size}


@contextmanager
def held(slug: str) -> Iterator[IO[bytes]]:
    """The partnership's file, open for reading and appending, held against every other process until the block is left.

    Raises OSError where the folder cannot be written.
    """
    path = path_of(slug)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def lines(file: IO[bytes]) -> Iterator[FileLine]:
    """Every line of the file in order, numbered from 1."""
    file.seek(0)
    for at, raw in enumerate(file, start=1):
        yield _read(at, raw)


def last_number(file: IO[bytes]) -> int:
    """The number of the last seal in the file, 0 where there is none. Reads the end of the file only."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 4096))
    numbers = [line.number for raw in file.read().splitlines() if (line := _read(0, raw)).number is not None]
    return numbers[-1] or 0 if numbers else 0


def append(file: IO[bytes], slug: str, seals: list[Seal]) -> None:
    """Add the seals to the end of the file and wait until the disk has them. A line cut off by a crash is ended first."""
    if not seals:
        return
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 1))
    cut_off = size > 0 and file.read(1) != b"\n"
    file.write((b"\n" if cut_off else b"") + b"".join(canonical(_as_json(slug, seal)) + b"\n" for seal in seals))
    file.flush()
    os.fsync(file.fileno())


def _as_json(slug: str, seal: Seal) -> dict[str, Any]:
    return {
        "partnership": slug,
        "number": seal.number,
        "sealed_at": instant(seal.recorded_at),
        "leaves": seal.heads,
        "root": seal.root,
        "previous": seal.previous,
        "digest": seal.digest,
    }


def _read(at: int, raw: bytes) -> FileLine:
    try:
        found = json.loads(raw)
        return FileLine(at, int(found["number"]), str(found["digest"]))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return FileLine(at, None, "")
