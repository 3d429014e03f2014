"""What might be counted as something that it is not: a way back, a file confirmed before a reopening, a panel that was put off or that has members
of elsewhere, what came back after more than twelve months."""

from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import User
from escalation.models import Dispute, Panel, PanelMember, Referral
from escalation.states import Ground, Outcome, Route, Theme, Verb
from reports.figures import Edition, Table
from reports.measures import MEASURES, Scope
from reports.periods import Year
from tests.cast import Cast
from tests.escalation.verbs import met, routed
from tests.factories import make_agency
from tests.procedures.journey import Journey
from tests.reports.builders import Life, make_world
from tests.world import World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def figures(world: World, key: str) -> Table:
    table: Table = MEASURES[key].figures(Scope(world.cast.partnership, Year(2025), world.now + timedelta(minutes=1), Edition.INTERNAL))
    return table


def body(world: World, key: str, *columns: int) -> list[list[int]]:
    """The counts of these columns in the rows above the total that count something."""
    rows = [[row.cells[column].number for column in columns] for row in figures(world, key).rows if not row.is_total]
    return [row for row in rows if any(row)]


def test_what_the_chair_gave_back_is_no_move_up(cast: Cast) -> None:
    """Enfield: three moves up, from line managers to the chair, each for risk; given back, it is in stage 3 again."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    for _ in range(2):
        journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="It will not wait.")
    journey.do(Verb.REFER, journey.holder(), ground=Ground.RISK, efforts="Three stages.", reason="No agreement.")
    journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.BACK, reason="The heads have not met.")
    assert journey.stage == 3
    assert body(journey.world, "grounds", 0) == [[3]]
    assert [row[0] for row in body(journey.world, "moves", 3)] == []
    assert body(journey.world, "moves", 6) == [[1], [1], [1]]


def settle(world: World, dispute: Dispute, by: User) -> None:
    """Both sides confirm a wording."""
    world.do(dispute, Verb.PROPOSE_OUTCOME, by, wording="A visit.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver)
    world.now += timedelta(hours=1)


def confirm(world: World, dispute: Dispute) -> None:
    """Both agencies confirm the child's file."""
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.lead)
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.receiver)


@pytest.mark.engines
def test_a_file_confirmed_before_a_reopening_is_to_be_confirmed_again(world: World) -> None:
    """One never reopened, one reopened and confirmed again, one reopened and not."""
    for reopened, confirmed_again in ((False, False), (True, True), (True, False)):
        dispute = world.sent()
        settle(world, dispute, world.cast.own_manager)
        confirm(world, dispute)
        if reopened:
            world.now += timedelta(hours=1)
            world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It came back.")
            settle(world, dispute, world.cast.lead)
        if confirmed_again:
            confirm(world, dispute)
        world.do(dispute, Verb.CLOSE, world.cast.business_manager, difference="no_change", gap="Nobody answered.")
    assert [figures(world, "closing").rows[1].cells[at].number for at in range(3)] == [2, 1, 3]


def convene(world: World, dispute: Dispute) -> None:
    """Three agencies, those concerned among them, in two days."""
    cast = world.cast
    members = {cast.own_senior.pk: cast.school.pk, cast.receiving_senior.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.chair, meets_at=world.now + timedelta(days=2), members=members)


def test_a_panel_that_was_put_off_is_one_panel(world: World) -> None:
    dispute = routed(world, world.sent(), "panel")
    convene(world, dispute)
    world.now += timedelta(hours=1)
    convene(world, dispute)
    met(world, dispute)
    world.do(dispute, Verb.DECIDE, world.cast.chair, decision="Assess.", reasons="The risk.")
    assert body(world, "panels", 0, 2) == [[1, 1], [1, 1]]


def test_what_was_decided_by_mediation_is_no_decision_of_the_panel_that_was_convened_first(world: World) -> None:
    dispute = routed(world, world.sent(), "panel")
    convene(world, dispute)
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.MEDIATION, reason="They talk.", mediator=world.cast.mediator.pk)
    world.do(dispute, Verb.DECIDE, world.cast.mediator, decision="Assess.", reasons="Both agree.")
    assert body(world, "panels", 0, 1, 2) == [[1, 0, 1], [0, 1, 1]]


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
    row = MEASURES["panels"].figures(Scope(world.partnership, Year(2025), NOW, Edition.INTERNAL)).rows[0]
    assert (row.label, [cell.value for cell in row.cells]) == ("Members of at least 3 of the partnership's agencies", [1, 1, 2, 50])


def test_twelve_months_reach_back_into_the_year_before_and_no_further() -> None:
    """The same pair and area on 5 April 2024, 10 February, 10 March and 5 April 2025: the first is a day too old for the last. One names it twice."""
    world = make_world()
    for year, month, day in ((2024, 4, 5), (2025, 2, 10), (2025, 3, 10), (2025, 4, 5)):
        at = datetime(year, month, day, 9, tzinfo=UTC)
        life = Life.begin(world, at, world.agencies[2], [world.agencies[0]], NOW, themes=[Theme.DELAY] * (1 + (month == 2)))
        life.ask(life.enter(1, at), world.agencies[0], at, due=at, answered=at, until=at)
    world.save()
    found = {year: MEASURES["hot"].figures(Scope(world.partnership, Year(year), NOW, Edition.INTERNAL)).rows for year in (2024, 2025, 2026)}
    assert [[cell.value for cell in row.cells[1:]] for row in found[2025]] == [[3, 1]]
    assert [[cell.value for cell in row.cells[1:]] for row in found[2024]] == [[3, 3]]
    assert found[2026] == ()
