"""Public editions in the hands of a reader who knows how they are made: of each hidden count more than one value must be left."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from escalation.models import Dispute, Panel, ProcedureVersion, Referral, StageDefinition, StageRun
from escalation.procedures.definition import Sides
from escalation.states import Ground, Route, State
from reports.earlier import name_of
from reports.editions import Suppressed, hide, suppressed
from reports.figures import Edition, Table, Unit
from reports.gathering import gathered
from reports.issuing import issue, public_document
from reports.measures import Scope, figures_of
from reports.periods import Pool, Year
from reports.proof import Hiding
from reports.relations import relations_of
from tests.kept import kept_fixture
from tests.reports.attacker import Attacker, Knowledge, Name
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate
from tests.reports.knowledge import Reader, read_together, truth_of
from tests.reports.odd_ends import add_returns, leave_some_out

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
JUNE = datetime(2025, 6, 2, 9, tzinfo=UTC)
YEAR = Year(2025)


@kept_fixture
def world() -> World:
    return make_world()


def scope(world: World, year: Year | Pool = YEAR) -> Scope:
    return Scope(world.partnership, year, NOW, Edition.PUBLIC)


def hints_of(found: Suppressed, year: int) -> dict[Name, dict[Name, int]]:
    """The other values that the product found, under the reader's names."""
    reader = Reader(Knowledge(), year, found.tables)
    names = {
        name_of(table, at, across): reader.name(table, row, across)
        for table in found.tables.values() for at, row in enumerate(table.rows) for across in range(len(row.cells))
    }  # fmt: skip
    return {names[name]: {names[each]: by for each, by in move.items() if each in names} for name, move in found.proofs.items() if name in names}


def attacker_of(world: World, printed: Mapping[str, Table], year: Year = YEAR) -> Attacker:
    """One who read this edition of the year."""
    return attacker_of_all(world, {year: printed})


def attacker_of_all(world: World, printed: Mapping[Year | Pool, Mapping[str, Table]]) -> Attacker:
    """One who read editions of several years that follow each other, the first first."""
    known, truth, readers = Knowledge(), dict[Name, int](), list[Reader]()
    for year, tables in printed.items():
        readers.append(Reader(known, year.number, tables))
        readers[-1].read()
        truth |= truth_of(readers[-1], figures_of(scope(world, year)), raised_by(world, year))
    for pair in pairwise(readers):
        read_together(pair)
    return Attacker(known, truth)


def raised_by(world: World, year: Year | Pool) -> Mapping[str, int]:
    return raised_by_kind(scope(world, year))


def raised_by_kind(here: Scope) -> Mapping[str, int]:
    """How many each kind of agency raised in the scope's year, those that are told as one together."""
    rows = Dispute.objects.filter(
        partnership=here.partnership, sent_at__isnull=False, submitted_at__gte=here.period.starts, submitted_at__lt=here.period.ends
    )  # fmt: skip
    kinds = rows.exclude(state=State.DRAFT).filter(left_out="").values_list("raising_agency__kind", flat=True)
    return Counter("together" if kind in here.kinds_as_one else kind for kind in kinds)


def printed_with(tables: Mapping[str, Table], hidden: Collection[Name]) -> dict[str, Table]:
    """The tables as they would be published if these alone were hidden."""
    return {key: hide(table, hidden) if table.counts_people else table for key, table in tables.items()}


def raised(
    world: World, many: int, at: datetime = JUNE, *, stage: int = 1, ended: datetime | None = JUNE + 5 * DAY, state: State = State.CLOSED
) -> None:
    for _ in range(many):
        life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
        life.enter(1, at)
        if stage > 1:
            life.enter(stage, at + DAY, Ground.NOT_RESOLVED)
        if ended:
            life.finish(ended, state, **({"resolved_at": ended} if state == State.CLOSED else {}))


def first_year(world: World) -> None:
    """A hundred and twenty, with nothing on record from before: 14 settled at Stage 3 and 5 at Stage 4, which 14 and 6 have reached."""
    for stage, many in ((1, 62), (2, 23), (3, 14), (4, 5)):
        raised(world, many, stage=stage)
    raised(world, 15, state=State.WITHDRAWN)
    raised(world, 1, stage=4, ended=None)
    world.save()


