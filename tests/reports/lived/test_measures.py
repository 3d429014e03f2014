"""Every measure agrees to the digit with what a reader counts from the record's lines alone, on years that were lived, past and running."""

import ast
from collections import Counter
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from escalation.models import Dispute
from escalation.states import Difference, EventKind, Ground, Outcome, Route, Theme
from reports import quarterly
from reports.figures import Edition
from reports.measures import MEASURES, Scope, figures_of
from reports.own import KNOWN, own_report
from reports.periods import Pool, Year
from tests.reports.lived.place import WAYS
from tests.reports.lived.years import ABOUT, NOW, TIMED
from tests.reports.record.directory import contacts, is_kept_apart, own_side, returned, silent, silent_kinds, told_in_public
from tests.reports.record.imported import brought_in
from tests.reports.record.reader import Reader, percent
from tests.reports.tables import figures, inside, plain, shares, total

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
FIRST, LAST = 2023, 2025


def test_matters_settled_early_as_returned(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    assert plain(figures(scope, "early")) == returned(reader)


def test_raised_by_quarter_and_withdrawn(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    table = figures(scope, "raised")
    begun = {label: cells for label, cells in plain(table).items() if cells[0] != "[z]"}
    assert begun == {label: cells for label, cells in reader.by_quarter().items() if label in begun}
    assert total(table)[2] == len(reader.raised)


def test_kept_inside_closed_and_open(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    assert [row[0] for row in plain(figures(scope, "other")).values()] == reader.other()


def test_what_was_brought_in_from_an_earlier_log(counted: tuple[Scope, Reader]) -> None:
    """Nothing was; whole years that were brought in are counted in `test_earlier_years.py`."""
    scope, reader = counted
    assert [[cell.value for cell in row.cells[:3]] for row in figures(scope, "imported").rows] == brought_in(reader) == []


def test_areas_and_their_shares(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    found = plain(figures(scope, "themes"))
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {labels[key]: [n, len(reader.raised) - n, len(reader.raised), percent(n, len(reader.raised))] for key, n in reader.themes().items()}
    assert found == expected


def test_levels_of_need(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    counts = reader.levels()
    assert shares(figures(scope, "levels")) == {label: [n, percent(n, len(reader.raised))] for label, n in counts.items()}


def test_responses_in_time_late_none_not_needed_and_not_yet_due(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    expected = {}
    for stage, (met, late, none, spare, ahead) in reader.responses().items():
        due = met + late + none
        expected[scope.stage(stage)] = [met, late, none, due, percent(met, due), spare, ahead]
    assert plain(figures(scope, "responses")) == expected


def test_responses_within_the_agreed_time(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    expected = {}
    for stage, (met, late, none, extended, recorded) in reader.agreed().items():
        due = met + late + none
        expected[scope.stage(stage)] = [met, late, none, due, percent(met, due), extended, recorded]
    assert plain(figures(scope, "agreed")) == expected


def test_working_days_taken(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    found = list(plain(figures(scope, "durations")).values())
    assert found == [spread(spans) for spans in reader.durations()]


def spread(spans: list[int]) -> list[Any]:
    """How many, the median where there are six, the shortest and the longest."""
    middle = median(spans) if len(spans) >= 6 else "[z]"
    return [len(spans), middle, min(spans), max(spans)] if spans else [0, "[z]", "[z]", "[z]"]


def test_highest_stage_and_stage_that_settled(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    for table, counts in ((figures(scope, "highest"), reader.highest()), (figures(scope, "settled"), reader.settled())):
        assert shares(table) == {scope.stage(stage): [n, percent(n, counts.total())] for stage, n in counts.items()}


def test_the_stage_at_which_it_began_and_the_grounds_for_moving_up(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    expected = {scope.stage(stage): [n, percent(n, len(reader.raised))] for stage, n in reader.started().items()}
    assert shares(figures(scope, "started")) == expected
    labels = {ground.value: str(ground.label) for ground in Ground} | {"not_resolved": "Not resolved", "risk": "Risk"}
    given = reader.grounds()
    assert shares(figures(scope, "grounds")) == {labels[ground]: [number, percent(number, given.total())] for ground, number in given.items()}


def test_responses_by_who_owed_them(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    for edition, names in ((Edition.INTERNAL, reader.names), (Edition.PUBLIC, told_in_public(reader))):
        expected = {}
        for who, (met, late, none, spare, ahead) in reader.answering(names).items():
            due = met + late + none
            expected[who] = [met, late, none, due, percent(met, due), spare, ahead]
        assert plain(figures(replace(scope, edition=edition), "answering")) == expected


def test_the_other_steps(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    found = list(plain(figures(scope, "steps")).values())
    expected = []
    for _, (met, late, none, spare, ahead) in sorted(reader.steps().items()):
        due = met + late + none
        expected.append([met, late, none, due, percent(met, due), spare, ahead])
    assert found == expected
    assert found or reader.year.number == FIRST


def test_agreed_actions_due_in_the_year(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    for edition, names in ((Edition.INTERNAL, reader.names), (Edition.PUBLIC, told_in_public(reader))):
        expected = {}
        for who, (met, late, none, ahead) in reader.actions(names).items():
            due = met + late + none
            expected[who] = [met, late, none, due, percent(met, due), ahead]
        assert plain(figures(replace(scope, edition=edition), "actions")) == expected


def test_last_years_agreed_actions_as_they_stand_now_and_older_ones_that_are_not_done(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    expected = {}
    for who, (met, late, none, older) in reader.actions_before().items():
        due = met + late + none
        expected[who] = [met, late, none, due, percent(met, due), older]
    found = figures(scope, "actions-before")
    assert plain(found) == expected
    [row] = figures(replace(scope, edition=Edition.PUBLIC), "actions-before").rows or [None]
    assert (row and row.cells) == next((row.cells for row in found.rows if row.is_total), None)
    assert expected or reader.year.number == FIRST
    assert any(cells[5] for cells in expected.values()) or reader.year.number != LAST


def test_last_years_learning_as_it_stands_now(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    assert plain(figures(scope, "learning-before")) == reader.learning(reader.of(Year(reader.year.number - 1)))


def test_the_year_beside_the_year_before(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    rows = list(plain(figures(scope, "change")).values())
    if reader.year.number == FIRST:
        assert rows == []
        return
    expected = []
    for now, before in zip(reader.headcount(), reader.past.headcount(), strict=True):
        expected.append([now, before, now - before, change(now, before)])
    assert rows == expected


def change(now: int, before: int) -> int | str:
    """Per cent, halves away from nothing, by integers alone; only of counts of 20 or more."""
    if min(now, before) < 20:
        return "[z]"
    size = (200 * abs(now - before) + before) // (2 * before)
    return size if now >= before else -size


def test_responses_in_time_beside_the_year_before(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    rows, (met, due) = list(plain(figures(scope, "change-in-time")).values()), reader.came_due(reader)
    if reader.year.number == FIRST:
        assert rows == []
        return
    met_before, due_before = reader.came_due(reader.past)
    points = 100 * (met * due_before - met_before * due)
    whole = due * due_before
    size = (2 * abs(points) + whole) // (2 * whole)
    assert rows == [[met, due, percent(met, due), met_before, due_before, percent(met_before, due_before), size if points >= 0 else -size]]


def test_the_state_of_the_directory(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    for edition, name in ((Edition.INTERNAL, attrgetter("name")), (Edition.PUBLIC, lambda agency: told_in_public(reader)[str(agency.pk)])):
        found = plain(figures(replace(scope, edition=edition), "directory"))
        assert found == {who: [kept, every, percent(kept, every), bare] for who, (kept, every, bare) in contacts(reader, name).items()}
        assert found


def test_moving_up_with_its_grounds(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    found = {label: cells for label, cells in plain(figures(scope, "moves")).items() if cells[0]}
    assert found == {scope.stage(stage): [row[0], row[1], percent(row[1], row[0]), *row[2:]] for stage, row in reader.moves().items()}


def test_raised_and_received_by_agency(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    names, raised, received = [agency.name for agency in scope.members.values()], reader.raisers(), reader.received()
    expected = {name: [raised[name], percent(raised[name], len(reader.raised)), received[name]] for name in names}
    assert plain(figures(scope, "raising")) == expected


def test_pairs_by_agency_and_by_kind(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    by_agency = {f"{raiser} with {receiver}": number for (raiser, receiver), number in reader.pairs(reader.names).items()}
    found = {label: cells[0] for label, cells in plain(figures(scope, "pairs")).items()}
    assert found == by_agency
    table = figures(scope, "kinds")
    assert inside(table) == reader.pairs(reader.kinds)
    in_public = figures(replace(scope, edition=Edition.PUBLIC), "kinds")
    assert inside(in_public) == reader.pairs(told_in_public(reader))


def test_agencies_that_raised_none(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    found = plain(figures(scope, "silent"))
    assert found == silent(reader)
    assert any(cells[1] not in {"Never", None} for cells in found.values()) or reader.year.number == FIRST
    for edition, names in ((Edition.INTERNAL, reader.kinds), (Edition.PUBLIC, told_in_public(reader))):
        expected = {kind: [quiet, every, percent(quiet, every)] for kind, (quiet, every) in silent_kinds(reader, names).items()}
        assert plain(figures(replace(scope, edition=edition), "silent-kinds")) == expected


def test_returning_disagreements(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {(f"{raiser} with {receiver}", labels[theme]): numbers for (raiser, receiver, theme), numbers in reader.hot().items()}
    found = {(row.label, row.cells[0].value): [cell.value for cell in row.cells[1:]] for row in figures(scope, "hot").rows}
    assert found == expected
    assert found or reader.year.number == FIRST


def test_outcomes_by_difference(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    labels = {item.value: str(item.label) for item in (*Outcome, *Difference)} | {"": "Not recorded"}
    table = figures(scope, "outcomes")
    assert inside(table) == Counter({(labels[outcome], labels[made]): n for (outcome, made), n in reader.outcomes().items()})


def test_feedback_file_and_learning_before_closing(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    whole = len(reader.closed)
    found = list(plain(figures(scope, "closing")).values())
    assert found == [[part, whole - part, whole, percent(part, whole)] for part in reader.closing()]


def test_learning_points_and_their_actions(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    assert plain(figures(scope, "learning")) == reader.learning()


def test_routes_and_panels(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    labels = {route.value: str(route.label) for route in Route} | {"": "No route chosen yet"}
    found = {label: cells[0] for label, cells in plain(figures(scope, "routes")).items() if cells[0]}
    assert found == {labels[route]: number for route, number in reader.routes().items()}
    convened, *parts = reader.panels()
    expected = [[part, convened - part, convened, percent(part, convened)] for part in parts if convened]
    assert list(plain(figures(scope, "panels")).values()) == expected
    assert plain(figures(scope, "came-of-routes")) == {labels[route]: came for route, came in reader.came_of_routes().items()}


def test_actions_agreed_before_the_partnership(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    labels = {route.value: str(route.label) for route in Route} | {"": "No route chosen yet"}
    expected = {}
    for route, (met, late, none, ahead) in reader.partnership_actions().items():
        due = met + late + none
        expected[labels[route]] = [met, late, none, due, percent(met, due), ahead]
    assert plain(figures(scope, "partnership-actions")) == expected
    assert expected or reader.year.number == FIRST


def test_acknowledgements_by_the_chair(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    met, late, none, spare, ahead = fates = reader.acknowledgements()
    due = met + late + none
    expected = [[met, late, none, due, percent(met, due), spare, ahead]] if any(fates) else []
    assert list(plain(figures(scope, "acknowledgements")).values()) == expected


def test_findings_before_the_partnership(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    found = [(row.label, *(cell.value for cell in row.cells)) for row in figures(scope, "findings").rows]
    assert found == reader.findings()
    assert found or reader.year.number == FIRST


def test_what_one_agency_was_asked(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    agency = next(agency for agency in scope.members.values() if agency.name == "Northshire Social Care")
    own, rows = replace(scope, own=agency), reader.asked(str(agency.pk))
    quarters = {label: [cells[2]] for label, cells in reader.by_quarter(rows).items()}
    begun = {label: cells for label, cells in plain(figures(own, "received")).items() if cells != ["[z]"]}
    assert begun == {label: quarters[label] for label in begun}
    assert sum(cells[0] for cells in begun.values()) == len(rows) > 0
    labels = {theme.value: str(theme.label) for theme in Theme}
    expected = {labels[key]: [n, len(rows) - n, len(rows), percent(n, len(rows))] for key, n in reader.themes(rows).items()}
    assert plain(figures(own, "received-themes")) == expected


def test_an_agencys_own_report_counts_its_own_side(counted: tuple[Scope, Reader]) -> None:
    scope, reader = counted
    for agency in list(scope.members.values())[2:4]:
        tables = {table.key: table for section in own_report(agency, reader.year, NOW).sections for table in section.tables}
        key, ours = str(agency.pk), own_side(reader, str(agency.pk))
        raised = [one for one in ours.raised if one.raiser == key]
        assert total(tables["raised"])[2] == len(raised)
        assert total(tables["received"]) == [len(ours.asked(key))]
        met, late, none, spare, ahead = ours.answering(reader.names).get(agency.name, [0] * 5)
        due = met + late + none
        empty = not any((due, spare, ahead))
        assert total(tables["responses"]) == ([] if empty else [met, late, none, due, percent(met, due), spare, ahead])
        done = ours.actions(reader.names).get(agency.name)
        assert [total(tables["actions"])[at] for at in (0, 1, 2, 5) if done] == (done or [])
        lines = {row.label: row.cells[0].value for row in tables["scorecard"].rows}
        assert [lines[name] for name in ("Raised", "Asked", "Responses due")] == [len(raised), len(ours.asked(key)), due]
        timed = {row.label: [cell.value for cell in row.cells[:4]] for row in tables["scorecard-time"].rows}
        assert timed["Responses"] == [met, due, 100, percent(met, due) if due else None]


def test_three_years_together(lived: Reader) -> None:
    pooled = replace(lived, years=3)
    pooled.__dict__["told"] = lived.told
    scope = Scope(lived.partnership, Pool(2025), NOW, Edition.PUBLIC)
    tables, each = figures_of(scope), [lived.of(Year(number)) for number in (2023, 2024, 2025)]
    assert [row[2] for row in plain(tables["raised"]).values()] == [len(one.raised) for one in each]
    assert [row[0] for row in plain(tables["other"]).values()] == [*pooled.other(), lived.open_at(pooled.starts)]
    assert {label: row[0] for label, row in plain(tables["themes"]).items()} == {str(Theme(key).label): n for key, n in pooled.themes().items()}
    for stage, (met, late, none, spare, ahead) in pooled.responses().items():
        due = met + late + none
        assert plain(tables["responses"])[scope.stage(stage)] == [met, late, none, due, percent(met, due), spare, ahead]
    assert inside(tables["kinds"]) == pooled.pairs(told_in_public(pooled))
    assert plain(tables["learning"]) == pooled.learning()
    assert total(tables["routes"])[0] == pooled.routes().total()
    assert [row[0] for row in plain(tables["closing"]).values()] == pooled.closing()[:3]
    matters = {one.year.label: sum(cells[0] for cells in returned(one).values()) for one in each}
    assert {label: row[0] for label, row in plain(tables["early"]).items()} == {label: n for label, n in matters.items() if n}
    assert not {key for key, measure in MEASURES.items() if measure.looks_back} & tables.keys()


def test_the_boards_page_agrees_with_the_year_but_for_what_is_kept_from_an_agency(lived: Reader) -> None:
    document = quarterly.board_page(lived.partnership, quarterly.last_quarters(NOW), NOW)
    trend = next(table for section in document.sections for table in section.tables if table.key == "trend")
    by_name, year = {row.label: row.cells[0].number for row in trend.rows}, lived.of(Year(2024)).without(is_kept_apart)
    assert len(year.raised) < len(lived.of(Year(2024)).raised), "Some is kept from the people of its own agency."
    for label, cells in year.by_quarter().items():
        first, _, last = label.partition(" to ")
        assert by_name[f"{first[:3]} to {last[:3]} {2025 if first == 'January' else 2024}"] == cells[2]
    assert sum(by_name.values()) >= len(year.raised) > 0


def test_the_years_hold_what_the_figures_are_about(lived: Reader) -> None:
    """Whatever moves a figure happened in them, the system's own move up among it."""
    kinds = Counter(line.kind for story in lived.told for line in story.lines)
    assert kinds.keys() >= ABOUT
    assert any(line.kind == EventKind.MOVED_UP and line.facts["system"] for story in lived.told for line in story.lines)
    assert set(Dispute.objects.values_list("version__procedure__key", "variant").distinct()) == WAYS
    assert {one.limit.measures for one in lived.timed} == TIMED


def test_no_measure_is_without_its_second_count() -> None:
    """Each stands in a test of this file that has the reader's count beside it; a new one fails here until it does."""
    recounted = set()
    for test in ast.parse(Path(__file__).read_text()).body:
        if isinstance(test, ast.FunctionDef) and "counted" in {arg.arg for arg in test.args.args}:
            calls = [node for node in ast.walk(test) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "figures"]
            recounted |= {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}
    assert recounted == set(KNOWN)
