"""A moment that was missed stays missed. Bristol's stage 1 gives one working day: sent on Monday 2 March at 10:00, due on Tuesday at 10:00.

Each story is counted twice: by the measure, and by somebody who reads the record's lines alone.
"""

from collections.abc import Callable

import pytest

from escalation.models import Clock, Dispute
from escalation.procedures.schema import read_procedure
from escalation.services.procedures import publish
from escalation.services.sweep import sweep
from escalation.states import ClockState, Outcome, Verb
from reports.figures import Edition
from reports.measures import MEASURES, Scope
from reports.periods import Year
from tests.cast import Cast
from tests.escalation.procedure_texts import HEAD, clock, stage
from tests.escalation.verbs import respond
from tests.reports.record.reader import Reader
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
IN_TIME, LATE, NONE, NOT_NEEDED = [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]


def at(world: World, moment: str) -> None:
    """Time passes; the sweep runs."""
    world.now = london(moment)
    world.warned()
    sweep(world.now)


def settled(world: World, dispute: Dispute) -> None:
    """Both sides put the same wording, without a response."""
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_manager, wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver)


def urgent(world: World, dispute: Dispute, by: str) -> None:
    world.do(dispute, Verb.MAKE_URGENT, world.cast.own_manager, reason="He is home tonight.", respond_by=london(by))


def settled_before_it_was_due(world: World, dispute: Dispute) -> None:
    at(world, "2026-03-02 15:00")
    settled(world, dispute)


def settled_at_the_due_moment(world: World, dispute: Dispute) -> None:
    at(world, "2026-03-03 10:00")
    settled(world, dispute)


def settled_after_it_was_missed(world: World, dispute: Dispute) -> None:
    at(world, "2026-03-03 15:00")
    settled(world, dispute)


def urgent_after_it_was_missed(world: World, dispute: Dispute) -> None:
    at(world, "2026-03-03 12:00")
    urgent(world, dispute, "2026-03-03 18:00")
    at(world, "2026-03-03 15:00")
    respond(world, dispute)


def urgent_at_the_last_moment(world: World, dispute: Dispute) -> None:
    """Half an hour before it is due: answered after that, within the hours that the raising side named."""
    at(world, "2026-03-03 09:30")
    urgent(world, dispute, "2026-03-03 18:00")
    at(world, "2026-03-03 15:00")
    respond(world, dispute)


def urgent_and_later_than_asked(world: World, dispute: Dispute) -> None:
    """Later than the raising side named, by the procedure in time."""
    at(world, "2026-03-02 12:00")
    urgent(world, dispute, "2026-03-02 16:00")
    at(world, "2026-03-03 09:00")
    respond(world, dispute)


def urgent_missed_and_settled(world: World, dispute: Dispute) -> None:
    at(world, "2026-03-03 12:00")
    urgent(world, dispute, "2026-03-03 18:00")
    settled(world, dispute)


@pytest.mark.parametrize(
    ("lived", "counted"),
    [
        (settled_before_it_was_due, NOT_NEEDED),
        (settled_at_the_due_moment, NOT_NEEDED),
        (settled_after_it_was_missed, NONE),
        (urgent_after_it_was_missed, LATE),
        (urgent_at_the_last_moment, LATE),
        (urgent_and_later_than_asked, IN_TIME),
        (urgent_missed_and_settled, NONE),
    ],
)
def test_what_is_done_later_makes_no_missed_response_timely(
    cast: Cast, world: World, dispute: Dispute, lived: Callable[[World, Dispute], None], counted: list[int]
) -> None:
    lived(world, dispute)
    year = Year(2025)
    rows = MEASURES["responses"].figures(Scope(cast.partnership, year, world.now, Edition.INTERNAL)).rows
    assert [[row.cells[place].number for place in (0, 1, 2, 5, 6)] for row in rows if not row.is_total] == [counted]
    assert Reader(cast.partnership, year, world.now).responses() == {1: counted}


def test_an_agreed_date_that_was_missed_is_missed_within_the_agreed_time(cast: Cast, world: World, dispute: Dispute) -> None:
    """Agreed for Monday at 14:00, settled without a response at 15:00: not needed by the procedure, missed by what both had agreed."""
    clock = Clock.objects.get(dispute=dispute, key="response")
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.own_manager, clock=clock.pk, due_at=london("2026-03-02 14:00"), reason="We ring then.")
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.receiver)
    settled_before_it_was_due(world, dispute)
    year = Year(2025)
    rows = MEASURES["agreed"].figures(Scope(cast.partnership, year, world.now, Edition.INTERNAL)).rows
    assert [cell.number for cell in rows[0].cells[:3]] == [0, 0, 1]
    assert Reader(cast.partnership, year, world.now).agreed()[1][:3] == [0, 0, 1]


# -- a procedure with a clock for what is urgent, and one from a date that a person enters -----------------------------------------------------

