"""What a count is called: later editions know it again, whatever is printed in its row then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from escalation.models import ProcedureVersion, StageDefinition
from escalation.states import State
from reports.earlier import counts_of, published
from reports.editions import suppress
from reports.figures import Edition, Gather, Table, Unit
from reports.gathering import gathered
from reports.issuing import issue, public_document
from reports.measures import Scope, figures_of
from reports.measures.base import ACTIONS_DUE, ACTIONS_IN_TIME
from reports.models import IssuedEdition
from reports.periods import Pool, Year
from reports.printed_names import keyed
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate
from tests.reports.odd_ends import add_returns
from tests.reports.test_editions import tables_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
JUNE = datetime(2025, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return make_world()


def ended(world: World, *reached: tuple[int, int]) -> None:
    """So many that were settled at each stage."""
    for stage, many in reached:
        for _ in range(many):
            life = Life.begin(world, JUNE, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
            life.enter(1, JUNE)
            if stage > 1:
                life.enter(stage, JUNE + DAY)
            life.finish(JUNE + 5 * DAY, State.CLOSED, resolved_at=JUNE + 5 * DAY)
    world.save()


def another_procedure(world: World, *, stages: int = 4) -> None:
    """One whose stages have other names is published, and one disagreement of a later year follows it."""
    version = ProcedureVersion.objects.create(
        procedure=world.version.procedure, number=2, definition={}, checksum="1" * 64, in_force_from="2026-06-01", published_at=NOW
    )
    for place in range(1, stages + 1):
        StageDefinition.objects.create(
            version=version, position=place, key=f"stage-{place}", number=str(place), name=f"Other people {place}", sides="both"
        )
    world.version = version
    at = datetime(2026, 7, 1, 9, tzinfo=UTC)
    Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"]).enter(1, at)
    world.save()


def make(world: World) -> list[Table]:
    document = public_document(world.partnership, Year(2025), NOW)
    issue(world.partnership, document, NOW)
    return tables_of(document)


def of(tables: list[Table], key: str) -> list[str]:
    return [row.cells[0].text(Unit.COUNT) for table in tables if table.key == key for row in table.rows]


@pytest.mark.parametrize("grown", [0, 4])
@pytest.mark.parametrize("stages", [4, 5])
def test_a_count_hidden_once_stays_hidden_when_the_stages_have_other_names(world: World, grown: int, stages: int) -> None:
    """Nine, two and nine: with nothing remembered another of the nines would be hidden, or grown ones shown, and the two editions tell all."""
    ended(world, (1, 30), (2, 9), (3, 2), (4, 9))
    first = make(world)
    ended(world, (3, grown), (4, grown))
    another_procedure(world, stages=stages)
    second = make(world)
    labels = [[row.label for table in each if table.key == "settled" for row in table.rows if not row.of] for each in (first, second)]
    assert labels[0][0] == "Stage 1: team managers"
    assert labels[1][0] == "Stage 1"
    assert "[c]" in of(first, "settled")
    if not grown and stages == 4:
        assert of(second, "settled") == of(first, "settled")
        assert of(second, "highest") == of(first, "highest")
    assert not published(first).hidden & published(second).shown.keys()


def stripped(table: Table) -> Table:
    """As it was stored before rows and columns had keys."""
    rows = tuple(
        replace(row, key="", cells=tuple(replace(cell, key=_by_label(cell.key, str(row.label))) for cell in row.cells)) for row in table.rows
    )
    return replace(table, rows=rows, columns=tuple(replace(column, key="") for column in table.columns))


def _by_label(key: str, label: str) -> str:
    if key in {ACTIONS_DUE, ACTIONS_IN_TIME}:
        return ""
    learnt, colon, rest = key.partition(": ")
    return f"{learnt}: {label}{''.join(rest.partition('@')[1:])}" if colon else key


def names(tables: list[Table]) -> list[object]:
    return [name for table in tables if table.counts_people for name, _cell in counts_of(table)]


@pytest.mark.parametrize("period", [Year(2025), Pool(2025)])
def test_every_count_of_an_edition_stored_without_keys_has_the_name_that_it_has_now(world: World, period: Year | Pool) -> None:
    for year in (2024, 2025):
        generate(world, 150, starts=Year(year).starts, ends=Year(year).ends, now=NOW, seed=year)
    add_returns(world)
    counted = list(figures_of(Scope(world.partnership, period, NOW, Edition.PUBLIC)).values())
    assert names(keyed([stripped(table) for table in counted])) == names(counted)
    put = [gathered(table) if table.gather else table for table in counted]
    as_stored = [stripped(gathered(stripped(table))) if table.gather else stripped(table) for table in counted]
    gathers = [[row.of for table in each for row in table.rows if row.of] for each in (put, keyed(as_stored))]
    assert gathers[0] == gathers[1] != []
    # Where the order of the small ones decides, names stand in the order of what they are called.
    assert set(names(keyed(as_stored))) == set(names(put))


def test_rows_and_columns_of_every_public_table_have_keys_and_no_two_counts_share_a_name_by_chance(world: World) -> None:
    generate(world, 150, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=4)
    add_returns(world)
    for table in figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)).values():
        if not table.counts_people or table.key in {"change", "change-in-time", "actions-before"}:  # All their cells have keys of their own.
            continue
        assert all(row.key for row in table.rows if not row.is_total), table.key
        assert all(column.key for column in table.columns if column.unit is Unit.COUNT), table.key
        found = [name for name, _cell in counts_of(table) if not isinstance(name, str)]
        assert len(found) == len(set(found)), table.key


def test_an_edition_stored_without_keys_is_kept_to(world: World) -> None:
    ended(world, (1, 30), (2, 9), (3, 2), (4, 9))
    first = public_document(world.partnership, Year(2025), NOW)
    data = replace(first, sections=tuple(replace(part, tables=tuple(map(stripped, part.tables))) for part in first.sections)).as_json()
    IssuedEdition.objects.create(partnership=world.partnership, year=2025, issued_at=NOW, document=data)
    ended(world, (3, 4), (4, 4))
    another_procedure(world)
    hidden, second = published(tables_of(first)).hidden, published(tables_of(public_document(world.partnership, Year(2025), NOW)))
    assert hidden
    assert not hidden & second.shown.keys()


def test_rows_are_put_together_by_what_they_are_and_not_by_what_is_printed(world: World) -> None:
    generate(world, 40, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=3)
    tables = suppress(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)))
    of_all = set(chain.from_iterable(row.of for table in tables.values() if table.gather is Gather.NEIGHBOURS for row in table.rows))
    assert of_all
    assert all(name.isdigit() or name == "none" for name in of_all)
