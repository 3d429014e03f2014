"""The public edition: no small count, none that can be worked out, no agency by name."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from types import MappingProxyType

import pytest

from agencies.errors import InvalidInput
from escalation.states import Ground, State
from reports.disclosure import SMALL, Grid
from reports.document import build
from reports.earlier import Earlier, name_of, published
from reports.editions import Exposed, suppress, suppressed
from reports.figures import Block, Cell, Column, Document, Edition, Gather, Mark, Row, Table, Unit
from reports.gathering import gathered
from reports.issuing import issue, public_document
from reports.measures import Scope, figures_of
from reports.measures.base import with_total
from reports.models import IssuedEdition
from reports.periods import Pool, Year
from reports.proof import Hiding, System, protected
from reports.sums import grids_of
from tests.reports.bounds import exposed, one_way_only, told_by_order
from tests.reports.builders import SOME_AGENCIES, Life, World, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def scope_of(number: int, seed: int, edition: Edition = Edition.PUBLIC) -> Scope:
    world = make_world()
    generate(world, number, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=seed)
    return Scope(world.partnership, Year(2025), NOW, edition)


@cache
def counted(number: int, seed: int) -> Mapping[str, Table]:
    """The figures of the generated year, which are the same for whoever asks."""
    return MappingProxyType(figures_of(scope_of(number, seed)))


def shown_counts(table: Table) -> list[Cell]:
    return [cell for row in table.rows for column, cell in zip(table.columns, row.cells, strict=True) if column.unit is Unit.COUNT and not cell.mark]


@pytest.mark.parametrize(("number", "seed"), [(2, 1), (9, 2), (40, 3), (150, 4)])
def test_no_small_count_is_shown_and_none_can_be_worked_out(number: int, seed: int) -> None:
    found = suppressed(counted(number, seed))
    assert found.unproven == set()
    for name, move in found.proofs.items():
        assert move[name]
        assert Hiding(found.system, found.hidden).fits(move)
    for table in found.tables.values():
        if table.counts_people:
            assert not any(cell.value in SMALL for cell in shown_counts(table))
            assert not any(exposed(grid, found.system.values, found.hidden) for grid in grids_of(table))
            assert told_by_order(table, found.system.values, found.proofs) == []
    for left, right in flows(found.system.values):
        assert one_way_only(left, right, found.system.values, found.hidden) == []


def flows(names: Collection[object]) -> list[tuple[list[object], list[object]]]:
    """What a reader of the method knows besides the tables: who was open before and who was raised is closed, withdrawn or open at the end."""
    before = [name for name in names if str(name).startswith("open@")]
    return [([*before, "raised"], ["closed", "withdrawn", "open"])]


LAST_JUNE, JUNE = datetime(2024, 6, 3, 9, tzinfo=UTC), datetime(2025, 6, 2, 9, tzinfo=UTC)


def raised(world: World, at: datetime, ended: datetime | None = None, state: State = State.CLOSED) -> None:
    life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
    life.enter(1, at)
    if ended:
        life.finish(ended, state, **({"resolved_at": ended} if state == State.CLOSED else {}))


def test_the_order_of_the_rows_tells_no_hidden_count(world: World) -> None:
    """Two hidden ones come to three: the first of them would be two if they stood most first."""
    moved_up(world)
    tables = figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC))
    assert [row.cells[0].number for row in tables["grounds"].rows] == [20, 9, 2, 1, 32]
    published = suppress({"grounds": tables["grounds"]})["grounds"]
    assert [(row.label, row.cells[0].text(Unit.COUNT)) for row in published.rows] == [
        ("Not resolved", "20"), ("No response", "9"), ("Delay", "[c]"), ("Risk", "[c]"), ("All moves", "32"),
    ]  # fmt: skip


def moved_up(world: World) -> None:
    for ground, many in ((Ground.NOT_RESOLVED, 20), (Ground.NO_RESPONSE, 9), (Ground.RISK, 2), (Ground.DELAY, 1)):
        for at in range(many):
            life = Life.begin(world, JUNE, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
            life.enter(1, JUNE)
            life.enter(2, JUNE + (at + 1) * DAY, ground)
    world.save()


def early_table(*quarters: tuple[int, int, int]) -> Table:
    columns = (Column("Matters"), Column("Agencies that returned", Unit.AGENCIES), Column("Of them nil", Unit.AGENCIES))
    rows = [(f"Q{at}", tuple(map(Cell, quarter))) for at, quarter in enumerate(quarters, start=1)]
    total = Row("All returned", (Cell(sum(quarter[0] for quarter in quarters)), Cell(), Cell()), is_total=True)
    return Table("early", "E", "Quarter", columns, (*(Row(label, cells) for label, cells in rows), total), (Block((0,)),))


@pytest.mark.parametrize(
    "quarters", [((5, 5, 0),), ((5, 5, 0), (1, 1, 0)), ((4, 3, 0), (3, 4, 1)), ((9, 9, 0), (2, 2, 0), (3, 4, 1)), ((3, 1, 0), (4, 1, 0))]
)
def test_how_many_agencies_returned_gives_no_hidden_number_of_matters_away(quarters: tuple[tuple[int, int, int], ...]) -> None:
    """Five agencies returned, none of them nil: five matters at least. The reader tries every number of each quarter that fits what is shown."""
    *rows, total = suppress({"early": early_table(*quarters)})["early"].rows
    least = [1 if row.cells[2].mark else row.cells[1].number - row.cells[2].number for row in rows]
    may = [range(at_least, 15) if row.cells[0].mark else [row.cells[0].number] for row, at_least in zip(rows, least, strict=True)]
    fitting = [guess for guess in product(*may) if total.cells[0].mark or sum(guess) == total.cells[0].number]
    for at, row in enumerate(rows):
        assert not row.cells[0].mark or len({guess[at] for guess in fitting}) > 1
    assert not total.cells[0].mark or len({sum(guess) for guess in fitting}) > 1


def test_how_many_agencies_returned_nil_is_not_said_beside_a_hidden_number_of_matters_and_is_beside_a_shown_one() -> None:
    """Five agencies, none of them nil, and a number that the rule hides: from one to five it would be five."""
    rows = suppress({"early": early_table((5, 5, 0))})["early"].rows
    assert [cell.text(Unit.COUNT) for cell in rows[0].cells] == ["[c]", "5", "[c]"]
    rows = suppress({"early": early_table((12, 5, 1), (0, 3, 3))})["early"].rows
    assert [[cell.text(Unit.COUNT) for cell in row.cells] for row in rows[:2]] == [["12", "5", "1"], ["0", "3", "3"]]


def test_what_an_edition_before_told_of_the_agencies_that_returned_is_still_known() -> None:
    """It showed five agencies and no nil beside a hidden number: whatever the next one leaves out, that number is five at least, and so five."""
    given_away = Earlier(hidden=frozenset({("early", "Q1", "Matters")}), shown={("early", "Q1", "least"): 5})
    with pytest.raises(Exposed):
        suppress({"early": early_table((5, 5, 0))}, given_away)
    assert suppress({"early": early_table((4, 4, 0))}, replace(given_away, shown={("early", "Q1", "least"): 4}))


def kinds_table(*raised: int) -> Table:
    columns, rows = (Column("Police"), Column("All")), with_total([(f"Kind {at}", [many, many]) for at, many in enumerate(raised)], "All")
    return Table("kinds", "K", "Raised by", columns, tuple(rows), (Block((0,), total=1),), gather=Gather.OTHERS, most_first=1)


def silent_table(*members: tuple[int, int]) -> Table:
    columns, rows = (Column("Raised none"), Column("Member agencies")), with_total([(f"Kind {at}", kind) for at, kind in enumerate(members)], "All")
    return Table("silent-kinds", "S", "Kind", columns, tuple(rows), counts_people=False)


@pytest.mark.parametrize(
    ("raised", "members"),
    [((4, 3), [(0, 4), (0, 3)]), ((4, 3, 30), [(0, 4), (0, 3), (2, 9)]), ((4, 4, 30), [(0, 4), (0, 3), (2, 9)]), ((1, 2, 3, 40, 50), [(0, 1)] * 5)],
)
def test_how_many_agencies_raised_none_gives_no_hidden_kind_away_apart_or_put_together(
    raised: tuple[int, ...], members: list[tuple[int, int]]
) -> None:
    """Four schools and three others, none of them silent, are four and three where both are seven: a reader knows which stand together."""
    tables = suppress({"kinds": kinds_table(*raised), "silent-kinds": silent_table(*members)})
    *rows, total = tables["kinds"].rows
    least = {f"Kind {at}": every - none for at, (none, every) in enumerate(members)}
    for column in (0, 1):
        told = [(row.cells[column], sum(least[of] for of in row.of or [row.label])) for row in rows]
        may = [range(at_least, 60) if cell.mark else [cell.number] for cell, at_least in told]
        fitting = [guess for guess in product(*may) if total.cells[column].mark or sum(guess) == total.cells[column].number]
        for at, row in enumerate(rows):
            assert not row.cells[column].mark or len({guess[at] for guess in fitting}) > 1
            assert row.cells[column].mark or not row.of or row.cells[column].number > sum(least[of] for of in row.of)


def test_columns_and_rows_put_together_stand_in_an_order_of_their_own_in_the_public_edition() -> None:
    for tables, is_public in ((counted(150, 4), True), (figures_of(scope_of(60, 4, Edition.INTERNAL)), False)):
        table = tables["kinds"]
        across = [column.label for column in table.columns[:-1]]
        sums = [cell.number for cell in table.rows[-1].cells[:-1]]
        assert (across == sorted(across)) == is_public
        assert (sums == sorted(sums, reverse=True)) != is_public
    rows = with_total([("Delay", [9]), ("Risk", [2]), ("Another", [1]), ("Health", [4])], "All")
    table = Table("t", "T", "Ground", (Column("Moves"),), tuple(rows), (Block((0,)),), gather=Gather.OTHERS, most_first=0)
    [put] = [row for row in gathered(table).rows if row.of]
    assert put.of == ("Another", "Health", "Risk")


def test_in_a_first_year_the_raised_and_the_open_ones_do_not_tell_how_many_were_closed(world: World) -> None:
    """Ten were raised, eight are open, none was withdrawn, and the report says that nothing is on record from before."""
    for at in range(10):
        raised(world, JUNE + at * DAY, JUNE + (at + 9) * DAY if at < 2 else None)
    world.save()
    found = suppressed(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)))
    values = found.system.values
    assert [values[name] for name in ("raised", "closed", "withdrawn", "open")] == [10, 2, 0, 8]
    [(left, right)] = flows(values)
    assert left == ["raised"]
    assert one_way_only(left, right, values, {"closed"}) == ["closed"]
    assert "closed" in found.hidden
    assert one_way_only(left, right, values, found.hidden) == []


def test_what_came_and_went_in_the_year_gives_no_hidden_count_away(world: World) -> None:
    """Twenty were open before, forty were raised, thirty closed and three withdrawn: the others would say how many, to the digit."""
    for at in range(20):
        raised(world, LAST_JUNE + at * DAY, JUNE + at * DAY if at < 3 else None, State.WITHDRAWN)
    for at in range(40):
        raised(world, JUNE + at * DAY, JUNE + (at + 9) * DAY if at < 30 else None)
    world.save()
    found = suppressed(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)))
    values = found.system.values
    assert [values[name] for name in ("open@2024", "raised", "closed", "withdrawn", "open")] == [20, 40, 30, 3, 27]
    [(left, right)] = flows(values)
    assert one_way_only(left, right, values, {"withdrawn"}) == ["withdrawn"]
    assert one_way_only(left, right, values, found.hidden) == []


@pytest.mark.parametrize(("number", "seed"), [(9, 2), (40, 3)])
def test_a_proof_holds_against_the_printed_tables_themselves(number: int, seed: int) -> None:
    found = suppressed(counted(number, seed))
    for table in found.tables.values():
        for at, row in enumerate(table.rows if table.counts_people else ()):
            for across, column in enumerate(table.columns):
                if column.unit is Unit.COUNT:
                    name, cell = name_of(table, at, across), row.cells[across]
                    assert (cell.mark is Mark.HIDDEN) == (name in found.hidden)
                    assert cell.mark or cell.value == found.system.values[name]


def test_a_later_edition_hides_what_an_earlier_one_hid(world: World) -> None:
    write(world, 40, seed=3)
    first = published(tables_of(public_document(world.partnership, Year(2025), NOW)))
    issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    write(world, 60, seed=9)  # Recorded late: small counts have grown.
    second = published(tables_of(public_document(world.partnership, Year(2025), NOW)))
    assert first.hidden
    assert not {name for name in first.hidden if name in second.shown}
    fresh = published(suppress(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC))).values())
    assert {name for name in first.hidden if name in fresh.shown}, "without the earlier edition some would have been shown"


def test_what_is_shown_already_guards_nothing_and_something_else_is_hidden_instead() -> None:
    grid = Grid((("a",), ("b",), ("c",), ("all",)), total_column=False)
    values = {"a": 2, "b": 9, "c": 20, "all": 31}
    hidden, proofs = protected(System([grid], values, known={"b"}))
    assert hidden == {"a", "c"} == proofs.keys()


def test_an_edition_of_which_a_hidden_count_could_be_worked_out_is_refused_by_the_name_of_its_table(world: World) -> None:
    """An edition was issued that gave the two small ones away."""
    moved_up(world)
    first, counted = public_document(world.partnership, Year(2025), NOW), figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC))
    given_away = [
        replace(part, tables=tuple(counted["grounds"] if table.key == "grounds" else table for table in part.tables)) for part in first.sections
    ]
    issue(world.partnership, replace(first, sections=tuple(given_away)), NOW)
    with pytest.raises(
        InvalidInput, match="in the table “Why those raised in the year were moved up” a number that it must hide could be worked out"
    ) as refused:
        public_document(world.partnership, Year(2025), NOW)
    assert "The edition that was issued on 22 November 2026 stands: give that one out again" in refused.value.message


def test_a_year_whose_small_numbers_the_year_after_showed_has_no_safe_edition_and_that_is_said(world: World) -> None:
    """Three in 2024/25; the edition of the year after was altered so that it shows them beside its own."""
    write(world, 3, seed=3, year=2024)
    write(world, 40, seed=4)
    after, counted = public_document(world.partnership, Year(2025), NOW), figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC))
    shown = [replace(section, tables=tuple(counted.get(table.key, table) for table in section.tables)) for section in after.sections]
    issue(world.partnership, replace(after, sections=tuple(shown)), NOW)
    with pytest.raises(InvalidInput, match="could be worked out. Nothing of it can be published safely beside what was issued"):
        public_document(world.partnership, Year(2024), NOW)


def test_what_an_earlier_edition_gave_away_is_said_to_be_unproven() -> None:
    grid = Grid((("a",), ("b",), ("all",)), total_column=False)
    hidden, proofs = protected(System([grid], {"a": 2, "b": 9, "all": 11}, known={"b", "all"}))
    assert hidden - proofs.keys() == {"a"}


def test_last_years_figures_stand_as_they_were_published_and_hidden_ones_stay_hidden(world: World) -> None:
    write(world, 8, seed=3, year=2024)
    write(world, 60, seed=4)
    issue(world.partnership, public_document(world.partnership, Year(2024), NOW), NOW)
    last = published(tables_of(public_document(world.partnership, Year(2024), NOW)))
    write(world, 30, seed=5, year=2024)
    row = next(table for table in tables_of(public_document(world.partnership, Year(2025), NOW)) if table.key == "change").rows
    for line, key in zip(row, ("raised", "closed", "open", "referred", "panels", "learnt"), strict=True):
        cell = line.cells[1]
        assert (cell.mark is Mark.HIDDEN) == (key in last.hidden)
        assert cell.mark or cell.number == last.shown[key]
        assert not cell.mark or line.cells[2].mark is Mark.HIDDEN


def test_an_edition_of_last_year_that_comes_later_keeps_to_what_this_years_one_says_of_it(world: World) -> None:
    write(world, 8, seed=3, year=2024)
    write(world, 60, seed=4)
    issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    write(world, 30, seed=5, year=2024)
    this = published(tables_of(public_document(world.partnership, Year(2025), NOW)))
    last = published(tables_of(public_document(world.partnership, Year(2024), NOW)))
    said = {str(name).removesuffix("@2024") for name in this.hidden if str(name).endswith("@2024")}
    assert said
    assert not said & last.shown.keys()


def test_small_categories_are_put_together_where_hiding_would_empty_the_table_and_stay_so(world: World) -> None:
    write(world, 40, seed=3)
    document = public_document(world.partnership, Year(2025), NOW)
    put = {table.key: [row.of for row in table.rows if row.of] for table in tables_of(document)}
    assert any(put.values())
    issue(world.partnership, document, NOW)
    write(world, 300, seed=6)
    later = {table.key: [row.of for row in table.rows if row.of] for table in tables_of(public_document(world.partnership, Year(2025), NOW))}
    assert {key: groups for key, groups in later.items() if groups} == {key: groups for key, groups in put.items() if groups}


def test_rows_are_put_together_with_their_neighbours_where_they_have_an_order() -> None:
    columns, blocks = (Column("Raised"), Column("Share", Unit.PERCENT, (0, None))), (Block((0,)),)
    rows = with_total([("Stage 1: one", [12]), ("Stage 2: two", [3]), ("Stage 3: three", [2]), ("Stage 4: four", [9])], "All")
    table = Table("t", "T", "Stage", columns, (), blocks, gather=Gather.NEIGHBOURS).with_rows(rows)
    assert [(row.label, row.cells[0].value) for row in gathered(table).rows] == [("Stage 1: one", 12), ("Stage 2 to stage 4", 14), ("All", 26)]
    others = gathered(replace(table, gather=Gather.OTHERS)).rows
    assert [(row.label, row.cells[0].value) for row in others] == [("Stage 1: one", 12), ("3 others together", 14), ("All", 26)]


def test_the_same_edition_taken_twice_is_one(world: World) -> None:
    write(world, 12, seed=2)
    for _ in range(2):
        issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    assert IssuedEdition.objects.count() == 1


def write(world: World, number: int, seed: int, year: int = 2025) -> None:
    generate(world, number, starts=Year(year).starts, ends=Year(year).ends, now=NOW, seed=seed)


def tables_of(document: Document) -> list[Table]:
    return [table for section in document.sections for table in section.tables]


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_quantity_in_several_tables_is_hidden_in_all_or_in_none() -> None:
    tables = suppress(counted(9, 2))
    for key in ("raised", "closed"):
        marks = {cell.mark for table in tables.values() for row in table.rows for cell in row.cells if cell.key == key}
        assert len(marks) == 1


def test_percentages_of_fewer_than_ten_are_hidden() -> None:
    for table in suppress(counted(40, 3)).values():
        for row in table.rows if table.counts_people else ():
            for column, cell in zip(table.columns, row.cells, strict=True):
                base = row.cells[column.share[1]] if column.share and column.share[1] is not None else None
                if base is not None and 0 < base.number < 10:
                    assert cell.mark is Mark.HIDDEN


def test_zeros_are_shown() -> None:
    tables = suppress(counted(40, 3))
    assert any(cell.value == 0 for table in tables.values() for cell in shown_counts(table))


def test_no_agency_is_named() -> None:
    text = json.dumps(build(scope_of(40, 3)).as_json())
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


def test_a_year_that_gives_a_number_away_is_refused_with_the_three_years_that_can_be_published_instead(world: World) -> None:
    """Five agencies raised one each and nobody else any: five were raised, whatever is hidden."""
    for agency in world.agencies[:5]:
        life = Life.begin(world, JUNE, agency, [world.agencies[5]], NOW, themes=["delay"])
        life.enter(1, JUNE)
    world.save()
    with pytest.raises(InvalidInput, match="could be worked out. Publish three years together instead, 2023/24 to 2025/26"):
        public_document(world.partnership, Year(2025), NOW)
    write(world, 20, seed=3, year=2024)
    assert tables_of(public_document(world.partnership, Pool(2025), NOW))
