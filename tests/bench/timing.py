"""Timing: the best of several, as seconds."""

import time
from collections.abc import Callable


def best(work: Callable[[], object], *, times: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def once(work: Callable[[], object]) -> float:
    """One run, in seconds."""
    return best(work, times=1)


def line(what: str, value: str, *, against: str = "", aim: str = "") -> None:
    """One line of the report."""
    print(f"  {what:<58} {value:>14}  {against:<34} {f'aim {aim}' if aim else ''}".rstrip())  # noqa: T201 - the bench's own output
