"""A first stage that had happened already under each published procedure: the next stage begins now, and nothing is overdue when it is born."""

from datetime import timedelta

import pytest

from escalation.engine.case import assemble
from escalation.models import Clock, Event
from escalation.selectors.case_file import case_file
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind
from tests.cast import Cast
from tests.world import World, london

pytestmark = pytest.mark.django_db
# Within a week before Monday 2 March 2026, 10am; each procedure's limit for its first stage counted by hand from Tuesday 17 February, 9:30am.
BEGAN, ENDED = "2026-02-17T09:30:00+00:00", "2026-02-25T16:00:00+00:00"
PAST = {"happened_from": BEGAN, "happened_until": ENDED, "who": "Both managers.", "said": "The threshold.", "result": "No agreement."}
LIMITS = {
    # One working day, to the same hour.
    "bristol": ["2026-02-18T09:30:00+00:00"],
    # One working week: through the fifth working day after the start.
    "bromley": ["2026-02-24T23:59:59+00:00"],
    # The sides agree the date.
    "devon": [],
    # Telling and referring up are no limit of the talk itself.
    "enfield": [],
    # Five working days.
    "buckinghamshire": ["2026-02-24T23:59:59+00:00"],
}


@pytest.mark.parametrize("key", LIMITS)
def test_the_next_stage_begins_now_and_the_entered_one_carries_its_own_late_marks(cast: Cast, key: str) -> None:
    world = World(cast, key)
    dispute = world.sent(past=[PAST])
    assert dispute.stage == 2
    marks = Event.objects.get(dispute=dispute, kind=EventKind.PAST_STAGE).facts["marks"]
    assert [mark["due"] for mark in marks] == LIMITS[key]
    assert all(mark["late"] for mark in marks)
    running = Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING)
    assert all(clock.started_at >= world.now and clock.due_at > world.now for clock in running)
    assert sweep(world.now + timedelta(minutes=1)).failed == 0
    assert not Event.objects.filter(dispute=dispute, kind=EventKind.OVERDUE).exists()


def test_a_stage_inside_the_own_agency_that_had_happened_is_shown_to_nobody_outside_it(cast: Cast) -> None:
    """DEV-01: the first stage stays inside the own agency, also where it is entered afterwards."""
    world = World(cast, "devon", now=london("2026-03-02 10:00"))
    dispute = world.sent(past=[PAST])
    case = assemble([dispute], now=world.now)[0]
    own, theirs = (case_file(case, world.person(user), world.now) for user in (cast.raiser, cast.receiving_lead))
    assert EventKind.PAST_STAGE in {entry.kind for entry in own.entries}
    assert EventKind.PAST_STAGE not in {entry.kind for entry in theirs.entries}
    assert (theirs.stages[0].done, theirs.stages[0].detail) == (True, "inside the raising agency")
