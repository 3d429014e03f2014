"""A run's memory in large pages (`tests/large_pages.py`)."""

import mmap
import re
from pathlib import Path

from tests.large_pages import LARGE, gather

STATE = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def in_large_pages() -> int:
    """How much of this process's memory lies in large pages, in KiB; none where the system does not say."""
    told = Path("/proc/self/smaps_rollup")
    found = re.search(r"AnonHugePages:\s+(\d+) kB", told.read_text(encoding="utf-8")) if told.exists() else None
    return int(found[1]) if found else 0


def written() -> mmap.mmap:
    """Memory that was written to the end, with place for at least three large pages."""
    memory = mmap.mmap(-1, 4 * LARGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.write(b"abcd" * LARGE)
    return memory


def test_what_was_written_lies_in_large_pages_where_the_system_has_them() -> None:
    before = in_large_pages()
    memory = written()
    gathered = gather()
    has_them = STATE.exists() and "[never]" not in STATE.read_text(encoding="utf-8")
    assert (gathered >= 3) is (in_large_pages() >= before + 3 * LARGE // 1024) is has_them
    memory.close()


def test_what_was_written_stays_as_it_was() -> None:
    memory = written()
    gather()
    assert memory[:] == b"abcd" * LARGE
