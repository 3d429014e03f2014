"""The annual report: a year's figures and the PDF over many disagreements."""

from tests.bench.timing import line
from tests.reports import timing


def measure(*, quick: bool) -> None:
    """Prints seconds and memory; memory is the most that the whole process held."""
    cost = timing.measure(200 if quick else 20_000)
    print(f"Annual report over {cost.disputes:,} disagreements")  # noqa: T201
    for edition, seconds in cost.figures.items():
        line(f"figures, {edition} edition", f"{seconds:.2f} s")
    line(f"the PDF, {cost.pages} pages", f"{cost.pdf:.2f} s", aim="under 20 s")
    line("the most memory held", f"{cost.memory:.0f} MiB", aim="under 500 MiB")
