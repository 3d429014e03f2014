"""Refer, acknowledge, choose the route, convene, decide: the matter before Bristol's chair."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.roles import Role
from escalation.engine.case import assemble
from escalation.models import Clock, Dispute, OutcomeProposal, PanelMember, Referral
from escalation.states import ClockState, EventKind, Force, Ground, Message, Outcome, Route, State, Verb
from escalation.web.verbs.chairing import seats_of
from tests.escalation.verbs import before_chair, met, refused, routed
from tests.factories import make_agency, make_member, make_user
from tests.kept import kept_fixture
from tests.world import MONDAY, World, chosen, london

pytestmark = pytest.mark.django_db
MEETS = london("2026-03-17 10:00")
DECISION = {"decision": "An assessment.", "reasons": "The risk."}


@kept_fixture
def dispute(world: World) -> Dispute:
    return before_chair(world, world.sent())


def members(world: World, **more: object) -> dict[str, object]:
    cast = world.cast
    three = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    return {"meets_at": MEETS, "members": three, **more}


def test_a_referral_carries_the_efforts_and_the_reason_and_tells_the_chair_and_the_unit(world: World, dispute: Dispute) -> None:
    """BRI-12, DEV-04."""
    assert dispute.events.get(kind=EventKind.REFERRED).body.text == {"efforts": "Three talks.", "reason": "No agreement."}
    assert Referral.objects.get(dispute=dispute).chair == world.cast.chair
    for user in (world.cast.chair, world.cast.business_unit):
        assert dispute.notifications.filter(recipient=user).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"efforts": ""}, "efforts"), ({"reason": " "}, "reason"), ({"ground": "spite"}, "ground"), ({"ground": Ground.NO_RESPONSE}, "ground")],
)
def test_a_referral_without_them_is_refused(world: World, changed: dict[str, str], field: str) -> None:
    dispute = world.sent()
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="Tonight.", to=3)
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.REFER, world.cast.own_board, **{"ground": Ground.RISK, "efforts": "x", "reason": "x", **changed})
    assert caught.value.field == field


def test_a_side_does_not_move_the_date_that_is_the_chairs(world: World, dispute: Dispute) -> None:
    """BRI-12: the chair acknowledges in two working days and sets the timetable; nobody else does, before it nor after."""
    later = {"due_at": london("2026-05-01 12:00"), "reason": "We want more time."}
    with refused(dispute, WrongState, "No date is running"):
        world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.own_board, **later)
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.chair, resolve_by=london("2026-03-20 12:00"))
    for user in (world.cast.own_board, world.cast.receiving_board):
        with refused(dispute, WrongState, "No date is running"):
            world.do(dispute, Verb.PROPOSE_TIMETABLE, user, **later)


def test_it_is_referred_only_from_the_stage_below_and_once(world: World, dispute: Dispute) -> None:
    early = world.sent()
    with refused(early, WrongState, "not the partnership's"):
        world.do(early, Verb.REFER, world.cast.lead, ground=Ground.RISK, efforts="x", reason="x")
    with refused(dispute, WrongState, "not the partnership's"):
        world.do(dispute, Verb.REFER, world.cast.lead, ground=Ground.RISK, efforts="x", reason="x")


def test_the_chair_or_the_deputy_acknowledges_once_with_a_date_to_come(world: World, dispute: Dispute) -> None:
    for wrong in (None, MONDAY, MONDAY + timedelta(days=4000), MEETS.replace(tzinfo=None)):
        with refused(dispute, InvalidInput) as caught:
            world.do(dispute, Verb.ACKNOWLEDGE, world.cast.chair, resolve_by=wrong)
        assert caught.value.field == "resolve_by"
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.deputy_chair, resolve_by=MEETS)
    with refused(dispute, WrongState, "acknowledged already"):
        world.do(dispute, Verb.ACKNOWLEDGE, world.cast.chair, resolve_by=MEETS)


def test_a_party_does_not_acknowledge_for_the_chair(world: World, dispute: Dispute) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.ACKNOWLEDGE, world.cast.receiving_board, resolve_by=MEETS)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"route": Route.PANEL, "reason": ""}, "reason"),
        ({"route": "duel", "reason": "x"}, "route"),
        ({"route": Route.LIAISON, "reason": "x"}, "route"),
        ({"route": Route.BACK, "reason": "x"}, "route"),
        ({"route": Route.MEDIATION, "reason": "x"}, "mediator"),
        ({"route": Route.MEDIATION, "reason": "x", "mediator": uuid4()}, "mediator"),
    ],
)
def test_the_chair_chooses_among_the_procedures_routes_with_a_reason(world: World, dispute: Dispute, given: dict[str, object], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, **given)
    assert caught.value.field == field


def test_a_mediator_belongs_to_no_party(world: World, dispute: Dispute) -> None:
    world.cast.mediator.memberships.create(partnership=world.cast.partnership, agency=world.cast.school, role="practitioner")
    with refused(dispute, InvalidInput, "none of the agencies concerned"):
        world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.MEDIATION, reason="x", mediator=world.cast.mediator.pk)


@pytest.mark.parametrize("part", ["business_manager", "own_board", "receiving_board", "raiser"])
def test_only_the_chair_chooses(world: World, dispute: Dispute, part: str) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CHOOSE_ROUTE, getattr(world.cast, part), route=Route.PANEL, reason="x")


def test_a_mediator_sees_it_from_when_they_are_named(world: World, dispute: Dispute) -> None:
    with refused(dispute, NotFound):
        world.do(dispute, Verb.ADD_NOTE, world.cast.mediator, text="x")
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.MEDIATION, reason="x", mediator=world.cast.mediator.pk)
    world.do(dispute, Verb.ADD_NOTE, world.cast.mediator, text="We meet on Monday.")
    assert dispute.notifications.filter(recipient=world.cast.mediator, kind=Message.ASSIGNED).exists()


# -- the panel --------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def to_panel(world: World) -> Dispute:
    return routed(world, world.sent(), "panel")


def test_a_panel_of_three_agencies_is_convened_and_its_members_are_asked(world: World, to_panel: Dispute) -> None:
    """BRI-14."""
    world.do(to_panel, Verb.CONVENE, world.cast.business_manager, **members(world, place="Town hall"))
    assert set(PanelMember.objects.filter(is_party=True).values_list("agency__name", flat=True)) == {"Hillside School", "Northshire Social Care"}
    told = to_panel.notifications.get(recipient=world.cast.police_manager)
    assert str(told) == "A panel meets on Tuesday 17 March 2026, 10am. Declare an interest, or that there is none"
    assert told.due_at == Clock.objects.get(owner=world.cast.police_manager, state=ClockState.RUNNING).due_at


def test_a_panel_member_reads_the_disagreement_that_they_hear(world: World, to_panel: Dispute) -> None:
    assert not Dispute.objects.visible_to(world.person(world.cast.police_manager)).filter(pk=to_panel.pk).exists()
    world.do(to_panel, Verb.CONVENE, world.cast.chair, **members(world))
    world.do(met(world, to_panel), Verb.DECIDE, world.cast.police_manager, **DECISION)
    assert world.fresh(to_panel).events.get(kind=EventKind.DECIDED).facts["force"] == Force.BINDING


def without(world: World, part: str) -> dict[Any, Any]:
    whole = members(world)["members"]
    assert isinstance(whole, dict)
    return {user: agency for user, agency in whole.items() if user != getattr(world.cast, part).pk}


def test_a_panel_that_may_not_sit_is_refused(world: World, to_panel: Dispute) -> None:
    cast = world.cast
    other = {cast.panel_member.pk: cast.police.pk}
    wrong: list[tuple[dict[str, object], str]] = [
        ({"meets_at": MONDAY}, "has not passed"),
        ({"members": {}}, "these are of 0"),
        ({"members": without(world, "own_board")}, "these are of 2"),
        ({"members": {**without(world, "own_board"), cast.stranger.pk: uuid4()}}, "agencies concerned sit"),
        ({"members": {**without(world, "own_board"), cast.raiser.pk: cast.school.pk}}, "Nobody who raised it"),
        ({"members": {**without(world, "police_manager"), cast.stranger.pk: cast.police.pk}}, "people of this partnership"),
        ({"members": {**without(world, "police_manager"), uuid4(): cast.police.pk}}, "people of this partnership"),
        ({"members": {**without(world, "police_manager"), cast.panel_member.pk: uuid4()}}, "people of this partnership"),
        ({"members": {**without(world, "police_manager"), **other}, "place": "x" * 161}, "160 characters"),
    ]
    for changed, words in wrong:
        with refused(to_panel, InvalidInput, words):
            world.do(to_panel, Verb.CONVENE, cast.chair, **members(world, **changed))
    assert not PanelMember.objects.exists()


def test_an_agency_of_elsewhere_is_none_of_the_three_and_sits_only_where_it_is_concerned(world: World, to_panel: Dispute) -> None:
    """BRI-14: three member agencies, and those in dispute."""
    cast = world.cast
    borough = make_agency(cast.partnership, "Another Borough", is_external=True)
    guest = make_user("Gwen Price")
    make_member(guest, borough, Role.SENIOR)
    with refused(to_panel, InvalidInput, "these are of 2"):
        world.do(to_panel, Verb.CONVENE, cast.chair, **members(world, members={**without(world, "police_manager"), guest.pk: borough.pk}))
    whole = members(world)["members"]
    with refused(to_panel, InvalidInput, "people of this partnership"):
        world.do(to_panel, Verb.CONVENE, cast.chair, **members(world, members={**whole, guest.pk: borough.pk}))  # type: ignore[dict-item]
    assert f"{borough.pk} {guest.pk}" not in seats_of(assemble([to_panel], now=world.now)[0])
    across = routed(world, world.sent(borough), "panel")
    assert f"{borough.pk} {guest.pk}" in seats_of(assemble([across], now=world.now)[0])
    with refused(across, InvalidInput, "these are of 2"):
        world.do(across, Verb.CONVENE, cast.chair, **members(world, members={**without(world, "receiving_board"), guest.pk: borough.pk}))
    world.do(across, Verb.CONVENE, cast.chair, **members(world, members={**whole, guest.pk: borough.pk}))  # type: ignore[dict-item]


def test_a_panel_is_convened_only_on_that_route(world: World) -> None:
    dispute = routed(world, world.sent())
    with refused(dispute, WrongState, "panel route is not chosen"):
        world.do(dispute, Verb.CONVENE, world.cast.chair, **members(world))


# -- the decision -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("changed", "field"), [({"decision": " "}, "decision"), ({"reasons": ""}, "reasons"), ({"dissent": "\x00"}, "dissent")])
def test_a_decision_says_what_and_why(world: World, changed: dict[str, str], field: str) -> None:
    dispute = routed(world, world.sent())
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.DECIDE, world.cast.mediator, **{**DECISION, **changed})
    assert caught.value.field == field


def test_nothing_is_decided_before_a_route_or_twice(world: World, dispute: Dispute) -> None:
    with refused(dispute, WrongState, "route is not chosen yet"):
        world.do(dispute, Verb.DECIDE, world.cast.chair, **DECISION)
    decided = routed(world, world.sent())
    world.do(decided, Verb.DECIDE, world.cast.mediator, **DECISION)
    with refused(decided, WrongState, "decision is recorded"):
        world.do(decided, Verb.DECIDE, world.cast.chair, **DECISION)
    with refused(decided, WrongState, "decided already"):
        world.do(decided, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.PANEL, reason="x")


@pytest.mark.parametrize("part", ["own_board", "receiving_board", "business_manager"])
def test_neither_a_party_nor_the_unit_decides(world: World, part: str) -> None:
    dispute = routed(world, world.sent())
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.DECIDE, getattr(world.cast, part), **DECISION)


def test_a_mediation_without_agreement_is_no_decision_and_gives_the_choice_back_to_the_chair(world: World) -> None:
    """BRI-12, BRI-13: the chair's timescale runs on, by noon on 20 March, until something is decided."""
    dispute = routed(world, world.sent())
    world.do(dispute, Verb.DECIDE, world.cast.mediator, agreed=False, **DECISION)
    line = dispute.events.get(kind=EventKind.NOT_AGREED)
    assert (chosen(line), line.body.text["result"]) == ({"route": Route.MEDIATION}, DECISION["decision"])
    assert not dispute.events.filter(kind=EventKind.DECIDED).exists()
    [clock] = dispute.clocks.filter(key="resolution")
    assert (clock.state, clock.agreed_due_at, clock.owner) == (ClockState.RUNNING, london("2026-03-20 12:00"), world.cast.chair)
    assert Referral.objects.get(dispute=dispute).route == ""
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.MEDIATION, reason="Once more.", mediator=world.cast.mediator.pk)
    world.do(dispute, Verb.DECIDE, world.cast.mediator, **DECISION)
    assert dispute.clocks.get(key="resolution").state == ClockState.MET


