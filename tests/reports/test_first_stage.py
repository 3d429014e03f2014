"""The scorecard's median of the first stage is that of the procedure's first stage. Bristol's text gives its managers one working day and its service
managers two; a disagreement may begin with the service managers where the risk demands it."""

from datetime import timedelta

import pytest

from escalation.states import Answer, Verb
from reports import own
from reports.figures import Cell, Mark
from reports.periods import Year
from tests.cast import Cast
from tests.world import World, london

pytestmark = pytest.mark.django_db


def median_of(cast: Cast, world: World) -> Cell:
    """The scorecard's figure for social care, which was asked."""
    [section, *_quarters] = own.scorecard(cast.social_care, Year(2025), world.now).sections
    days = next(table for table in section.tables if table.key == "scorecard-days")
    return next(row.cells[0] for row in days.rows if row.label == "Median")


def asked_and_answered(world: World, number: int, days: int, **more: object) -> None:
    """So many disagreements, sent on a Monday and answered so many days later in the same week."""
    for at in range(number):
        world.now = london("2026-01-12 10:00") + timedelta(weeks=at)
        dispute = world.sent(**more)
        world.now += timedelta(days=days)
        by = world.cast.receiver if dispute.stage == 1 else world.cast.receiving_lead
        world.do(dispute, Verb.RESPOND, by, answer=Answer.DISAGREES, reasons="The threshold is not met.", agency=world.cast.social_care.pk)


@pytest.fixture
def since_january(cast: Cast) -> World:
    """Bristol's procedure, in force since January."""
    return World(cast, now=london("2026-01-05 09:00"))


def test_what_the_service_managers_took_is_no_figure_of_the_first_stage(cast: Cast, since_january: World) -> None:
    asked_and_answered(since_january, 6, 2, start_stage=2, start_ground="risk", start_reason="The risk is at once.")
    assert median_of(cast, since_january).mark == Mark.NOT_APPLICABLE


def test_the_managers_one_working_day_is(cast: Cast, since_january: World) -> None:
    asked_and_answered(since_january, 6, 2, start_stage=2, start_ground="risk", start_reason="The risk is at once.")
    asked_and_answered(since_january, 6, 1)
    assert median_of(cast, since_january).value == 1
