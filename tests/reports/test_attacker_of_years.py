"""Public editions of several years in the hands of one reader: together, too, they must leave more than one value of each hidden count."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agencies.errors import InvalidInput
from escalation.states import Route, State
from reports.figures import Unit
from reports.issuing import issue, public_document
from reports.measures import figures_of
from reports.periods import Pool, Year
from tests.kept import kept_fixture
from tests.reports.attacker import Name
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.test_attacker import AGREED, DAY, JUNE, NOW, YEAR, attacker_of_all, issued, printed_with, raised, scope, settled_so

pytestmark = pytest.mark.django_db
LAST = datetime(2024, 6, 3, 9, tzinfo=UTC)


@kept_fixture
def world() -> World:
    return make_world()


def test_what_routes_came_to_in_two_years_does_not_tell_how_many_took_them_in_one(world: World) -> None:
    """Six before a panel and decided by it in each year, eight open between them that were settled at Stage 1. So whatever was open then, of twelve
    decided by a panel in both years six at least took that route in the second, and the seventh that was referred was before a mediator."""
    settled_so(world, (1, 20, None, AGREED), (5, 6, Route.PANEL, "panel_decision"), at=LAST)
    settled_so(world, (1, 8, None, AGREED), at=LAST, ended=JUNE)
    settled_so(world, (1, 20, None, AGREED), (5, 6, Route.PANEL, "panel_decision"), (5, 1, Route.MEDIATION, AGREED))
    first = issued(world, YEAR.before())
    routes: set[Name] = {(2025, "routes", "mediation", 0), (2025, "routes", "panel", 0)}
    naive = printed_with(figures_of(scope(world)), {("routes", route, "referred") for route in ("mediation", "panel")})
    assert attacker_of_all(world, {**first, YEAR: naive}).told({}, among=routes) == routes
    attacker = attacker_of_all(world, {**first, **issued(world, YEAR)})
    assert attacker.wrong() == []
    assert attacker.told({}) == set()


def test_that_none_was_settled_at_a_stage_put_together_with_others_may_be_told_and_stops_no_edition(world: World) -> None:
    """All that reached Stage 2 or more in the first year were settled there, so what was open was not, and none of the second came to Stage 4."""
    for stage, many in ((1, 26), (2, 3), (3, 3), (4, 2)):
        raised(world, many, LAST, stage=stage, ended=LAST + 5 * DAY)
    raised(world, 2, LAST, state=State.WITHDRAWN, ended=LAST + 5 * DAY)
    raised(world, 1, LAST, ended=JUNE)
    for stage, many in ((1, 22), (2, 10), (3, 3)):
        raised(world, many, stage=stage)
    raised(world, 3, stage=3, ended=None)
    world.save()
    printed = issued(world, YEAR.before(), YEAR)
    attacker = attacker_of_all(world, printed)
    assert attacker.wrong() == []
    assert attacker.told({}) == set()


def test_what_routes_came_to_in_three_years_does_not_tell_how_many_took_them_in_the_one_between(world: World) -> None:
    """The year before and the one between tell that seven at least took the one route then; the one between and the year after, that five took the
    other; twelve took one of the two."""
    before, between, after = (datetime(year, 6, 3, 9, tzinfo=UTC) for year in (2023, 2024, 2025))
    panel, mediation = (Route.PANEL, "panel_decision"), (Route.MEDIATION, "mediated")
    settled_so(world, (1, 20, None, AGREED), (5, 6, *panel), at=before)
    settled_so(world, (5, 8, *mediation), at=before, ended=between)
    settled_so(world, (1, 20, None, AGREED), (5, 7, *panel), at=between)
    settled_so(world, (5, 5, *mediation), (1, 3, None, AGREED), at=between, ended=after)
    settled_so(world, (1, 20, None, AGREED), (5, 6, *mediation), at=after)
    attacker = attacker_of_all(world, issued(world, Year(2023), Year(2024), YEAR))
    assert attacker.wrong() == []
    assert attacker.told({}) == set()


def two_years(world: World) -> None:
    """20 raised, of them 16 closed, one withdrawn and three open; then 20 more, eight of them closed, with the three, and one withdrawn."""
    raised(world, 16, LAST, ended=LAST + 5 * DAY)
    raised(world, 1, LAST, ended=LAST + 5 * DAY, state=State.WITHDRAWN)
    raised(world, 3, LAST, ended=JUNE + DAY)
    raised(world, 8)
    raised(world, 1, state=State.WITHDRAWN)
    raised(world, 11, ended=None)
    world.save()


def test_the_reader_of_two_years_works_out_what_was_open_between_them(world: World) -> None:
    """What the edition of each year hides when it is made as if the other were not there."""
    two_years(world)
    printed = {year: printed_with(figures_of(scope(world, year)), {"open", "withdrawn", "open@2024"}) for year in (YEAR.before(), YEAR)}
    assert "open@2024" in attacker_of_all(world, printed).told({})


def test_the_editions_of_two_years_together_leave_more_than_one_value_of_what_was_open_between_them(world: World) -> None:
    two_years(world)
    attacker = attacker_of_all(world, issued(world, YEAR.before(), YEAR))
    assert attacker.wrong() == []
    assert attacker.told({}) == set()


def test_an_edition_of_last_year_that_comes_later_and_would_tell_what_was_open_beside_this_years_is_refused(world: World) -> None:
    two_years(world)
    printed = issued(world, YEAR)
    with pytest.raises(InvalidInput, match="could be worked out. Nothing of it can be published safely beside what was issued"):
        issued(world, YEAR.before())
    assert attacker_of_all(world, printed).told({}) == set()


@pytest.mark.parametrize(("number", "seed"), [(12, 1), (40, 2)])
def test_the_editions_of_three_generated_years_together_tell_no_count_of_comings_and_goings(world: World, number: int, seed: int) -> None:
    years = [Year(2023), Year(2024), YEAR]
    for year in years:
        generate(world, number, starts=year.starts, ends=year.ends, now=NOW, seed=seed * 7 + year.number)
    attacker = attacker_of_all(world, issued(world, *years))
    assert attacker.wrong() == []
    assert attacker.told({}, {f"{key}@{year.number}" for key in ("raised", "closed", "withdrawn", "open") for year in years}) == set()


def test_what_last_years_edition_hides_is_guarded_by_what_it_is_linked_with_and_the_rest_stays_shown(world: World) -> None:
    """One withdrawn last year, hidden there: this year's comings and goings guard it, and more than a quarter of its counts is still shown."""
    years = (Year(2023), Year(2024))
    for year in years:
        generate(world, 60, starts=year.starts, ends=year.ends, now=NOW, seed=91 + year.number)
    printed = issued(world, *years)[years[1]]
    cells = [
        cell
        for table in printed.values() if table.counts_people
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True) if column.unit is Unit.COUNT and (cell.mark or cell.number)
    ]  # fmt: skip
    assert sum(not cell.mark for cell in cells) * 4 > len(cells)


