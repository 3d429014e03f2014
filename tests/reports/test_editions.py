"""The public edition: no small count, none that can be worked out, no agency by name."""

import json
from datetime import UTC, datetime

import pytest

from reports.disclosure import SMALL, exposed
from reports.document import build
from reports.editions import _grids, _values, suppress
from reports.figures import Cell, Document, Edition, Mark, Table, Unit
from reports.measures import Scope, figures_of
from reports.periods import Year
from tests.reports.builders import SOME_AGENCIES, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def scope_of(number: int, seed: int, edition: Edition = Edition.PUBLIC) -> Scope:
    world = make_world()
    generate(world, number, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=seed)
    return Scope(world.partnership, Year(2025), NOW, edition)


def shown_counts(table: Table) -> list[Cell]:
    return [cell for row in table.rows for column, cell in zip(table.columns, row.cells, strict=True) if column.unit is Unit.COUNT and not cell.mark]


@pytest.mark.parametrize(("number", "seed"), [(2, 1), (9, 2), (40, 3), (150, 4)])
def test_no_small_count_is_shown_and_none_can_be_worked_out(number: int, seed: int) -> None:
    open_tables = figures_of(scope_of(number, seed))
    tables = suppress(open_tables)
    for key, table in open_tables.items():
        if table.counts_people:
            values = dict(_values(table))
            hidden = {name for (name, _), cell in zip(_values(table), _cells(tables[key]), strict=True) if cell.mark is Mark.HIDDEN}
            assert not any(cell.value in SMALL for cell in shown_counts(tables[key]))
            assert not any(exposed(grid, values, hidden) for grid in _grids(table))


def _cells(table: Table) -> list[Cell]:
    return [cell for row in table.rows for column, cell in zip(table.columns, row.cells, strict=True) if column.unit is Unit.COUNT]


def test_a_quantity_in_several_tables_is_hidden_in_all_or_in_none() -> None:
    tables = suppress(figures_of(scope_of(9, 2)))
    for key in ("raised", "closed"):
        marks = {cell.mark for table in tables.values() for row in table.rows for cell in row.cells if cell.key == key}
        assert len(marks) == 1


def test_percentages_of_fewer_than_ten_are_hidden() -> None:
    for table in suppress(figures_of(scope_of(40, 3))).values():
        for row in table.rows if table.counts_people else ():
            for column, cell in zip(table.columns, row.cells, strict=True):
                base = row.cells[column.share[1]] if column.share and column.share[1] is not None else None
                if base is not None and 0 < base.number < 10:
                    assert cell.mark is Mark.HIDDEN


def test_zeros_are_shown() -> None:
    tables = suppress(figures_of(scope_of(40, 3)))
    assert any(cell.value == 0 for table in tables.values() for cell in shown_counts(table))


def test_no_agency_is_named() -> None:
    text = json.dumps(build(scope_of(80, 5)).as_json())
    assert not [name for name, _ in SOME_AGENCIES if name in text]


def test_the_internal_edition_shows_small_counts_and_names_agencies() -> None:
    scope = scope_of(40, 3, Edition.INTERNAL)
    text = json.dumps(build(scope).as_json())
    assert '"mark": "c"' not in text
    assert "Hillside School" in text


@pytest.mark.parametrize("edition", Edition)
def test_a_document_survives_storage_unchanged(edition: Edition) -> None:
    document = build(scope_of(30, 6, edition))
    assert Document.of(json.loads(json.dumps(document.as_json()))) == document