URGENT = clock('within = "4 clock hours"\nuntil = "answered"', under="stages.urgent_clocks")
PLAN = clock('key = "plan"\nmeasures = "meeting"\nowed_by = "each"\nwithin = "1 working day"\nfrom = "fact: strategy discussion"\nuntil = "meeting"')


@pytest.fixture
def own(cast: Cast, world: World) -> World:
    """Stage 1 of the test's own procedure: a response in one working day, in 4 hours where it is urgent; a meeting one day after a discussion."""
    text = HEAD + stage("first", clocks=clock('within = "1 working day"\nuntil = "answered"') + PLAN + URGENT) + stage("second")
    world.version = publish(read_procedure(text, "sample.toml"), cast.partnership, now=MONDAY, in_force_from=MONDAY.date()).version
    return world


def of(dispute: Dispute, key: str) -> list[tuple[str, str]]:
    """The state and the procedure's moment of each clock of this key, as they began."""
    rows = Clock.objects.filter(dispute=dispute, key=key).order_by("started_at", "due_at")
    return [(row.state, f"{row.due_at.astimezone(MONDAY.tzinfo):%a %H:%M}") for row in rows]


@pytest.mark.parametrize(
    ("moment", "clocks"),
    [
        ("2026-03-02 11:00", [(ClockState.SUPERSEDED, "Tue 10:00"), (ClockState.MET, "Mon 15:00")]),
        ("2026-03-03 09:00", [(ClockState.MET, "Tue 10:00")]),
        ("2026-03-03 12:00", [(ClockState.LATE, "Tue 10:00"), (ClockState.MET, "Tue 16:00")]),
    ],
)
def test_the_urgent_clock_takes_the_place_where_it_is_sooner_and_stands_beside_what_was_missed(
    own: World, moment: str, clocks: list[tuple[str, str]]
) -> None:
    dispute = own.sent()
    at(own, moment)
    urgent(own, dispute, moment[:11] + "23:00")
    respond(own, dispute)
    assert of(dispute, "response") == clocks


def test_a_date_entered_again_after_its_clock_was_missed_leaves_it_missed(own: World) -> None:
    dispute = own.sent()
    own.do(dispute, Verb.ENTER_FACT, own.cast.own_manager, fact="strategy discussion", at=london("2026-03-02 09:00"))
    at(own, "2026-03-03 11:00")
    own.do(dispute, Verb.ENTER_FACT, own.cast.own_manager, fact="strategy discussion", at=london("2026-03-02 16:00"))
    assert of(dispute, "plan") == [(ClockState.MISSED, "Tue 09:00"), (ClockState.RUNNING, "Tue 16:00")]


def test_a_meeting_that_was_not_held_in_time_is_not_made_needless_by_settling(cast: Cast, own: World) -> None:
    dispute = own.sent()
    own.do(dispute, Verb.ENTER_FACT, own.cast.own_manager, fact="strategy discussion", at=london("2026-03-02 09:00"))
    at(own, "2026-03-03 11:00")
    settled(own, dispute)
    rows = MEASURES["steps"].figures(Scope(cast.partnership, Year(2025), own.now, Edition.INTERNAL)).rows
    assert [[row.cells[place].number for place in (0, 1, 2, 5, 6)] for row in rows if "eeting" in row.label] == [NONE]


def asks_to_acknowledge(world: World) -> None:
    """A procedure that gives the other agency one working day to acknowledge."""
    promised = clock('measures = "acknowledgement"\nowed_by = "receiving"\nwithin = "1 working day"\nmoment = "same_time"\nuntil = "acknowledged"')
    text = HEAD + stage("first", clocks=promised) + stage("second")
    world.version = publish(read_procedure(text, "sample.toml"), world.cast.partnership, now=MONDAY, in_force_from=MONDAY.date()).version


def test_what_one_agency_acknowledges_is_not_met_for_another(cast: Cast, world: World) -> None:
    asks_to_acknowledge(world)
    dispute = world.sent(cast.social_care, cast.police)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    owed = Clock.objects.filter(dispute=dispute, measures="acknowledgement")
    assert dict(owed.values_list("agency__name", "state")) == {cast.social_care.name: ClockState.MET, cast.police.name: ClockState.RUNNING}
    world.do(dispute, Verb.ACKNOWLEDGE, cast.business_unit)
    assert set(owed.values_list("state", flat=True)) == {ClockState.MET}


def test_an_acknowledgement_that_an_agency_owes_is_among_the_steps(cast: Cast, world: World) -> None:
    """Acknowledged on Tuesday at 15:00 what came on Monday at 10:00."""
    asks_to_acknowledge(world)
    dispute = world.sent()
    at(world, "2026-03-03 15:00")
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    scope = Scope(cast.partnership, Year(2025), world.now, Edition.INTERNAL)
    assert [[row.cells[place].number for place in (0, 1, 2, 5, 6)] for row in MEASURES["steps"].figures(scope).rows if not row.is_total] == [LATE]
    assert MEASURES["acknowledgements"].figures(scope).rows == ()
