"""Years that are lived through the product's own verbs, the job that keeps months running now and then: what is done marks what it may change."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID

import pytest

from agencies.person import person_of
from escalation.engine.perform import perform
from escalation.models import ChangedMonth, Dispute, ProcedureVersion
from escalation.procedures.schema import shipped
from escalation.services.procedures import publish
from escalation.services.sweep import sweep
from escalation.states import Measure, State, Verb
from reports.kept_months import KeptMonth
from reports.months import keeping
from reports.periods import Year
from tests.cast import Cast
from tests.escalation.earlier_logs import Row, a_log, do_directly
from tests.escalation.test_past_stages import logged
from tests.reports.test_months import agrees, keep_all, live_now
from tests.world import World, london

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Lived:
    """A cast whose rows are done one after another, in the order of their moments."""

    cast: Cast
    version: ProcedureVersion
    rows: Iterator[Row]
    keys: dict[str, UUID] = field(default_factory=dict)

    def on(self, number: int) -> datetime:
        """Do the next rows; gives the moment of the last."""
        done = list(islice(self.rows, number))
        do_directly(self.cast, self.version, done, self.keys)
        return done[-1].at


@pytest.fixture
def lived(cast: Cast) -> Lived:
    version = publish(shipped()["bristol"], cast.partnership, now=NOW, in_force_from=date(2024, 1, 1)).version
    rows = [row for year in (2024, 2025) for row in a_log(12, starts=Year(year).starts, ends=Year(year).ends, seed=year)]
    return Lived(cast, version, iter(sorted(rows, key=lambda row: row.at)))


def test_whatever_is_done_marks_the_months_that_it_may_change(lived: Lived) -> None:
    """Every thirty steps the pages are asked before the job ran and after: what is done reaches back into kept months."""
    partnership, agencies, stale = lived.cast.partnership, [lived.cast.school, lived.cast.social_care], 0
    for _ in range(3):
        at = lived.on(30)
        # In the first round nothing was kept that a change could reach back to.
        stale += ChangedMonth.objects.values("month").distinct().count() if KeptMonth.objects.exists() else 0
        live = live_now(partnership, at, agencies)
        assert agrees(partnership, at, agencies, live)
        keep_all(partnership, at)
        assert not ChangedMonth.objects.exists()
        assert agrees(partnership, at, agencies, live)
        for live in Dispute.objects.live().filter(partnership=partnership).prefetch_related("clocks"):
            soonest = [clock.effective_due for clock in live.clocks.all() if clock.ended_at is None and clock.measures != Measure.ACTION]
            assert live.next_due_at == min(soonest, default=None)
    assert stale >= 2


def test_a_closed_one_that_is_reopened_leaves_the_month_in_which_it_was_closed(lived: Lived) -> None:
    at = lived.on(20)
    closed = Dispute.objects.filter(state=State.CLOSED, ended_at__isnull=False).order_by("ended_at")[0]
    assert closed.ended_at is not None
    later = datetime(2025, 1, 6, 11, tzinfo=UTC)
    keep_all(lived.cast.partnership, later)
    perform(closed.pk, Verb.REOPEN, actor=person_of(lived.cast.lead, at.date()), now=later, reason="It came back.")
    assert closed.ended_at.date().replace(day=1) in keeping.wanting(lived.cast.partnership, later)
    assert agrees(lived.cast.partnership, later, [lived.cast.school])


def test_a_reminder_marks_nothing(lived: Lived) -> None:
    at = lived.on(6)
    running = Dispute.objects.filter(state=State.OPEN).order_by("wake_at")[0]
    before = running.head_number
    later = at + timedelta(days=40)
    keep_all(lived.cast.partnership, later)
    sweep(later)
    running.refresh_from_db()
    assert running.head_number > before
    assert not ChangedMonth.objects.exists()
    assert agrees(lived.cast.partnership, later, [lived.cast.school])


def test_a_stage_of_an_earlier_month_counts_there_from_the_sending_on(world: World) -> None:
    """Entered with the logging, kept as nothing's before it is sent: the sending reaches back to it."""
    began, ended = london("2026-01-13 09:30"), london("2026-01-20 11:00")
    dispute = world.log(past=logged((began, ended)))
    partnership, january = world.cast.partnership, date(2026, 1, 1)
    keep_all(partnership, world.now)
    assert january not in keeping.wanting(partnership, world.now)
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager)
    assert january in keeping.wanting(partnership, world.now)
    assert agrees(partnership, world.now, [world.cast.school, world.cast.social_care])
