"""Every measure agrees to the digit with a patient count over the rows, on generated years, past and running."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from escalation.models import Dispute
from escalation.states import ENDED, Difference, Ground, LeftOut, Outcome, Route, State, Theme
from reports.figures import Edition, Table
from reports.measures import MEASURES, Scope
from reports.models import EarlyReturn
from reports.periods import Year
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate
from tests.reports.recount import Recount, percent
from tests.reports.recount_more import hot, partnership_actions

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def plain(table: Table) -> dict[str, list[Any]]:
    """The body rows as values; a sign stands as text."""
    return {row.label: [f"[{cell.mark}]" if cell.mark else cell.value for cell in row.cells] for row in table.rows if not row.is_total}


def total(table: Table) -> list[Any]:
    """The total row's values."""
    return [f"[{cell.mark}]" if cell.mark else cell.value for row in table.rows if row.is_total for cell in row.cells]


def inside(table: Table) -> dict[tuple[str, str], Any]:
    """The counts above 0 of a table of two characteristics, by both, without its totals."""
    return {
        (row.label, column.label): cell.value
        for row in table.rows if not row.is_total
        for column, cell in zip(table.columns[:-1], row.cells, strict=False) if cell.value
    }  # fmt: skip


@pytest.fixture(scope="module", params=[(2025, 1), (2026, 3), (2024, 4)], ids=["past", "running", "few"])
def counted(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Scope, Recount]]:
    """A year with its neighbours, drafts and another partnership around it, made once for all tests of the module."""
    number, seed = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world(with_posts=True)
        need_different_contacts(world)
        for each in (world, make_world()):
            for year in (2024, 2025, 2026):
                number_of = 15 if each is not world else 40 if year == 2024 else 120
                generate(each, number_of, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=seed * 10 + year)
        add_a_draft(world)
        add_returns(world)
        leave_some_out(world)
        yield Scope(world.partnership, Year(number), NOW, Edition.INTERNAL), Recount(world.partnership, Year(number), NOW)
        transaction.set_rollback(True)


def add_a_draft(world: World) -> None:
    """One that was sent back to its writer: it has been submitted, and counts nowhere."""
    life = Life.begin(world, datetime(2025, 6, 2, 9, tzinfo=UTC), world.agencies[0], [world.agencies[1]], NOW, themes=[Theme.DELAY])
    life.enter(1, datetime(2025, 6, 2, 9, tzinfo=UTC))
    life.finish(NOW, State.DRAFT)
    world.save()


def need_different_contacts(world: World) -> None:
    """One agency is flat, for one another acts from level 3 up, and one has no board member."""
    flat, small, without = world.agencies[8:11]
    flat.is_flat, small.acting_agency, small.acting_from_level, without.has_board_member = True, world.agencies[0], 3, False
    for agency in (flat, small, without):
        agency.save()


def leave_some_out(world: World) -> None:
    """Every eighth of those that have ended was a duplicate: with all that happened in it, it counts nowhere."""
    ended = Dispute.objects.filter(partnership=world.partnership, state__in=ENDED).order_by("submitted_at", "pk").values_list("pk", flat=True)
    Dispute.objects.filter(pk__in=list(ended)[::8]).update(left_out=LeftOut.DUPLICATE)


def add_returns(world: World) -> None:
    """Three agencies return early matters of three quarters, one of them nothing."""
    quarters = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 7, 1))
    for at, agency in enumerate(world.agencies[:3]):
        for each in quarters[: at + 1]:
            EarlyReturn.objects.create(agency=agency, quarter=each, matters=at * 4, returned_by=world.unit, returned_at=NOW)


