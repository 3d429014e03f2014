"""Rows of the clock rule's table as a disagreement lives them on Bristol's procedure: reopened, begun or moved above Stage 1, made urgent in
mid-stage. What happened before it was recorded is in `test_past_stages`. Worked by hand, London wall-clock times."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from agencies import wall_clock
from escalation.engine.case import load
from escalation.models import Clock, Dispute
from escalation.selectors.case_file import status_of
from escalation.services.sweep import sweep
from escalation.states import ClockState, Ground, Verb
from tests.cast import Cast
from tests.escalation.verbs import closed
from tests.procedures.journey import Journey
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db


def reopened(world: World, moment: str) -> Dispute:
    dispute = world.sent()
    closed(world, dispute)
    world.now = london(moment)
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It came back.")
    return dispute


def begun_at_stage_2(world: World, moment: str) -> Dispute:
    world.now = london(moment)
    return world.sent(start_stage=2, start_ground=Ground.RISK, start_reason="Tonight.")


def moved_over_a_stage(world: World, moment: str) -> Dispute:
    dispute = world.sent()
    world.now = london(moment)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="Tonight.", to=2)
    return dispute


def made_urgent(world: World, moment: str) -> Dispute:
    dispute = world.sent()
    world.now = london(moment)
    world.do(dispute, Verb.MAKE_URGENT, world.cast.own_manager, reason="He is home tonight.", respond_by=london(moment[:11] + "18:00"))
    return dispute


# What happened, when, due, half way
ROWS = [
    # Stage 1 anew: one working day from the reopening
    (reopened, "2026-11-20 16:30", "2026-11-23 16:30", "2026-11-23 12:30"),
    (reopened, "2026-11-20 18:10", "2026-11-24 09:00", "2026-11-23 13:00"),
    (reopened, "2026-12-24 16:59", "2026-12-29 16:59", "2026-12-29 12:59"),
    # Stage 2: two working days from the sending or the move
    (begun_at_stage_2, "2026-11-20 16:30", "2026-11-24 16:30", "2026-11-23 16:30"),
    (moved_over_a_stage, "2026-11-20 16:30", "2026-11-24 16:30", "2026-11-23 16:30"),
    (moved_over_a_stage, "2026-12-23 10:00", "2026-12-29 10:00", "2026-12-24 10:00"),
    # Urgent in mid-stage: the moment that the raising side named, office or not, half of the time from then. It never puts off the procedure's
    # own moment that is still to come (Tuesday 10:00); where that has passed, it is the next.
    (made_urgent, "2026-03-02 12:00", "2026-03-02 18:00", "2026-03-02 15:00"),
    (made_urgent, "2026-03-03 09:30", "2026-03-03 10:00", "2026-03-03 10:00"),
    (made_urgent, "2026-03-03 12:00", "2026-03-03 18:00", "2026-03-03 15:00"),
]


@pytest.mark.parametrize(("lived", "moment", "due", "half"), ROWS)
def test_it_is_due_and_half_way_when_the_table_says(cast: Cast, lived: Callable[[World, str], Dispute], moment: str, due: str, half: str) -> None:
    world = World(cast)
    dispute = lived(world, moment)
    clock = Clock.objects.get(dispute=dispute, key="response", state=ClockState.RUNNING)
    start = MONDAY if lived is made_urgent else london(moment)
    assert (clock.started_at, clock.effective_due, clock.next_check_at) == (start, london(due), london(half))


# How long after the due moment it is answered, and what the clock comes to: Bristol's at the same time of day, Enfield's meeting at the end of one.
SECONDS = [(timedelta(0), ClockState.MET), (timedelta(seconds=0.4), ClockState.MET), (timedelta(seconds=0.999), ClockState.MET)]
SECONDS.append((timedelta(seconds=1), ClockState.LATE))


def is_shown_late(journey: Journey) -> bool:
    """As a page that is asked for at this moment says it."""
    with time_machine.travel(journey.world.now, tick=False):
        moment = wall_clock.now()
    (case,) = load([journey.dispute.pk], now=moment, lock=False)
    return status_of(case, moment)["tone"] == "overdue"


@pytest.mark.parametrize("procedure", ["bristol", "enfield"])
@pytest.mark.parametrize(("after", "state"), SECONDS)
def test_at_the_due_moment_is_in_time_and_one_second_later_is_late(cast: Cast, procedure: str, after: timedelta, state: ClockState) -> None:
    journey = Journey(cast, procedure, "2026-03-02 10:00").sent()
    if procedure == "enfield":
        journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="Tonight.")
    due = Clock.objects.get(dispute=journey.dispute, key={"bristol": "response", "enfield": "meeting"}[procedure])
    journey.world.now = due.due_at + after
    is_late = state == ClockState.LATE
    assert is_shown_late(journey) is is_late
    sweep(journey.world.now)
    assert bool(Clock.objects.get(pk=due.pk).breached_at) is is_late
    if procedure == "bristol":
        journey.disagrees(cast.receiver)
    else:
        journey.do(Verb.RECORD_MEETING, journey.holder(), who="All heads of service", summary="No agreement.")
    assert Clock.objects.get(pk=due.pk).state == state