def test_the_reader_works_out_what_the_stages_reached_tell_of_those_that_settled(world: World) -> None:
    """14 and 5 hidden beside a sum of 19: the one is 14 at most, and one of the two is five at most."""
    first_year(world)
    tables = figures_of(scope(world))
    hidden = {("settled", "3", "closed"), ("settled", "4", "closed")}
    assert {(2025, "settled", "3", 0), (2025, "settled", "4", 0)} <= attacker_of(world, printed_with(tables, hidden)).told({})


def test_the_edition_of_such_a_year_leaves_more_than_one_value_of_each(world: World) -> None:
    first_year(world)
    found = suppressed(figures_of(scope(world)))
    assert found.unproven == set()
    attacker = attacker_of(world, found.tables)
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, 2025)) == set()


def knowing_why(attacker: Attacker, year: int, stages: Collection[int]) -> set[Name]:
    """The same reader, who knows why rows of stages are put together: what comes before another in a row is small, where other rows follow. Of these
    stages those whose number of settled ones is told."""
    parts: set[Name] = {(year, "settled", str(stage), 0) for stage in stages}
    attacker.known.spans |= dict.fromkeys(parts, (1, 5))
    attacker.known.wanted |= parts
    return attacker.told({}, among=parts)


def test_that_rows_are_put_together_tells_no_count_of_them(world: World) -> None:
    """5, 7, 3 and 4 settled at the four stages, which 16, 7, 3 and 4 have reached: "1 to 2" is 12, and of them 7 at most at Stage 2."""
    for stage, many in ((1, 5), (2, 7), (3, 3), (4, 4)):
        raised(world, many, stage=stage)
    raised(world, 11, ended=None)
    world.save()
    tables = figures_of(scope(world))
    naive = printed_with({**tables, "settled": gathered(tables["settled"])}, {("highest", stage, "raised") for stage in ("3", "4")})
    assert [row.cells[0].value for row in naive["settled"].rows] == [12, 7, 19]
    assert knowing_why(attacker_of(world, naive), 2025, [1]) == {(2025, "settled", "1", 0)}
    found = suppressed(tables)
    assert found.unproven == set()
    assert knowing_why(attacker_of(world, found.tables), 2025, [1]) == set()
    assert attacker_of(world, found.tables).told(hints_of(found, 2025)) == set()


def before_the_partnership(world: World) -> None:
    """Stage 5 is the partnership's: of seven that reached it six were settled there and one was withdrawn, as were the five that reached Stage 4."""
    StageDefinition.objects.create(version=world.version, position=5, key="stage-5", number="5", name="The partnership", sides=Sides.PARTNERSHIP)
    for stage, many, state in ((1, 20, State.CLOSED), (2, 10, State.CLOSED), (4, 5, State.WITHDRAWN), (5, 6, State.CLOSED), (5, 1, State.WITHDRAWN)):
        raised(world, many, stage=stage, state=state)
    for run in [row for row in world.rows[StageRun] if row.stage == 5]:
        world.add(Referral(dispute=run.dispute, run=run, referred_at=run.entered_at, route=Route.PANEL, route_at=run.entered_at))
    world.save()


def test_how_many_were_referred_tells_how_many_reached_the_partnership(world: World) -> None:
    """12 hidden at Stages 4 and 5: seven were referred and none is open, so seven at most have reached Stage 5, and six were settled there."""
    before_the_partnership(world)
    tables = figures_of(scope(world))
    hidden = {("highest", "4", "raised"), ("highest", "5", "raised")}
    assert attacker_of(world, printed_with(tables, hidden)).told({}) >= {(2025, "highest", "4", 0), (2025, "highest", "5", 0)}
    found = suppressed(tables)
    assert found.unproven == set()
    attacker = attacker_of(world, found.tables)
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, 2025)) == set()


AGREED = "agreed_action"
Way = tuple[int, int, Route | None, str]


def settled_so(world: World, *ways: Way, is_decided: bool = False, at: datetime = JUNE, ended: datetime | None = None) -> None:
    """Raised at a moment and closed at a stage, so many, before the partnership (Stage 5) by a route, with an outcome. `is_decided`: each panel's
    decision is on record."""
    StageDefinition.objects.get_or_create(
        version=world.version, position=5, key="stage-5", number="5", name="The partnership", sides=Sides.PARTNERSHIP
    )
    ended = ended or at + 5 * DAY
    for stage, many, route, outcome in ways:
        for _ in range(many):
            life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
            life.enter(1, at)
            run = life.enter(stage, at + DAY, Ground.NOT_RESOLVED) if stage > 1 else None
            if route:
                referral = world.add(Referral(dispute=life.dispute, run=run, referred_at=at + DAY, route=route, route_at=at + DAY))
                if is_decided and route == Route.PANEL:
                    referral.decided_at = at + 4 * DAY
                    world.add(Panel(referral=referral, meets_at=at + 3 * DAY, convened_at=at + 2 * DAY))
            life.finish(ended, State.CLOSED, resolved_at=ended, outcome=outcome, difference="plan_changed")
    world.save()


