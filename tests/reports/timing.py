"""What a report costs: figures of a year over many disagreements, and the PDF made from them. For the benches; no test runs it."""

import resource
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter

from reports import services
from reports.document import build
from reports.figures import Edition
from reports.measures import Scope
from reports.periods import Year
from tests.reports.builders import World, make_world
from tests.reports.generated import generate

YEAR = Year(2025)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class ReportCost:
    """Seconds (medians), and the most memory that one process has held (MiB)."""

    world: World
    disputes: int
    written: float
    figures: dict[str, float]
    pdf: float
    pages: int
    memory: float


def many(number: int) -> World:
    """A partnership with so many disagreements in one year."""
    world = make_world(with_posts=True)
    generate(world, number, starts=YEAR.starts, ends=YEAR.ends, now=NOW)
    return world


def measure(number: int = 20_000, *, rounds: int = 3) -> ReportCost:
    """Writes the rows, counts each edition's figures and prints the internal one. Wants an empty, migrated database, which it fills."""
    begun = perf_counter()
    world = many(number)
    written = perf_counter() - begun
    figures = {}
    for edition in Edition:
        figures[edition.value] = median(_seconds(world, edition) for _ in range(rounds))
    document = build(Scope(world.partnership, YEAR, NOW, Edition.INTERNAL))
    begun = perf_counter()
    printed = services.print_document(document)
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit
    return ReportCost(world, number, written, figures, perf_counter() - begun, printed.pages, memory)


def _seconds(world: World, edition: Edition) -> float:
    begun = perf_counter()
    services.figures(world.partnership, YEAR, edition, NOW)
    return perf_counter() - begun
