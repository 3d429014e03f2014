"""Years in which something unusual happened: an agency renamed or merged, a procedure replaced, several receivers, one reopened, a late entry."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from agencies.errors import InvalidInput
from escalation.models import ProcedureVersion, StageDefinition
from escalation.states import State
from reports import charts
from reports.document import build
from reports.figures import Document, Edition, Table
from reports.measures import MEASURES, Scope
from reports.periods import Year
from reports.rendering import context_of
from reports.services import figures
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2025, 6, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@kept_fixture
def world() -> World:
    return make_world()


def scope(world: World, year: int = 2025, now: datetime = NOW) -> Scope:
    return Scope(world.partnership, Year(year), now, Edition.INTERNAL)


def one(world: World, at: datetime = START, receivers: tuple[int, ...] = (0,), raiser: int = 2) -> Life:
    life = Life.begin(world, at, world.agencies[raiser], [world.agencies[each] for each in receivers], NOW, themes=["delay"])
    run = life.enter(1, at)
    for agency in life.receivers:
        life.ask(run, agency, at, due=at + DAY, answered=at + DAY / 2, until=at + 3 * DAY)
    return life


def rows(table: Table) -> dict[str, list[object]]:
    return {row.label: [cell.value for cell in row.cells] for row in table.rows}


def tables(document: Document) -> dict[str, Table]:
    return {table.key: table for section in document.sections for table in section.tables}


def test_an_agency_that_was_renamed_is_one_agency_under_its_present_name(world: World) -> None:
    one(world)
    world.save()
    agency = world.agencies[2]
    agency.name = "Hillside Academy"
    agency.save()
    one(world, START + 60 * DAY)
    world.save()
    found = rows(MEASURES["raising"].figures(scope(world)))
    assert found["Hillside Academy"][0] == 2
    assert "Hillside School" not in found


def test_an_agency_that_was_merged_away_keeps_what_it_raised_and_is_not_called_silent(world: World) -> None:
    one(world)
    one(world, raiser=3)
    world.save()
    world.agencies[2].is_active = world.agencies[10].is_active = False
    world.agencies[2].save()
    world.agencies[10].save()
    found = rows(MEASURES["raising"].figures(scope(world)))
    assert (found["Hillside School"][0], found["Canal Street Primary"][0]) == (1, 1)
    assert "Safe Haven" not in rows(MEASURES["silent"].figures(scope(world)))
    assert sum(int(str(cells[0])) for label, cells in found.items() if label != "All agencies") == 2


def test_two_agencies_of_one_name_are_two_pairs_and_two_that_return(world: World) -> None:
    """A directory from before names were told apart, or a school that became an academy."""
    for raiser, many in ((2, 3), (3, 4)):
        for at in range(many):
            one(world, START + at * DAY, raiser=raiser)
    world.save()
    world.agencies[3].name = world.agencies[2].name
    world.agencies[3].save()
    found = [[row.cells[0].value for row in MEASURES["pairs"].figures(scope(world)).rows]]
    found += [[row.cells[at].value for row in MEASURES["hot"].figures(scope(world)).rows] for at in (1, 2)]
    assert found == [[4, 3]] * 3


def test_an_agency_that_joined_in_the_year_is_named_beside_the_silent_ones_and_counted_among_none(world: World) -> None:
    one(world)
    world.save()
    joined, later, first = world.agencies[10], world.agencies[9], world.agencies[8]
    joined.member_since, later.member_since, first.member_since = date(2025, 9, 1), date(2026, 4, 1), date(2025, 4, 1)
    for agency in (joined, later, first):
        agency.save()
    found = MEASURES["silent"].figures(scope(world))
    assert first.name in rows(found)
    assert not {joined.name, later.name} & set(rows(found))
    assert found.note == f"Not asked of agencies that joined during the year: {joined.name} (1 September 2025)."
    kinds = rows(MEASURES["silent-kinds"].figures(scope(world)))["All member agencies"]
    assert kinds[:2] == [len(world.agencies) - 3, len(world.agencies) - 2]


def test_a_procedure_replaced_in_the_year_is_named_beside_the_comparison(world: World) -> None:
    one(world, START - 365 * DAY)
    one(world)
    second = ProcedureVersion.objects.create(
        procedure=world.version.procedure, number=2, definition={}, checksum="1" * 64, in_force_from=date(2025, 9, 1), published_at=START
    )
    StageDefinition.objects.create(version=second, position=1, key="stage-1", number="1", name="Safeguarding leads", sides="both")
    life = one(world, START + 120 * DAY)
    life.dispute.version = second
    world.save()
    assert "Escalation procedure from 1 September 2025" in MEASURES["change"].figures(scope(world)).note
    # Two texts name the first stage differently, so the tables give bare numbers.
    assert set(rows(MEASURES["highest"].figures(scope(world)))) >= {"Stage 1", "All raised"}


def test_a_disagreement_with_three_receivers_is_one_raised_three_responses_and_three_pairs(world: World) -> None:
    one(world, receivers=(0, 1, 4))
    world.save()
    assert rows(MEASURES["raised"].figures(scope(world)))["Whole year"][2] == 1
    assert rows(MEASURES["responses"].figures(scope(world)))["All stages"][3] == 3
    assert len(MEASURES["pairs"].figures(scope(world)).rows) == 3
    assert rows(MEASURES["answering"].figures(scope(world)))["All agencies"][:4] == [3, 0, 0, 3]


def test_a_response_whose_clock_began_before_the_calendar_does_is_counted_in_time_and_said_to_have_no_length(world: World) -> None:
    """The calendar carries bank holidays from 2012 on."""
    one(world)
    old = one(world, START - 15 * 366 * DAY)
    old.ask(old.runs[0], world.agencies[1], START - 15 * 366 * DAY, due=START + DAY, answered=START, until=START + 3 * DAY)
    world.save()
    assert rows(MEASURES["responses"].figures(scope(world)))["All stages"][0] == 2
    table = MEASURES["durations"].figures(scope(world))
    assert table.rows[0].cells[0].number == 1
    assert str(table.note).endswith("1 is not counted here: a day of it lies beyond the calendar of working days.")


def test_one_that_was_reopened_is_raised_once_open_again_and_no_move_up(world: World) -> None:
    life = one(world)
    life.enter(1, START + 30 * DAY)  # Reopened: another run of the stage it was in, on no ground.
    world.save()
    found = scope(world)
    assert rows(MEASURES["raised"].figures(found))["Whole year"][2] == 1
    assert rows(MEASURES["other"].figures(found))["Open at the end of the year"] == [1]
    assert rows(MEASURES["other"].figures(found))["Closed in the year"] == [0]
    assert not MEASURES["grounds"].figures(found).rows
    moves = next(cells for label, cells in rows(MEASURES["moves"].figures(found)).items() if label.startswith("Stage 1"))
    assert moves[:2] == [1, 0]


def test_what_was_recorded_after_the_year_counts_when_it_was_recorded(world: World) -> None:
    """Closed on 2 April, whatever is said of when it was settled: next year's closing, this year's open one."""
    life = one(world, datetime(2026, 3, 20, 9, tzinfo=UTC))
    life.finish(datetime(2026, 4, 2, 9, tzinfo=UTC), State.CLOSED, resolved_at=datetime(2026, 3, 30, 9, tzinfo=UTC))
    world.save()
    assert rows(MEASURES["other"].figures(scope(world)))["Closed in the year"] == [0]
    assert rows(MEASURES["other"].figures(scope(world)))["Open at the end of the year"] == [1]
    assert rows(MEASURES["other"].figures(scope(world, 2026)))["Closed in the year"] == [1]


def test_a_response_that_happened_in_time_and_was_recorded_late_is_late_and_shown_apart(world: World) -> None:
    life = Life.begin(world, START, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
    life.ask(
        life.enter(1, START), life.receivers[0], START, due=START + DAY, answered=START + 2 * DAY, until=START + 3 * DAY, happened=START + DAY / 2
    )
    world.save()
    assert rows(MEASURES["responses"].figures(scope(world)))["All stages"][:3] == [0, 1, 0]
    assert rows(MEASURES["agreed"].figures(scope(world)))["All stages"][6] == 1


def test_half_a_year_is_compared_with_half_of_the_year_before(world: World) -> None:
    half = datetime(2025, 9, 30, 12, tzinfo=UTC)
    for at in (START - 365 * DAY, datetime(2024, 12, 2, 9, tzinfo=UTC), START):
        one(world, at)
    world.save()
    found = MEASURES["change"].figures(scope(world, 2025, half))
    assert rows(found)["Raised"][:2] == [1, 1]
    assert "compared with as many days of the year before" in found.note
    assert rows(MEASURES["change"].figures(scope(world)))["Raised"][:2] == [1, 2]


def test_without_a_year_before_there_is_nothing_to_compare_with(world: World) -> None:
    one(world)
    world.save()
    document = figures(world.partnership, Year(2025), Edition.PUBLIC, NOW)
    assert {key: tables(document)[key].rows for key in ("change", "change-in-time") if key in tables(document)} == {"change": ()}
    page = render_to_string("reports/_annual.html", context_of(document, charts.WIDE))
    assert "This year and the year before.</strong> Nothing is on record from before: there is no earlier year to compare with." in page


def test_a_change_in_per_cent_needs_twenty_in_both_years(world: World) -> None:
    for at in range(20):
        one(world, START + at * DAY)
        one(world, START - (365 + at) * DAY + 30 * DAY)
    world.save()
    texts = {
        row.label: row.cells[3].text(MEASURES["change"].figures(scope(world)).columns[3].unit)
        for row in MEASURES["change"].figures(scope(world)).rows
    }
    assert texts["Raised"] == "0%"
    assert texts["Closed"] == "[z]"


@pytest.mark.parametrize("edition", Edition)
def test_a_year_with_nothing_makes_both_editions(world: World, edition: Edition) -> None:
    document = figures(world.partnership, Year(2025), edition, NOW)
    assert document.is_empty
    assert "change" not in tables(document)


def test_a_year_to_come_is_refused_in_both_editions(world: World) -> None:
    for edition in Edition:
        with pytest.raises(InvalidInput, match="has not begun"):
            build(Scope(world.partnership, Year(2031), NOW, edition))