@pytest.mark.parametrize(("outcome", "is_decided"), [("panel_decision", False), (AGREED, True)])
def test_what_only_one_route_leads_to_does_not_tell_how_many_took_it(world: World, outcome: str, is_decided: bool) -> None:
    """Six decided by a panel, and shown, as outcomes or as recorded decisions after which the sides agreed an action: so of seven referred six at
    least were before a panel and, since zeros are shown, one before a mediator."""
    ways: tuple[Way, ...] = ((1, 20, None, AGREED), (2, 12, None, AGREED), (5, 6, Route.PANEL, outcome), (5, 1, Route.MEDIATION, AGREED))
    settled_so(world, *ways, is_decided=is_decided)
    tables = figures_of(scope(world))
    naive = printed_with(tables, {("routes", route, "referred") for route in ("mediation", "panel")})
    assert attacker_of(world, naive).told({}) >= {(2025, "routes", "mediation", 0), (2025, "routes", "panel", 0)}
    found = suppressed(tables)
    assert found.unproven == set()
    attacker = attacker_of(world, found.tables)
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, 2025)) == set()


def test_outcomes_of_the_partnerships_routes_do_not_tell_how_many_were_settled_at_stages_that_are_put_together(world: World) -> None:
    """Two settled at Stage 4 and six at Stage 5, together "8", and six decided by a panel: they were settled at Stage 5, and six were referred."""
    settled_so(world, (1, 20, None, AGREED), (4, 2, None, AGREED), (5, 6, Route.PANEL, "panel_decision"))
    tables = figures_of(scope(world))
    together: set[Name] = {(2025, key, stage, 0) for key in ("settled", "highest") for stage in ("4", "5")}
    naive = {**tables, **{key: gathered(tables[key]) for key in ("settled", "highest")}}
    assert of_those_together(attacker_of(world, naive), together) == together
    found = suppressed(tables)
    assert found.unproven == set()
    attacker = attacker_of(world, found.tables)
    assert attacker.wrong() == []
    assert of_those_together(attacker, together) == set()
    assert attacker.told(hints_of(found, 2025)) == set()


def test_a_stage_that_is_the_partnerships_in_one_procedure_alone_is_one_at_which_its_routes_may_settle(world: World) -> None:
    """Stage 4 is the agencies' own in the first version of the procedure, whose Stage 5 is the partnership's; in the second Stage 4 is."""
    second = ProcedureVersion.objects.create(
        procedure=world.version.procedure, number=2, definition={}, checksum="1" * 64, in_force_from="2026-01-01", published_at=NOW
    )
    for version, position in ((world.version, 5), (second, 4)):
        StageDefinition.objects.create(
            version=version, position=position, key=f"stage-{position}", number=str(position), name="The partnership", sides=Sides.PARTNERSHIP
        )
    tables = figures_of(scope(world))
    assert (tables["highest"].partnership_from, tables["settled"].partnership_from) == (5, 4)


def test_a_year_whose_record_holds_outcomes_that_no_route_came_to_is_published(world: World) -> None:
    """One mediated between two agencies at Stage 2, as could be put down once, where nothing was referred."""
    settled_so(world, (1, 20, None, AGREED), (2, 9, None, AGREED), (2, 1, None, "mediated"))
    assert suppressed(figures_of(scope(world))).unproven == set()


@pytest.mark.parametrize(("mediated", "liaised", "is_known"), [(Route.MEDIATION, Route.LIAISON, True), (Route.LIAISON, Route.MEDIATION, False)])
def test_what_a_route_comes_to_is_reckoned_with_where_each_took_it_and_not_where_the_numbers_happen_to_fit(
    world: World, mediated: Route, liaised: Route, is_known: bool
) -> None:
    """One was referred by each of two routes and came to what each comes to, or to what the other does, as could be put down once."""
    settled_so(world, (1, 20, None, AGREED), (5, 1, mediated, "mediated"), (5, 1, liaised, "liaison"))
    rules = relations_of(figures_of(scope(world)), {}).within
    assert any(name[0] == "outcomes" for rule in rules for name in rule.less if isinstance(name, tuple)) is is_known


