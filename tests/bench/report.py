"""The annual report over many disagreements: a year's figures against hand-written SQL, the public edition, the PDF, and the agency's own page."""

from statistics import quantiles
from time import perf_counter

from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from reports.figures import Edition
from reports.measures import Scope
from reports.months import keeping
from tests.bench.report_sql import by_hand, by_product, differing
from tests.bench.timing import best, line
from tests.factories import make_member, make_user
from tests.reports import timing

VISITS, FIRST = 200, 3  # The first visits of a process read and compile its templates: they are made before the count begins.


def measure(*, quick: bool) -> None:
    """Prints seconds, ratios and memory; memory is the most that one process held, the printing one among them."""
    cost = timing.measure(200 if quick else 20_000)
    print(f"Annual report over {cost.disputes:,} disagreements")  # noqa: T201
    scope = Scope(cost.world.partnership, timing.YEAR, timing.NOW, Edition.INTERNAL)
    wrong = list(differing(scope))
    if wrong:
        raise AssertionError(f"Hand-written SQL counts otherwise: {', '.join(wrong)}")
    ours, hand = best(lambda: by_product(scope)), best(lambda: by_hand(scope))
    line(
        "twelve tables of figures, two of the heaviest among them",
        f"{ours * 1000:.0f} ms",
        against=f"{ours / hand:.2f} of hand-written SQL",
        aim="1.5 or less",
    )
    for edition, seconds in cost.figures.items():
        line(f"all figures, {edition} edition", f"{seconds:.2f} s")
    line(f"the PDF, {cost.pages} pages", f"{cost.pdf:.2f} s", aim="under 20 s")
    line("the most memory held", f"{cost.memory:.0f} MiB", aim="under 500 MiB")
    keeping.keep_months()
    lead = make_user()
    make_member(lead, cost.world.agencies[0], Role.LEAD)
    for user, name in ((cost.world.unit, "board"), (lead, "my-agency")):
        line(f"the page {name}, p99 of {VISITS}", f"{slow(user, name) * 1000:.0f} ms", aim="under 150 ms")


def slow(user: User, name: str) -> float:
    """Seconds that all but one in a hundred visits stay under, in this process once it has shown the page."""
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    address, found = reverse(name), []
    for _ in range(FIRST + VISITS):
        begun = perf_counter()
        assert client.get(address).status_code == 200
        found.append(perf_counter() - begun)
    return quantiles(found[FIRST:], n=100, method="inclusive")[-1]
