"""Figures among a million disagreements: a year against hand-written SQL, and the dashboards that look back over years."""

import os
from datetime import datetime

from django.utils import timezone

from agencies.months import month_before, month_of
from agencies.roles import Role
from reports.figures import Edition
from reports.kept_months import KeptMonth
from reports.measures import Scope, figures_of
from reports.months import keeping
from reports.periods import year_of
from tests.bench.growing import grow_years
from tests.bench.report import slow
from tests.bench.report_sql import by_hand, by_product, differing
from tests.bench.timing import best, line, once
from tests.factories import make_member, make_user
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.test_months import agrees

# Written as rows in each of three years, and how many times these are copied: 1,002,000 in all.
SIZE, COPIES = 2_000, 166
ORDINARY = 6_000  # What a partnership of an ordinary size has in three years.


def measure(*, quick: bool) -> None:
    """Prints seconds and ratios, with how busy the machine is: other work falls on all figures, on ratios the least."""
    now = timezone.now()
    world, other = make_world(with_posts=True), make_world(with_posts=True)
    number = grow_years(world, SIZE // 100 if quick else SIZE, 2 if quick else COPIES, now=now)
    print(f"Figures among {number:,} disagreements of three years in one partnership (load {os.getloadavg()[0]:.1f})")  # noqa: T201
    generate(other, 30 if quick else ORDINARY, starts=now.replace(year=now.year - 3), ends=now, now=now, seed=9)
    _year(world, now)
    _months(world, now)
    for name, each in (("the one with all", world), ("one of ordinary size beside it", other)):
        _dashboards(name, each)


def _year(world: World, now: datetime) -> None:
    scope = Scope(world.partnership, year_of(now).before(), now, Edition.INTERNAL)
    if wrong := list(differing(scope)):
        raise AssertionError(f"Hand-written SQL counts otherwise: {', '.join(wrong)}")
    pairs = [(once(lambda: by_hand(scope)), once(lambda: by_product(scope))) for _ in range(3)]
    hand, ours = (min(pair[at] for pair in pairs) for at in (0, 1))
    line(
        f"twelve tables of a year with {scope.raised().count():,} raised",
        f"{ours:.2f} s",
        against=f"{ours / hand:.2f} of hand-written SQL",
        aim="1.5 or less",
    )
    line("every table of that year, asked together", f"{once(lambda: figures_of(scope)):.1f} s")


def _months(world: World, now: datetime) -> None:
    taken = once(lambda: keeping.keep_months(most=200))
    kept = KeptMonth.objects.filter(partnership=world.partnership).count()
    line(f"counting {kept} months once, by the job", f"{taken:.1f} s", against=f"{taken / kept:.2f} s a month")
    month = month_before(month_of(now))
    line("counting one of them anew after a change", f"{best(lambda: keeping.keep(world.partnership, month, now), times=3):.2f} s")
    agrees(world.partnership, KeptMonth.objects.filter(partnership=world.partnership).latest("counted_at").counted_at, world.agencies[:1])
    line("kept figures that differ from those counted live", "0", aim="0")


def _dashboards(name: str, world: World) -> None:
    lead, member = make_user(), make_user()
    make_member(lead, world.agencies[0], Role.LEAD)
    make_member(member, world.agencies[0], Role.BOARD_MEMBER)
    print(f"  in {name} (load {os.getloadavg()[0]:.1f})")  # noqa: T201
    for who, user, page in (
        ("the unit", world.unit, "board"), ("an agency’s lead", lead, "my-agency"), ("a board member", member, "my-agency"),
        ("a board member", member, "board-page"),
    ):  # fmt: skip
        seconds = slow(user, page)
        line(f"{page} of {who}, p99", f"{seconds * 1000:.0f} ms", aim="under 150 ms")
