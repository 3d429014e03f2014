"""A run's memory is gathered into large pages where the system has them: to find its small ones again and again took a tenth of the time of the
pages' tests on a virtual machine, where each way to one is long. A plugin.

Linux keeps memory in pages of 4 KiB unless a process asks for others. What is imported and collected stays to the end, so it is gathered once all is
collected, and what has come since after each hundred tests. Kernels before 6.1 and other systems know no such request: there nothing happens.
"""

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LARGE = 2 << 20
# MADV_COLLAPSE of <linux/mman.h>, which the module `mmap` does not name.
COLLAPSE = 25
EVERY = 100


def own_memory() -> Iterator[range]:
    """Where each large page of this process's own memory would begin: of what it may write, shares with nobody and has from no file."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        place, rights, _offset, _device, _file, *name = line.split(maxsplit=5)
        if rights == "rw-p" and name in ([], ["[heap]"]):
            first, end = (int(number, 16) for number in place.split("-"))
            yield range(-(-first // LARGE) * LARGE, end // LARGE * LARGE, LARGE)


def gather() -> int:
    """Gathers what this process has written into large pages; gives how many there are now, none where the system has no such request."""
    if sys.platform != "linux":
        return 0
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    # What was never written, or cannot be moved just now, is refused, and stays as it is.
    return sum(advise(start, LARGE, COLLAPSE) == 0 for starts in list(own_memory()) for start in starts)


class Gathering:
    """How many tests ran since memory was last gathered."""

    since = 0


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All that the tests are made of is there."""
    gather()


def pytest_runtest_logfinish(nodeid: str, location: Any) -> None:
    """What came since."""
    Gathering.since = (Gathering.since + 1) % EVERY
    if not Gathering.since:
        gather()