def of_those_together(attacker: Attacker, names: set[Name]) -> set[Name]:
    """Of these counts those that are told."""
    attacker.known.wanted |= names
    return attacker.told({}, among=names)


def test_how_many_were_logged_here_does_not_tell_how_many_of_those_closed_were_brought_in(world: World) -> None:
    """42 raised, 30 of them logged here, and 35 closed: at most 30 of those were logged here, so five at least were brought in. Five are hidden."""
    for many, is_imported, ended in ((30, False, True), (5, True, True), (7, True, False)):
        for _ in range(many):
            life = Life.begin(world, JUNE, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"], is_imported=is_imported)
            life.enter(1, JUNE)
            if ended:
                life.finish(JUNE + 5 * DAY, State.CLOSED, resolved_at=JUNE + 5 * DAY, outcome=AGREED, difference="plan_changed")
    world.save()
    tables = figures_of(scope(world))
    naive = printed_with(tables, {("imported", "closed", column) for column in ("brought-in", "logged-here")})
    assert attacker_of(world, naive).told({}) >= {(2025, "imported", "closed", 0), (2025, "imported", "closed", 1)}
    found = suppressed(tables)
    assert found.unproven == set()
    attacker = attacker_of(world, found.tables)
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, 2025)) == set()


def test_what_was_not_closed_tells_how_many_were_withdrawn(world: World) -> None:
    """51 raised, 48 closed: at most three were withdrawn since, and three quarters of a year hide at least one each."""
    quarters = [datetime(2025, month, 3, 9, tzinfo=UTC) for month in (5, 8, 11)] + [datetime(2026, 2, 3, 9, tzinfo=UTC)]
    for at in quarters:
        raised(world, 12, at, ended=at + 9 * DAY)
    for at in (quarters[0], quarters[1], quarters[3]):
        raised(world, 1, at, ended=datetime(2026, 5, 5, 9, tzinfo=UTC) if at is quarters[3] else at + 5 * DAY, state=State.WITHDRAWN)
    world.save()
    tables = figures_of(scope(world))
    quarterly = {("raised", row.name, column) for row in tables["raised"].rows for column in ("kept", "gone") if row.name != "3"}
    naive = quarterly | {"open", "withdrawn"}
    assert {(2025, "raised", "1", 1), (2025, "raised", "all", 0)} <= attacker_of(world, printed_with(tables, naive)).told({})
    found = suppressed(tables)
    assert attacker_of(world, found.tables).told(hints_of(found, 2025)) == set()


@pytest.mark.parametrize(("number", "seed"), [(5, 1), (9, 2), (20, 6), (40, 3), pytest.param(60, 7, marks=pytest.mark.everything), (150, 4)])
def test_no_hidden_count_of_a_generated_year_is_told(world: World, number: int, seed: int) -> None:
    for year in (YEAR.before(), YEAR) if seed % 2 else (YEAR,):
        generate(world, number, starts=year.starts, ends=year.ends, now=NOW, seed=seed + year.number)
    if seed % 3 == 0:
        add_returns(world)
        leave_some_out(world)
    found = suppressed(figures_of(scope(world)))
    attacker = attacker_of(world, found.tables)
    assert attacker.wrong() == []
    assert attacker.told(hints_of(found, 2025)) == set()
    assert found.unproven == set()


def issued(world: World, *years: Year | Pool) -> dict[Year | Pool, dict[str, Table]]:
    """Their public editions, made and issued one after the other."""
    found: dict[Year | Pool, dict[str, Table]] = {}
    for year in years:
        document = public_document(world.partnership, year, NOW)
        issue(world.partnership, document, NOW)
        found[year] = {table.key: table for section in document.sections for table in section.tables}
    return found


def test_a_small_number_that_stands_alone_stays_within_what_the_rule_hides(world: World) -> None:
    """Kept inside one agency: five. From one to five it may be four; never six, which would have been shown."""
    first_year(world)
    tables = figures_of(scope(world))
    others = tables["other"]
    rows = tuple(replace(row, cells=(replace(row.cells[0], value=5),)) if row.key == "inside" else row for row in others.rows)
    found = suppressed({**tables, "other": replace(others, rows=rows)})
    assert found.proofs["other", "inside", "all"] == {("other", "inside", "all"): -1}
    assert not Hiding(found.system, found.hidden).fits({("other", "inside", "all"): 1})
    assert [row.cells[0].text(Unit.COUNT) for row in found.tables["other"].rows if row.key == "inside"] == ["[c]"]