def test_matters_settled_early_as_returned(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert plain(MEASURES["early"].figures(scope)) == clerk.early()


def test_raised_by_quarter_and_withdrawn(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    table = MEASURES["raised"].figures(scope)
    begun = {label: cells for label, cells in plain(table).items() if cells[0] != "[z]"}
    assert begun == {label: cells for label, cells in clerk.by_quarter().items() if label in begun}
    assert total(table)[2] == len(clerk.raised)


def test_kept_inside_closed_and_open(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert [row[0] for row in plain(MEASURES["other"].figures(scope)).values()] == clerk.other()


def test_areas_and_their_shares(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = plain(MEASURES["themes"].figures(scope))
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {labels[key]: [n, len(clerk.raised) - n, len(clerk.raised), percent(n, len(clerk.raised))] for key, n in clerk.themes().items()}
    assert found == expected


def test_levels_of_need(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    counts = clerk.counted(clerk.raised, lambda row: f"Level {row.level_of_need}" if row.level_of_need else "Not stated")
    assert {label: cells[0] for label, cells in plain(MEASURES["levels"].figures(scope)).items() if cells[0]} == counts


def test_responses_in_time_late_none_not_needed_and_not_yet_due(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    expected = {}
    for stage, (met, late, none, spare, ahead) in clerk.responses().items():
        due = met + late + none
        expected[scope.stage(stage)] = [met, late, none, due, percent(met, due), spare, ahead]
    assert plain(MEASURES["responses"].figures(scope)) == expected


def test_responses_within_the_agreed_time(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    expected = {}
    for stage, (met, late, none, extended, recorded) in clerk.agreed().items():
        due = met + late + none
        expected[scope.stage(stage)] = [met, late, none, due, percent(met, due), extended, recorded]
    assert plain(MEASURES["agreed"].figures(scope)) == expected


def test_working_days_taken(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = list(plain(MEASURES["durations"].figures(scope)).values())
    others = [clerk.to_resolve(), clerk.to_decide("mediation"), clerk.to_decide("panel")]
    assert found == [clerk.spread(spans) for spans in [*(spans for _, spans in sorted(clerk.durations().items())), *others]]


def test_highest_stage_and_stage_that_settled(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    reached, ended = clerk.counted(clerk.raised, lambda row: row.top_stage), clerk.counted(clerk.closed, lambda row: row.stage)
    for key, counts in (("highest", reached), ("settled", ended)):
        found = {label: cells[0] for label, cells in plain(MEASURES[key].figures(scope)).items() if cells[0]}
        assert found == {scope.stage(stage): number for stage, number in counts.items()}


def test_the_stage_at_which_it_began_and_the_grounds_for_moving_up(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    began = {label: cells[0] for label, cells in plain(MEASURES["started"].figures(scope)).items() if cells[0]}
    assert began == {scope.stage(stage): number for stage, number in clerk.started().items()}
    labels = {ground.value: str(ground.label) for ground in Ground} | {"not_resolved": "Not resolved", "risk": "Risk"}
    given = clerk.grounds()
    found = {label: cells for label, cells in plain(MEASURES["grounds"].figures(scope)).items() if cells[0]}
    assert found == {labels[ground]: [number, percent(number, given.total())] for ground, number in given.items()}


def test_responses_by_who_owed_them(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    for edition, name in ((Edition.INTERNAL, lambda agency: agency.name), (Edition.PUBLIC, lambda agency: agency.get_kind_display())):
        expected = {}
        for who, (met, late, none, spare, ahead) in clerk.answering(name).items():
            due = met + late + none
            expected[who] = [met, late, none, due, percent(met, due), spare, ahead]
        assert plain(MEASURES["answering"].figures(replace(scope, edition=edition))) == expected


def test_the_other_steps(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = list(plain(MEASURES["steps"].figures(scope)).values())
    expected = []
    for _, (met, late, none, spare, ahead) in sorted(clerk.steps().items()):
        due = met + late + none
        expected.append([met, late, none, due, percent(met, due), spare, ahead])
    assert found == expected
    assert found or clerk.year.number == 2024


def test_agreed_actions_due_in_the_year(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    for edition, name in ((Edition.INTERNAL, lambda agency: agency.name), (Edition.PUBLIC, lambda agency: agency.get_kind_display())):
        expected = {}
        for who, (met, late, none, ahead) in clerk.actions(name).items():
            due = met + late + none
            expected[who] = [met, late, none, due, percent(met, due), ahead]
        assert plain(MEASURES["actions"].figures(replace(scope, edition=edition))) == expected


def test_last_years_learning_as_it_stands_now(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert plain(MEASURES["learning-before"].figures(scope)) == clerk.points(replace(clerk, year=Year(clerk.year.number - 1)))


def test_the_year_beside_the_year_before(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    rows = list(plain(MEASURES["change"].figures(scope)).values())
    if clerk.year.number == 2024:
        assert all(row[1:] == ["[x]"] * 3 for row in rows)
        return
    expected = []
    for now, before in zip(clerk.headcount(), clerk.past.headcount(), strict=True):
        expected.append([now, before, now - before, change(now, before)])
    assert rows == expected


def change(now: int, before: int) -> int | str:
    """Per cent, halves away from nothing, by integers alone; only of counts of 20 or more."""
    if min(now, before) < 20:
        return "[z]"
    size = (200 * abs(now - before) + before) // (2 * before)
    return size if now >= before else -size


def test_responses_in_time_beside_the_year_before(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    (row,) = plain(MEASURES["change-in-time"].figures(scope)).values()
    met, due = clerk.came_due(clerk)
    assert row[:3] == [met, due, percent(met, due)]
    if clerk.year.number == 2024:
        assert row[3:] == ["[x]"] * 4
        return
    met_before, due_before = clerk.came_due(clerk.past)
    points = 100 * (met * due_before - met_before * due)
    whole = due * due_before
    size = (2 * abs(points) + whole) // (2 * whole)
    assert row[3:] == [met_before, due_before, percent(met_before, due_before), size if points >= 0 else -size]


def test_the_state_of_the_directory(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    for edition, name in ((Edition.INTERNAL, lambda agency: agency.name), (Edition.PUBLIC, lambda agency: agency.get_kind_display())):
        found = plain(MEASURES["directory"].figures(replace(scope, edition=edition)))
        assert found == {who: [kept, every, percent(kept, every), bare] for who, (kept, every, bare) in clerk.directory(name).items()}
        assert found


def test_moving_up_with_its_grounds(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = {label: cells for label, cells in plain(MEASURES["moves"].figures(scope)).items() if cells[0]}
    assert found == {scope.stage(stage): [row[0], row[1], percent(row[1], row[0]), *row[2:]] for stage, row in clerk.moves().items()}


def test_raised_and_received_by_agency(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    names = {agency.id: agency.name for agency in scope.members.values()}
    raised, received = clerk.counted(clerk.raised, lambda row: names[row.raising_agency_id]), clerk.received()
    found = {label: [cells[0], cells[2]] for label, cells in plain(MEASURES["raising"].figures(scope)).items()}
    assert found == {name: [raised[name], received[name]] for name in names.values()}


def test_pairs_by_agency_and_by_kind(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    by_agency = {f"{raiser} with {receiver}": number for (raiser, receiver), number in clerk.pairs(lambda agency: agency.name).items()}
    found = {label: cells[0] for label, cells in plain(MEASURES["pairs"].figures(scope)).items()}
    assert found == by_agency
    table = MEASURES["kinds"].figures(scope)
    assert inside(table) == clerk.pairs(lambda agency: agency.get_kind_display())


def test_agencies_that_raised_none(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    raised = {row.raising_agency_id for row in clerk.raised}
    quiet = [agency.name for agency in scope.members.values() if agency.id not in raised]
    found = plain(MEASURES["silent"].figures(scope))
    assert {name: cells[0] for name, cells in found.items()} == {name: clerk.received()[name] for name in quiet}
    assert total(MEASURES["silent-kinds"].figures(scope))[:2] == [len(quiet), len(scope.members)]


def test_returning_disagreements(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {(f"{raiser} with {receiver}", labels[theme]): numbers for (raiser, receiver, theme), numbers in hot(clerk).items()}
    found = {(row.label, row.cells[0].value): [cell.value for cell in row.cells[1:]] for row in MEASURES["hot"].figures(scope).rows}
    assert found == expected


def test_twelve_months_reach_back_into_the_year_before_and_no_further() -> None:
    """The same pair and area on 5 April 2024, 10 February, 10 March and 5 April 2025: the first is a day too old for the last."""
    world = make_world()
    for year, month, day in ((2024, 4, 5), (2025, 2, 10), (2025, 3, 10), (2025, 4, 5)):
        at = datetime(year, month, day, 9, tzinfo=UTC)
        life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=[Theme.DELAY])
        life.ask(life.enter(1, at), world.agencies[0], at, due=at, answered=at, until=at)
    world.save()
    found = {year: MEASURES["hot"].figures(Scope(world.partnership, Year(year), NOW, Edition.INTERNAL)).rows for year in (2024, 2025, 2026)}
    assert [[cell.value for cell in row.cells[1:]] for row in found[2025]] == [[3, 1]]
    assert [[cell.value for cell in row.cells[1:]] for row in found[2024]] == [[3, 3]]
    assert found[2026] == ()


def test_outcomes_by_difference(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {item.value: str(item.label) for item in (*Outcome, *Difference)} | {"": "Not recorded"}
    table = MEASURES["outcomes"].figures(scope)
    assert inside(table) == clerk.counted(clerk.closed, lambda row: (labels[row.outcome], labels[row.difference]))


def test_feedback_file_and_learning_before_closing(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    whole = len(clerk.closed)
    found = list(plain(MEASURES["closing"].figures(scope)).values())
    assert found == [[part, whole - part, whole, percent(part, whole)] for part in clerk.closing()]


def test_learning_points_and_their_actions(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert plain(MEASURES["learning"].figures(scope)) == clerk.learning()


def test_routes_and_panels(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {route.value: str(route.label) for route in Route} | {"": "No route chosen yet"}
    found = {label: cells[0] for label, cells in plain(MEASURES["routes"].figures(scope)).items() if cells[0]}
    assert found == {labels[route]: number for route, number in clerk.routes().items()}
    convened, wide = clerk.panels()
    rows = list(plain(MEASURES["panels"].figures(scope)).values())
    assert rows[:1] == ([[wide, convened - wide, convened, percent(wide, convened)]] if convened else [])


def test_actions_agreed_before_the_partnership(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {route.value: str(route.label) for route in Route}
    expected = {}
    for route, (met, late, none, ahead) in partnership_actions(clerk).items():
        due = met + late + none
        expected[labels[route]] = [met, late, none, due, percent(met, due), ahead]
    assert plain(MEASURES["partnership-actions"].figures(scope)) == expected
    assert expected or clerk.year.number == 2024


def test_acknowledgements_by_the_chair(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    fates = [clerk.fate(clock, clock.due_at) for clock in clerk.due("acknowledgement")]
    rows = list(plain(MEASURES["acknowledgements"].figures(scope)).values())
    assert [row[:3] for row in rows] == ([[fates.count(0), fates.count(1), fates.count(2)]] if fates else [])
