"""Every measure agrees to the digit with a patient count over the rows, on generated years, past and running."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from escalation.models import Panel, PanelMember, Referral
from escalation.states import Difference, Ground, Outcome, Route, Theme
from reports.figures import Edition, Table
from reports.measures import Scope
from reports.own import KNOWN
from reports.periods import Year
from tests.factories import make_agency
from tests.reports.builders import Life, make_world
from tests.reports.generated import generate
from tests.reports.odd_ends import add_what_is_odd, need_different_contacts
from tests.reports.recount import Recount, percent
from tests.reports.recount_more import actions_before, asked, by_area, findings, hot, partnership_actions, silent, silent_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def plain(table: Table) -> dict[str, list[Any]]:
    """The body rows as values; a sign stands as text."""
    return {row.label: [f"[{cell.mark}]" if cell.mark else cell.value for cell in row.cells] for row in table.rows if not row.is_total}


def figures(scope: Scope, key: str) -> Table:
    """The table of one measure."""
    table: Table = KNOWN[key].figures(scope)
    return table


def shares(table: Table) -> dict[str, list[Any]]:
    """The body rows that count something."""
    return {label: cells for label, cells in plain(table).items() if cells[0]}


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
        add_what_is_odd(world)
        yield Scope(world.partnership, Year(number), NOW, Edition.INTERNAL), Recount(world.partnership, Year(number), NOW)
        transaction.set_rollback(True)


def test_matters_settled_early_as_returned(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert plain(figures(scope, "early")) == clerk.early()


def test_raised_by_quarter_and_withdrawn(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    table = figures(scope, "raised")
    begun = {label: cells for label, cells in plain(table).items() if cells[0] != "[z]"}
    assert begun == {label: cells for label, cells in clerk.by_quarter().items() if label in begun}
    assert total(table)[2] == len(clerk.raised)


def test_kept_inside_closed_and_open(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert [row[0] for row in plain(figures(scope, "other")).values()] == clerk.other()


def test_areas_and_their_shares(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = plain(figures(scope, "themes"))
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {labels[key]: [n, len(clerk.raised) - n, len(clerk.raised), percent(n, len(clerk.raised))] for key, n in clerk.themes().items()}
    assert found == expected


def test_levels_of_need(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    counts = clerk.counted(clerk.raised, lambda row: f"Level {row.level_of_need}" if row.level_of_need else "Not stated")
    assert shares(figures(scope, "levels")) == {label: [n, percent(n, len(clerk.raised))] for label, n in counts.items()}


def test_responses_in_time_late_none_not_needed_and_not_yet_due(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    expected = {}
    for stage, (met, late, none, spare, ahead) in clerk.responses().items():
        due = met + late + none
        expected[scope.stage(stage)] = [met, late, none, due, percent(met, due), spare, ahead]
    assert plain(figures(scope, "responses")) == expected


def test_responses_within_the_agreed_time(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    expected = {}
    for stage, (met, late, none, extended, recorded) in clerk.agreed().items():
        due = met + late + none
        expected[scope.stage(stage)] = [met, late, none, due, percent(met, due), extended, recorded]
    assert plain(figures(scope, "agreed")) == expected


def test_working_days_taken(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = list(plain(figures(scope, "durations")).values())
    others = [clerk.to_resolve(), clerk.to_decide("mediation"), clerk.to_decide("panel")]
    assert found == [clerk.spread(spans) for spans in [*(spans for _, spans in sorted(clerk.durations().items())), *others]]


def test_highest_stage_and_stage_that_settled(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    reached, ended = clerk.counted(clerk.raised, lambda row: row.top_stage), clerk.counted(clerk.closed, lambda row: row.stage)
    for table, counts in ((figures(scope, "highest"), reached), (figures(scope, "settled"), ended)):
        assert shares(table) == {scope.stage(stage): [n, percent(n, counts.total())] for stage, n in counts.items()}


def test_the_stage_at_which_it_began_and_the_grounds_for_moving_up(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    expected = {scope.stage(stage): [n, percent(n, len(clerk.raised))] for stage, n in clerk.started().items()}
    assert shares(figures(scope, "started")) == expected
    labels = {ground.value: str(ground.label) for ground in Ground} | {"not_resolved": "Not resolved", "risk": "Risk"}
    given = clerk.grounds()
    assert shares(figures(scope, "grounds")) == {labels[ground]: [number, percent(number, given.total())] for ground, number in given.items()}


def test_responses_by_who_owed_them(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    for edition, name in ((Edition.INTERNAL, lambda agency: agency.name), (Edition.PUBLIC, lambda agency: agency.get_kind_display())):
        expected = {}
        for who, (met, late, none, spare, ahead) in clerk.answering(name).items():
            due = met + late + none
            expected[who] = [met, late, none, due, percent(met, due), spare, ahead]
        assert plain(figures(replace(scope, edition=edition), "answering")) == expected


def test_the_other_steps(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = list(plain(figures(scope, "steps")).values())
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
        assert plain(figures(replace(scope, edition=edition), "actions")) == expected


def test_last_years_agreed_actions_as_they_stand_now_and_older_ones_that_are_not_done(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    expected = {}
    for who, (met, late, none, older) in actions_before(clerk).items():
        due = met + late + none
        expected[who] = [met, late, none, due, percent(met, due), older]
    found = figures(scope, "actions-before")
    assert plain(found) == expected
    [row] = figures(replace(scope, edition=Edition.PUBLIC), "actions-before").rows or [None]
    assert (row and row.cells) == next((row.cells for row in found.rows if row.is_total), None)
    assert expected or clerk.year.number == 2024
    assert any(cells[5] for cells in expected.values()) or clerk.year.number != 2026


def test_last_years_learning_as_it_stands_now(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert plain(figures(scope, "learning-before")) == clerk.points(replace(clerk, year=Year(clerk.year.number - 1)))


def test_the_year_beside_the_year_before(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    rows = list(plain(figures(scope, "change")).values())
    if clerk.year.number == 2024:
        assert rows == []
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
    rows, (met, due) = list(plain(figures(scope, "change-in-time")).values()), clerk.came_due(clerk)
    if clerk.year.number == 2024:
        assert rows == []
        return
    met_before, due_before = clerk.came_due(clerk.past)
    points = 100 * (met * due_before - met_before * due)
    whole = due * due_before
    size = (2 * abs(points) + whole) // (2 * whole)
    assert rows == [[met, due, percent(met, due), met_before, due_before, percent(met_before, due_before), size if points >= 0 else -size]]


def test_the_state_of_the_directory(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    for edition, name in ((Edition.INTERNAL, lambda agency: agency.name), (Edition.PUBLIC, lambda agency: agency.get_kind_display())):
        found = plain(figures(replace(scope, edition=edition), "directory"))
        assert found == {who: [kept, every, percent(kept, every), bare] for who, (kept, every, bare) in clerk.directory(name).items()}
        assert found


def test_moving_up_with_its_grounds(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = {label: cells for label, cells in plain(figures(scope, "moves")).items() if cells[0]}
    assert found == {scope.stage(stage): [row[0], row[1], percent(row[1], row[0]), *row[2:]] for stage, row in clerk.moves().items()}


def test_raised_and_received_by_agency(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    names = {agency.id: agency.name for agency in scope.members.values()}
    raised, received = clerk.counted(clerk.raised, lambda row: names[row.raising_agency_id]), clerk.received()
    expected = {name: [raised[name], percent(raised[name], len(clerk.raised)), received[name]] for name in names.values()}
    assert plain(figures(scope, "raising")) == expected


def test_pairs_by_agency_and_by_kind(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    by_agency = {f"{raiser} with {receiver}": number for (raiser, receiver), number in clerk.pairs(lambda agency: agency.name).items()}
    found = {label: cells[0] for label, cells in plain(figures(scope, "pairs")).items()}
    assert found == by_agency
    table = figures(scope, "kinds")
    assert inside(table) == clerk.pairs(lambda agency: agency.get_kind_display())


def test_agencies_that_raised_none(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = plain(figures(scope, "silent"))
    assert found == silent(clerk)
    assert any(cells[1] not in {"Never", None} for cells in found.values()) or clerk.year.number == 2024
    kinds = silent_kinds(clerk)
    assert plain(figures(scope, "silent-kinds")) == {kind: [quiet, every, percent(quiet, every)] for kind, (quiet, every) in kinds.items()}


def test_returning_disagreements(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {(f"{raiser} with {receiver}", labels[theme]): numbers for (raiser, receiver, theme), numbers in hot(clerk).items()}
    found = {(row.label, row.cells[0].value): [cell.value for cell in row.cells[1:]] for row in figures(scope, "hot").rows}
    assert found == expected
    assert found or clerk.year.number == 2024


def test_twelve_months_reach_back_into_the_year_before_and_no_further() -> None:
    """The same pair and area on 5 April 2024, 10 February, 10 March and 5 April 2025: the first is a day too old for the last."""
    world = make_world()
    for year, month, day in ((2024, 4, 5), (2025, 2, 10), (2025, 3, 10), (2025, 4, 5)):
        at = datetime(year, month, day, 9, tzinfo=UTC)
        life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=[Theme.DELAY])
        life.ask(life.enter(1, at), world.agencies[0], at, due=at, answered=at, until=at)
    world.save()
    found = {year: figures(Scope(world.partnership, Year(year), NOW, Edition.INTERNAL), "hot").rows for year in (2024, 2025, 2026)}
    assert [[cell.value for cell in row.cells[1:]] for row in found[2025]] == [[3, 1]]
    assert [[cell.value for cell in row.cells[1:]] for row in found[2024]] == [[3, 3]]
    assert found[2026] == ()


def test_outcomes_by_difference(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {item.value: str(item.label) for item in (*Outcome, *Difference)} | {"": "Not recorded"}
    table = figures(scope, "outcomes")
    assert inside(table) == clerk.counted(clerk.closed, lambda row: (labels[row.outcome], labels[row.difference]))


def test_feedback_file_and_learning_before_closing(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    whole = len(clerk.closed)
    found = list(plain(figures(scope, "closing")).values())
    assert found == [[part, whole - part, whole, percent(part, whole)] for part in clerk.closing()]


def test_learning_points_and_their_actions(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    assert plain(figures(scope, "learning")) == clerk.learning()


def test_routes_and_panels(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {route.value: str(route.label) for route in Route} | {"": "No route chosen yet"}
    found = {label: cells[0] for label, cells in plain(figures(scope, "routes")).items() if cells[0]}
    assert found == {labels[route]: number for route, number in clerk.routes().items()}
    convened, *parts = clerk.panels()
    expected = [[part, convened - part, convened, percent(part, convened)] for part in parts if convened]
    assert list(plain(figures(scope, "panels")).values()) == expected


def test_somebody_of_elsewhere_makes_no_panel_of_two_agencies_one_of_three() -> None:
    world, at = make_world(), datetime(2025, 6, 2, 9, tzinfo=UTC)
    elsewhere = make_agency(world.partnership, "Westshire Social Care", is_external=True)
    for agencies in ([*world.agencies[:2], elsewhere], [*world.agencies[:3], elsewhere]):
        life = Life.begin(world, at, world.agencies[0], [elsewhere], NOW, themes=[Theme.DELAY])
        referral = world.add(Referral(dispute=life.dispute, run=life.enter(4, at), referred_at=at, route=Route.PANEL))
        panel = world.add(Panel(referral=referral, meets_at=at, convened_at=at))
        for agency, user in zip(agencies, world.members, strict=False):
            world.add(PanelMember(panel=panel, user=user, agency=agency))
    world.save()
    row = figures(Scope(world.partnership, Year(2025), NOW, Edition.INTERNAL), "panels").rows[0]
    assert (row.label, [cell.value for cell in row.cells]) == ("Members of at least 3 of the partnership's agencies", [1, 1, 2, 50])


def test_actions_agreed_before_the_partnership(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    labels = {route.value: str(route.label) for route in Route}
    expected = {}
    for route, (met, late, none, ahead) in partnership_actions(clerk).items():
        due = met + late + none
        expected[labels[route]] = [met, late, none, due, percent(met, due), ahead]
    assert plain(figures(scope, "partnership-actions")) == expected
    assert expected or clerk.year.number == 2024


def test_acknowledgements_by_the_chair(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    fates = [clerk.fate(clock, clock.due_at) for clock in clerk.due("acknowledgement")]
    met, late, none, spare, ahead = (fates.count(fate) for fate in range(5))
    due = met + late + none
    expected = [[met, late, none, due, percent(met, due), spare, ahead]] if fates else []
    assert list(plain(figures(scope, "acknowledgements")).values()) == expected


def test_findings_before_the_partnership(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    found = [(row.label, *(cell.value for cell in row.cells)) for row in figures(scope, "findings").rows]
    assert found == findings(clerk)
    assert found or clerk.year.number == 2024


def test_what_one_agency_was_asked(counted: tuple[Scope, Recount]) -> None:
    scope, clerk = counted
    agency = next(agency for agency in scope.members.values() if agency.name == "Northshire Social Care")
    own, rows = replace(scope, own=agency), asked(clerk, agency)
    moments = [row.submitted_at for row in rows if row.submitted_at]
    quarters = {quarter.label: [sum(quarter.starts <= moment < quarter.ends for moment in moments)] for quarter in scope.period.quarters()}
    begun = {label: cells for label, cells in plain(figures(own, "received")).items() if cells != ["[z]"]}
    assert begun == {label: quarters[label] for label in begun}
    assert sum(cells[0] for cells in begun.values()) == len(rows) > 0
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {labels[key]: [n, len(rows) - n, len(rows), percent(n, len(rows))] for key, n in by_area(rows).items()}
    assert plain(figures(own, "received-themes")) == expected


def test_no_measure_is_without_its_second_count() -> None:
    """Each stands in a test of this file that has the clerk's count beside it; a new one fails here until it does."""
    recounted = set()
    for test in ast.parse(Path(__file__).read_text()).body:
        if isinstance(test, ast.FunctionDef) and "counted" in {arg.arg for arg in test.args.args}:
            calls = [node for node in ast.walk(test) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "figures"]
            recounted |= {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}
    assert recounted == set(KNOWN)