@pytest.mark.parametrize("seed", [1, 2])
def test_three_years_together_and_the_year_after_them_do_not_tell_what_was_open_between_them(world: World, seed: int) -> None:
    """Small years, so that what was open is hidden in both."""
    for year in (2022, 2023, 2024, 2025):
        generate(world, 8, starts=Year(year).starts, ends=Year(year).ends, now=NOW, seed=seed + year)
    pool = Pool(2024)
    attacker = attacker_of_all(world, issued(world, pool, YEAR))
    assert attacker.wrong() == []
    assert attacker.told({}, {f"{key}@{year}" for key in ("raised", "closed", "withdrawn", "open") for year in (2024, 2025)}) == set()


def test_what_an_edition_of_last_year_gave_away_by_itself_does_not_stop_the_next(world: World) -> None:
    """One was issued that hid a single count of a sum."""
    two_years(world)
    first, counted = public_document(world.partnership, YEAR.before(), NOW), figures_of(scope(world, YEAR.before()))
    given_away = printed_with(counted, {("raised", "all", "gone"), "open"})
    sections = [replace(part, tables=tuple(given_away.get(table.key, table) for table in part.tables)) for part in first.sections]
    issue(world.partnership, replace(first, sections=tuple(sections)), NOW)
    printed = issued(world, YEAR)[YEAR]
    assert [row.cells[0].text(Unit.COUNT) for row in printed["other"].rows if row.key == "withdrawn"] == ["[c]"]
