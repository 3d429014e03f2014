"""What is another's against what is not there: the same status, and how the median times of the two compare, in turns in one run.

The number of questions is what tests hold to be equal (`tests/access/test_absent.py`); this shows what is left of a difference, beside that of two
askings of nothing, which is the machine's own noise.
"""

import logging
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import time_machine
from django.urls import URLPattern

from tests.access.asking import PROGRAMS, Person, everybody, own_routes
from tests.access.routes import Addresses
from tests.bench.seeding import LATER, analyse, grow
from tests.bench.timing import line
from tests.cast import build_cast
from tests.world import MONDAY, World

# What to ask for, and by whom of those to whom it is not there: somebody of another partnership, and a manager of an agency that is no party to it.
KINDS = {
    "page: a disagreement": ("case", "stranger"),
    "page: the same, an agency that is no party": ("case", "police_manager"),
    "page: a verb's form": ("verb-respond", "police_manager"),
    "page: to print": ("case-print", "police_manager"),
    "page: somebody's cover": ("cover", "stranger"),
    "page: somebody who leaves": ("leave-partnership", "chair"),
    "API: a disagreement": ("api:dispute", "stranger"),
    "API: the same, an agency that is no party": ("api:dispute", "police_manager"),
    "API: its record": ("api:events", "police_manager"),
    "page: a learning action": ("learning-point", "stranger"),
    "file: an attachment": ("case-file", "police_manager"),
    "file: an attachment, by the API": ("api:file", "police_manager"),
    "file: a document made before": ("document-prepared", "police_manager"),
    "file: a report": ("report-download", "stranger"),
}


WARM = 20


def measure(*, quick: bool) -> None:
    """Prints, of each kind of address, the median time of another's over that of nothing, and of nothing over nothing."""
    logging.disable(logging.WARNING)
    times, rows = (1_000, 2_000) if not quick else (20, 40)
    with time_machine.travel(MONDAY, tick=True):
        addresses = Addresses(cast := build_cast(), World(cast, "bristol"))
        grow(addresses.other, 1, rows, wake=LATER)
        analyse()
        people, known = everybody(cast, *{part for _, part in KINDS.values()}), own_routes()
        print(f"Another's against what is not there ({times} of each in turns, {rows:,} disagreements)")  # noqa: T201
        for words, (name, part) in KINDS.items():
            there, nowhere = _addresses(addresses, known, name)
            one, other, again = _medians(people[part], name, (there, nowhere, nowhere), times)
            line(words, f"{one / other:.3f}", against=f"{again / other:.3f} nothing twice; {other * 1000:.1f} ms", aim="1")


def _addresses(addresses: Addresses, known: dict[str, URLPattern], name: str) -> tuple[str, str]:
    if name == "verb-respond":
        reference = addresses.dispute.reference
        return f"/d/{reference}/respond/", "/d/ESC-ZZZZZZ/respond/"
    return addresses.of(name, known[name]), addresses.absent(name, known[name])


def _medians(person: Person, name: str, asked: tuple[str, ...], times: int) -> list[float]:
    """Seconds of each address, asked in turns; who begins changes, so that nobody always comes after the same."""
    client: Any = person.program if name.startswith(PROGRAMS) else person.browser
    found: list[list[float]] = [[] for _ in asked]
    for number in range(times + WARM):
        for step in range(len(asked)):
            at = (number + step) % len(asked)
            taken = _once(lambda address=asked[at]: client.get(address))  # type: ignore[misc] # bound at once
            if number >= WARM:
                found[at].append(taken)
    return [median(seconds) for seconds in found]


def _once(ask: Callable[[], Any]) -> float:
    start = time.perf_counter()
    answer = ask()
    taken = time.perf_counter() - start
    assert answer.status_code == 404, (answer.request["PATH_INFO"], answer.status_code)
    return taken