def test_reopened_before_the_partnership_it_is_the_new_referral_that_counts_whatever_the_servers_clock_said(world: World, to_panel: Dispute) -> None:
    world.do(to_panel, Verb.WITHDRAW, world.cast.lead, reason="It was settled.", still_at_risk=False)
    world.do(to_panel, Verb.REOPEN, world.cast.lead, reason="It came back.")
    earlier = to_panel.referrals.get(run__number=to_panel.runs.count() - 1)
    to_panel.referrals.filter(pk=earlier.pk).update(referred_at=world.now + timedelta(minutes=1))
    with refused(to_panel, WrongState):
        world.do(to_panel, Verb.CONVENE, world.cast.chair, **members(world))
    world.do(to_panel, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.PANEL, reason="A panel once more.")
    world.do(to_panel, Verb.CONVENE, world.cast.chair, **members(world))


def test_a_binding_decision_needs_receipt_by_each_party_or_the_recorded_gap(world: World) -> None:
    dispute = routed(world, world.sent())
    world.do(dispute, Verb.DECIDE, world.cast.mediator, **DECISION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiving_board)
    world.do(dispute, Verb.RECORD_GAP, world.cast.business_unit, agency=world.cast.school.pk, reason="Three calls.")
    assert (world.fresh(dispute).state, world.fresh(dispute).outcome) == (State.RESOLVED, Outcome.MEDIATED)


