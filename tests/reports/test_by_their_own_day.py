"""What a year counts is counted by the day on which it was done, and what every agency must do is done when the last has."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.models import FileConfirmation
from escalation.states import State
from reports.figures import Edition, Table
from reports.measures import figures_of
from reports.measures.scope import Scope
from reports.periods import Year
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world

pytestmark = pytest.mark.django_db
YEAR = Year(2025)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUNE, DAY = datetime(2025, 6, 2, 9, tzinfo=UTC), timedelta(days=1)


@kept_fixture
def world() -> World:
    return make_world()


def ended(world: World, at: datetime, state: State, raised: datetime = JUNE, receivers: int = 1) -> Life:
    """Raised then, and ended at this moment."""
    life = Life.begin(world, raised, world.agencies[2], world.agencies[:receivers], NOW, themes=["delay"])
    life.enter(1, raised)
    life.finish(at, state, **({"resolved_at": at} if state == State.CLOSED else {}))
    return life


def table(world: World, key: str, year: Year = YEAR) -> Table:
    return figures_of(Scope(world.partnership, year, NOW, Edition.INTERNAL))[key]


def number(world: World, row: str, year: Year) -> object:
    return next(found.cells[0].value for found in table(world, "other", year).rows if found.key == row)


@pytest.mark.parametrize(("state", "row"), [(State.WITHDRAWN, "withdrawn"), (State.CLOSED, "closed")])
def test_what_was_raised_in_one_year_and_ended_in_the_next_ended_in_the_next(world: World, state: State, row: str) -> None:
    ended(world, JUNE + 365 * DAY, state)
    ended(world, JUNE + 5 * DAY, state)
    ended(world, JUNE, state, raised=JUNE - 365 * DAY)
    world.save()
    assert [number(world, row, year) for year in (YEAR.before(), YEAR, Year(2026))] == [0, 2, 1]


def test_a_record_is_in_the_childs_file_by_every_agency_once_the_last_of_them_has_confirmed_it(world: World) -> None:
    for confirmed in ((), (2,), (0,), (2, 0), (2, 0, 1)):
        life = ended(world, JUNE + 5 * DAY, State.CLOSED, receivers=2)
        for agency in confirmed:
            word = FileConfirmation(child=life.child, agency=world.agencies[agency], confirmed_by=world.person, confirmed_at=JUNE + 4 * DAY)
            world.add(word)
    world.save()
    file = next(row for row in table(world, "closing").rows if row.key == "file")
    assert [cell.value for cell in file.cells[:3]] == [1, 4, 5]
