"""A stage that was entered afterwards in the measures: nothing on one side's word; once confirmed, recorded late and never in time."""

from datetime import timedelta

import pytest

from escalation.models import Dispute, Event
from escalation.states import EventKind, Verb
from reports.figures import Edition
from reports.measures import MEASURES, Scope
from reports.periods import Year
from tests.cast import Cast
from tests.world import World, london

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
WORDS = {"who": "Both managers.", "said": "The threshold.", "result": "No agreement."}


def of_stage_one(cast: Cast, world: World) -> dict[str, list[object]]:
    """In time, late and none of the responses of stage 1, and in how many the talk was in time but recorded late; empty where none is counted."""
    scope = Scope(cast.partnership, Year(2025), world.now, Edition.INTERNAL)
    tables = {key: MEASURES[key].figures(scope) for key in ("responses", "agreed")}
    rows = {key: next((row for row in table.rows if row.label.startswith("Stage 1")), None) for key, table in tables.items()}
    return {key: [cell.value for cell in (row.cells[:3] if key == "responses" else row.cells[-1:])] for key, row in rows.items() if row}


def entered(world: World, cast: Cast, hours: int) -> Dispute:
    """A talk of so many hours, from Tuesday 24 February, 9:30am: stage 1 gives one working day."""
    dispute, began = world.sent(), london("2026-02-24 09:30")
    until = began + timedelta(hours=hours)
    world.do(dispute, Verb.ENTER_PAST_STAGE, cast.own_manager, happened_from=began, happened_until=until, **WORDS)
    return dispute


def confirm(world: World, cast: Cast, dispute: Dispute) -> None:
    line = Event.objects.get(dispute=dispute, kind=EventKind.PAST_STAGE)
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiving_lead, number=line.number)


def test_nothing_is_counted_on_the_raisers_word_alone(cast: Cast, world: World) -> None:
    entered(world, cast, hours=3)
    assert of_stage_one(cast, world) == {}


@pytest.mark.parametrize(("hours", "in_time_but_recorded_late"), [(3, 1), (30, 0)])
def test_confirmed_it_counts_as_late_and_says_where_only_the_recording_was(
    cast: Cast, hours: int, in_time_but_recorded_late: int, world: World
) -> None:
    confirm(world, cast, entered(world, cast, hours))
    assert of_stage_one(cast, world) == {"responses": [0, 1, 0], "agreed": [in_time_but_recorded_late]}