def test_where_nobody_chairs_the_unit_is_asked_and_acknowledges(world: World) -> None:
    cast = world.cast
    for user in (cast.chair, cast.deputy_chair):
        user.memberships.all().delete()
    dispute = before_chair(world, world.sent())
    assert Referral.objects.get(dispute=dispute).chair is None
    world.do(dispute, Verb.ACKNOWLEDGE, cast.business_manager, resolve_by=MEETS)


def test_the_sides_put_what_the_chosen_route_comes_to_and_what_no_other_does(world: World) -> None:
    """The annual report counts outcomes by route."""
    dispute = routed(world, world.sent())
    with refused(dispute, InvalidInput, "did not come to it here") as caught:
        world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_board, wording="A joint visit.", kind=Outcome.PANEL_DECISION)
    assert caught.value.field == "kind"
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_board, wording="A joint visit.", kind=Outcome.MEDIATED)
    assert dispute.events.filter(kind=EventKind.OUTCOME_PROPOSED).count() == 1
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.PANEL, reason="It is for a panel.")
    with refused(dispute, WrongState):
        world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiving_board)
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_board, wording="A joint visit.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.MEDIATION, reason="They talk.", mediator=world.cast.mediator.pk)
    assert OutcomeProposal.objects.get(dispute=dispute, replaced_at=None).kind == Outcome.AGREED_ACTION


def test_nobody_puts_what_a_panel_decided_before_it_did(world: World) -> None:
    dispute = routed(world, world.sent(), Route.PANEL)
    with refused(dispute, InvalidInput, "did not come to it here"):
        world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_board, wording="A joint visit.", kind=Outcome.PANEL_DECISION)
