"""The document of a year: running, empty, to come; and rules of counting that one case shows best."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from agencies.errors import InvalidInput
from escalation.states import ClockState, EventKind, Route, State
from reports import charts, rendering
from reports.document import build
from reports.figures import Cell, Column, Edition, Row, Table, Unit
from reports.measures import MEASURES, Scope
from reports.measures.partnership import Finding, findings_table
from reports.periods import Year
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2025, 6, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@kept_fixture
def world() -> World:
    return make_world()


def scope(world: World, year: int = 2025, edition: Edition = Edition.INTERNAL) -> Scope:
    return Scope(world.partnership, Year(year), NOW, edition)


def one(world: World, at: datetime = START, **fields: object) -> Life:
    life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"], **fields)
    life.enter(1, at)
    return life


def answer(life: Life, answered: datetime | None, until: datetime = START + 3 * DAY) -> None:
    life.ask(life.runs[0], life.receivers[0], START, due=START + DAY, answered=answered, until=until)


def responses(world: World) -> list[object]:
    world.save()
    return [cell.value for row in MEASURES["responses"].figures(scope(world)).rows if row.is_total for cell in row.cells]


def raised(world: World, year: int) -> int:
    return int(MEASURES["raised"].figures(scope(world, year)).total(2).number)


def test_half_past_midnight_in_london_on_the_first_of_april_is_the_new_year(world: World) -> None:
    one(world, datetime(2025, 3, 31, 23, 30, tzinfo=UTC))
    world.save()
    assert (raised(world, 2024), raised(world, 2025)) == (0, 1)


def test_a_response_at_the_due_moment_is_in_time(world: World) -> None:
    answer(one(world), START + DAY)
    assert responses(world)[:4] == [1, 0, 0, 1]


def test_a_response_one_second_later_is_late(world: World) -> None:
    answer(one(world), START + DAY + SECOND)
    assert responses(world)[:4] == [0, 1, 0, 1]


def test_no_response_after_the_due_moment_counts_as_none(world: World) -> None:
    answer(one(world), None)
    assert responses(world)[:4] == [0, 0, 1, 1]


def test_a_stage_left_before_the_due_moment_needed_no_response(world: World) -> None:
    answer(one(world), None, until=START + DAY / 2)
    assert responses(world) == [0, 0, 0, 0, None, 1, 0]


def test_a_clock_that_an_urgent_one_replaced_is_not_counted(world: World) -> None:
    life = one(world)
    clock = life.ask(life.runs[0], life.receivers[0], START, due=START + DAY, answered=None, until=START + DAY / 2)
    clock.state = ClockState.SUPERSEDED
    world.save()
    assert MEASURES["responses"].figures(scope(world)).rows == ()


def test_a_stage_inside_the_own_agency_is_kept_apart(world: World) -> None:
    Life.begin(world, START, world.agencies[2], [], NOW, themes=["delay"]).enter(1, START)
    world.save()
    assert raised(world, 2025) == 0
    assert MEASURES["other"].figures(scope(world)).rows[0].cells[0].value == 1


def test_a_disagreement_with_two_receiving_agencies_counts_once_in_the_total_and_once_in_each_pair(world: World) -> None:
    life = Life.begin(world, START, world.agencies[2], world.agencies[:2], NOW, themes=["delay"])
    run = life.enter(1, START)
    for agency in life.receivers:
        life.ask(run, agency, START, due=START + DAY, answered=START, until=NOW)
    world.save()
    assert raised(world, 2025) == 1
    assert [row.cells[0].value for row in MEASURES["pairs"].figures(scope(world)).rows] == [1, 1]


def test_a_reopened_disagreement_entered_its_stage_once(world: World) -> None:
    life = one(world)
    life.enter(1, START + DAY)
    world.save()
    assert MEASURES["moves"].figures(scope(world)).rows[0].cells[0].value == 1


def test_a_withdrawn_one_counts_as_raised_and_is_shown_apart(world: World) -> None:
    one(world).finish(START + DAY, State.WITHDRAWN)
    world.save()
    table = MEASURES["raised"].figures(scope(world))
    assert [table.total(at).value for at in range(3)] == [0, 1, 1]


def test_a_year_without_data_says_so(world: World) -> None:
    document = build(scope(world))
    assert document.is_empty
    assert document.summary[0].startswith("No disagreement is on record for the year from 1 April 2025 to 31 March 2026")
    assert [section.key for section in document.sections] == ["agencies", "directory"]


def test_a_year_with_one_open_since_before_is_not_empty(world: World) -> None:
    one(world, datetime(2025, 3, 3, tzinfo=UTC))
    world.save()
    assert not build(scope(world)).is_empty


def test_a_running_year_says_so_far(world: World) -> None:
    one(world, datetime(2026, 5, 4, tzinfo=UTC))
    world.save()
    document = build(scope(world, 2026))
    assert document.is_running
    assert "The year is not over: the figures are those of the year so far." in document.method


def test_quarters_to_come_are_not_applicable_rather_than_zero(world: World) -> None:
    table = MEASURES["raised"].figures(scope(world, 2026))
    assert [row.cells[2].text(table.columns[2].unit) for row in table.rows] == ["0", "0", "0", "[z]", "0"]


@pytest.mark.parametrize("edition", Edition)
def test_a_year_to_come_is_refused(world: World, edition: Edition) -> None:
    with pytest.raises(InvalidInput, match="has not begun"):
        build(scope(world, 2027, edition))


def test_every_measure_is_in_a_chapter_with_its_definition(world: World) -> None:
    one(world)
    world.save()
    for edition in Edition:
        for section in build(scope(world, edition=edition)).sections:
            assert len(section.tables) == len(section.definitions)
            assert all(definition.words for definition in section.definitions)


def test_a_table_of_words_gives_its_room_to_the_last_column_and_a_table_with_figures_does_not(world: World) -> None:
    found = findings_table([Finding(NOW, "panel", True, "The threshold document was read in two ways.")])
    assert rendering.shown(found, charts.WIDE).is_prose
    one(world)
    world.save()
    tables = [table for section in build(scope(world)).sections for table in section.tables if table.rows]
    assert len(tables) > 10
    assert not [table.key for table in tables if rendering.shown(table, charts.WIDE).is_prose]


@pytest.mark.parametrize(("rows", "units", "stacked"), [(12, 3, True), (13, 3, False), (12, 2, False), (12, 6, True), (12, 7, False)])
def test_a_few_rows_of_more_figures_than_a_telephone_is_wide_are_blocks_there(rows: int, units: int, *, stacked: bool) -> None:
    found = Table("some", "Some", "Quarter", (Column("Figure"),) * units, (Row("A quarter", (Cell(1),) * units),) * rows)
    assert rendering.shown(found, charts.WIDE).is_stacked is stacked
    worded = replace(found, columns=(*found.columns[1:], Column("Words", Unit.TEXT)))
    assert not rendering.shown(worded, charts.WIDE).is_stacked


@pytest.mark.parametrize(("unit", "words"), [(Unit.CHANGE, "0%"), (Unit.DIFFERENCE, "0")])
def test_no_change_is_printed_in_the_columns_own_unit(unit: Unit, words: str) -> None:
    assert Cell(0).text(unit) == words


def test_another_partnerships_disagreements_are_not_counted(world: World) -> None:
    other = make_world()
    one(other)
    other.save()
    assert raised(world, 2025) == 0


def test_the_documentation_gives_every_definition_as_it_is_printed() -> None:
    page = (Path(settings.ROOT) / "docs" / "measures.md").read_text(encoding="utf-8")
    for measure in MEASURES.values():
        assert f"- **{measure.name}**{'' if measure.public else ' (internal only)'}: {measure.words}\n" in page


def test_a_mediation_without_agreement_stands_beside_the_panel_that_was_chosen_after_it_and_in_no_public_edition(world: World) -> None:
    life = one(world)
    for kind, route in ((EventKind.NOT_AGREED, Route.MEDIATION), (EventKind.DECIDED, Route.PANEL)):
        life.event(kind, START + DAY, START + DAY).facts = {"route": route}
    world.save()
    internal, public = (
        {table.key: table for section in build(scope(world, edition=edition)).sections for table in section.tables} for edition in Edition
    )
    table = internal["came-of-routes"]
    came = {row.label: [cell.text(column.unit) for column, cell in zip(table.columns, row.cells, strict=True)] for row in table.rows}
    assert came == {"Mediation": ["0", "1", "1"], "Resolution panel": ["1", "0", "1"], "All routes": ["1", "1", "2"]}
    assert "came-of-routes" not in public
