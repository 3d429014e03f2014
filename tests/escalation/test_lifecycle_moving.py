"""Move up, ask, hold, make urgent, withdraw, reopen, tell the business unit."""

from datetime import timedelta

import pytest

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from escalation.engine.case import assemble
from escalation.engine.perform import Seen
from escalation.models import Clock, Dispute, OutcomeProposal, Request, StageRun, TimetableProposal
from escalation.selectors.case_file import case_file
from escalation.services.sweep import sweep
from escalation.states import Answer, ClockState, EventKind, Ground, Message, RequestState, State, Verb
from tests.cast import Cast
from tests.escalation.verbs import closed, proposed, refused, resolved, respond
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
RISK = {"ground": Ground.RISK, "reason": "It will not wait."}


# -- move up ----------------------------------------------------------------------------------------------------------------------------------


def test_what_was_not_settled_lapses_and_the_next_stage_begins(world: World, dispute: Dispute) -> None:
    respond(world, dispute, Answer.DISAGREES)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.NOT_RESOLVED, reason="They see no risk.")
    first, second = Request.objects.filter(dispute=dispute).order_by("sent_at", "run__number")
    assert (first.state, second.state) == (RequestState.LAPSED, RequestState.AWAITING)
    assert StageRun.objects.get(dispute=dispute, left_at=None).ground == Ground.NOT_RESOLVED


def test_the_practitioner_asks_and_the_manager_moves(world: World, dispute: Dispute) -> None:
    with refused(dispute, NotAllowed, "You cannot do this here: move up"):
        world.do(dispute, Verb.MOVE_UP, world.cast.raiser, **RISK)
    world.do(dispute, Verb.ASK_TO_MOVE_UP, world.cast.raiser, reason="Nothing happens.")
    assert dispute.notifications.filter(recipient=world.cast.own_manager, action="Move it up, as was asked, or say why not").exists()
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.ASK_TO_MOVE_UP, world.cast.receiver, reason="x")
    with refused(dispute, InvalidInput, "Say why"):
        world.do(dispute, Verb.ASK_TO_MOVE_UP, world.cast.raiser, reason="")


@pytest.mark.parametrize("part", ["receiver", "receiving_lead", "business_unit"])
def test_neither_the_other_side_nor_the_unit_moves_it_up(world: World, dispute: Dispute, part: str) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.MOVE_UP, getattr(world.cast, part), **RISK)


def test_two_managers_on_one_page_one_moves_it_and_the_other_is_told(world: World, dispute: Dispute) -> None:
    seen = Seen.of(dispute)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, seen=seen, **RISK)
    with refused(dispute, Conflict, "Somebody else was first"):
        world.do(dispute, Verb.MOVE_UP, world.cast.lead, seen=seen, **RISK)
    assert world.fresh(dispute).stage == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ground": Ground.NO_RESPONSE}, "ground"),
        ({"ground": Ground.NOT_RESOLVED, "reason": "x"}, "ground"),
        ({"ground": Ground.DELAY, "reason": "x"}, "ground"),
        ({"ground": "spite", "reason": "x"}, "ground"),
        ({"ground": Ground.RISK, "reason": " "}, "reason"),
        ({"ground": Ground.RISK, "reason": "x", "to": 1}, "to"),
        ({"ground": Ground.RISK, "reason": "x", "to": 0}, "to"),
        ({"ground": Ground.RISK, "reason": "x", "to": 4}, "to"),
        ({"ground": Ground.RISK, "reason": "x", "to": 99}, "to"),
        ({"ground": Ground.DELAY, "reason": "x", "to": 3}, "ground"),
    ],
)
def test_a_move_without_its_ground_or_to_nowhere_is_refused(world: World, dispute: Dispute, given: dict[str, object], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, **given)
    assert caught.value.field == field


def test_delay_is_a_ground_once_a_date_of_the_stage_has_passed_and_not_before(world: World, dispute: Dispute) -> None:
    """BRI-03: "if agencies are failing to respond and prioritise resolution"."""
    world.now = Clock.objects.get(dispute=dispute, key="response").due_at
    with refused(dispute, InvalidInput, "No date of this stage has passed yet.*if the child cannot wait, choose risk to the child"):
        world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.DELAY, reason="Slow.")
    world.now += timedelta(seconds=1)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.DELAY, reason="Slow.")
    assert world.fresh(dispute).stage == 2


def test_delay_stays_a_ground_where_another_date_was_agreed_in_the_place_of_one_that_had_passed(world: World, dispute: Dispute) -> None:
    world.now = Clock.objects.get(dispute=dispute, key="response").due_at + timedelta(seconds=1)
    sweep(world.now)
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=world.now + timedelta(days=3), reason="The file is away.")
    world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.own_manager)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.DELAY, reason="Slow.")
    assert world.fresh(dispute).stage == 2


def test_a_chosen_holder_must_be_one_who_can_act(world: World, dispute: Dispute) -> None:
    cast = world.cast
    with refused(dispute, InvalidInput, "cannot act for the agency"):
        world.do(dispute, Verb.MOVE_UP, cast.own_manager, holders={cast.social_care.pk: cast.other_practitioner.pk}, **RISK)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, holders={cast.social_care.pk: cast.receiving_senior.pk}, **RISK)
    assert Request.objects.get(dispute=dispute, run__left_at=None).holder == cast.receiving_senior


def test_the_step_to_the_chair_is_a_referral_not_a_move(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, to=3, **RISK)
    with refused(dispute, WrongState, "refer it instead"):
        world.do(dispute, Verb.MOVE_UP, world.cast.own_board, **RISK)


def test_a_wording_that_was_put_falls_when_it_moves_up(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.NOT_RESOLVED, reason="They do not sign.")
    assert OutcomeProposal.objects.get(dispute=dispute).replaced_at == world.now
    with refused(dispute, WrongState, "No outcome is proposed"):
        world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiving_lead)


def test_another_date_that_was_proposed_falls_with_its_clock(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=london("2026-03-06 12:00"), reason="Court.")
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, **RISK)
    assert TimetableProposal.objects.get(dispute=dispute).declined_at == world.now
    with refused(dispute, WrongState, "No other date is proposed"):
        world.do(dispute, Verb.AGREE_TIMETABLE, world.fresh(dispute).runs.get(left_at=None).holder)


def test_an_agency_that_settled_is_not_asked_again_two_stages_later(world: World) -> None:
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    respond(world, dispute)
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment.")
    for _ in range(2):
        world.do(dispute, Verb.MOVE_UP, world.fresh(dispute).runs.get(left_at=None).holder, **RISK)
    assert [r.agency for r in Request.objects.filter(dispute=dispute, run__left_at=None)] == [cast.police]


# -- hold -------------------------------------------------------------------------------------------------------------------------------------


def test_a_move_is_held_once_with_a_reason_and_only_where_one_is_coming(world: World, dispute: Dispute) -> None:
    manager = world.cast.own_manager
    with refused(dispute, InvalidInput, "should not move up"):
        world.do(dispute, Verb.HOLD_MOVE, manager, reason="")
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.HOLD_MOVE, world.cast.receiver, reason="x")
    world.do(dispute, Verb.HOLD_MOVE, manager, reason="We meet on Thursday.")
    with refused(dispute, WrongState, "No automatic move is coming"):
        world.do(dispute, Verb.HOLD_MOVE, manager, reason="Again.")


@pytest.mark.parametrize("held", [True, False])
def test_what_is_held_is_the_move_out_of_that_stage_and_no_later_one(world: World, dispute: Dispute, held: bool) -> None:
    manager = world.cast.own_manager

    def says_held() -> bool:
        case = assemble([world.fresh(dispute)], now=world.now, whole=True)[0]
        return "holds the automatic move" in case_file(case, world.person(manager), world.now).step.note

    if held:
        world.do(dispute, Verb.HOLD_MOVE, manager, reason="We meet on Thursday.")
    assert says_held() == held
    world.do(dispute, Verb.MOVE_UP, manager, **RISK)
    assert (says_held(), world.fresh(dispute).move_held_at) == (False, None)


# -- urgent -----------------------------------------------------------------------------------------------------------------------------------


def test_made_urgent_the_response_runs_to_the_raising_sides_own_moment_and_the_procedures_stays(world: World, dispute: Dispute) -> None:
    by = MONDAY + timedelta(hours=3)
    world.do(dispute, Verb.MAKE_URGENT, world.cast.own_manager, reason="He is home tonight.", respond_by=by)
    clock = Clock.objects.get(dispute=dispute, key="response")
    assert (clock.state, clock.is_urgent, clock.effective_due) == (ClockState.RUNNING, True, by)
    assert (clock.started_at, clock.due_at) == (MONDAY, london("2026-03-03 10:00"))
    assert dispute.notifications.filter(recipient=world.cast.receiver, is_urgent=True, due_at=by).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " ", "respond_by": MONDAY + timedelta(hours=1)}, "reason"),
        ({"reason": "x", "respond_by": MONDAY}, "respond_by"),
        ({"reason": "x", "respond_by": MONDAY + timedelta(days=4000)}, "respond_by"),
        ({"reason": "x", "respond_by": (MONDAY + timedelta(hours=1)).replace(tzinfo=None)}, "respond_by"),
    ],
)
def test_urgency_needs_a_reason_and_a_moment_to_come(world: World, dispute: Dispute, given: dict[str, object], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.MAKE_URGENT, world.cast.own_manager, **given)
    assert caught.value.field == field


def test_what_is_urgent_is_not_made_so_again_and_not_by_the_other_side(world: World) -> None:
    dispute = world.sent(is_urgent=True, respond_by=(MONDAY + timedelta(hours=3)).isoformat())
    later = MONDAY + timedelta(hours=2)
    with refused(dispute, WrongState, "urgent already"):
        world.do(dispute, Verb.MAKE_URGENT, world.cast.own_manager, reason="x", respond_by=later)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.MAKE_URGENT, world.cast.receiver, reason="x", respond_by=later)


# -- withdraw and reopen ----------------------------------------------------------------------------------------------------------------------


def test_the_raising_agencys_lead_withdraws_it_and_everybody_hears(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="The family moved away.", still_at_risk=False)
    ended = world.fresh(dispute)
    assert (ended.state, ended.wake_at, ended.ended_at) == (State.WITHDRAWN, None, world.now)
    assert not Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING).exists()
    assert dispute.notifications.filter(recipient=world.cast.receiver, kind=Message.CLOSED).exists()


@pytest.mark.parametrize("part", ["raiser", "own_manager", "receiver", "receiving_lead", "business_manager"])
def test_nobody_but_the_lead_withdraws_it(world: World, dispute: Dispute, part: str) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.WITHDRAW, getattr(world.cast, part), reason="x", still_at_risk=False)


def test_where_anyone_still_believes_the_child_at_risk_it_is_not_withdrawn(world: World, dispute: Dispute) -> None:
    """BRI-21."""
    with refused(dispute, InvalidInput, "still believes the child at risk"):
        world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="x", still_at_risk=True)


def test_what_has_ended_is_not_withdrawn(world: World, dispute: Dispute) -> None:
    resolved(world, dispute)
    with refused(dispute, WrongState, "This disagreement is resolved"):
        world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="x", still_at_risk=False)


@pytest.mark.parametrize("part", ["lead", "receiving_lead", "business_manager"])
def test_a_lead_of_either_side_or_the_unit_reopens_it_with_fresh_clocks(world: World, dispute: Dispute, part: str) -> None:
    closed(world, dispute)
    world.now = london("2026-04-20 11:00")
    world.do(dispute, Verb.REOPEN, getattr(world.cast, part), reason="The visit did not happen.")
    again = world.fresh(dispute)
    assert (again.state, again.stage, again.outcome, again.resolved_at) == (State.OPEN, 1, "", None)
    assert Clock.objects.get(dispute=dispute, state=ClockState.RUNNING).due_at == london("2026-04-21 11:00")
    assert again.runs.count() == 3


def test_a_reopened_one_has_a_fresh_overall_limit(cast: Cast) -> None:
    world = World(cast, "buckinghamshire")
    dispute = world.sent()
    closed(world, dispute)
    world.now = london("2026-04-20 11:00")
    world.do(dispute, Verb.REOPEN, cast.lead, reason="The visit did not happen.")
    assert Clock.objects.get(dispute=dispute, key="fifteen_days", state=ClockState.RUNNING).started_at == world.now


@pytest.mark.parametrize("part", ["raiser", "own_manager", "receiver"])
def test_others_do_not_reopen_it(world: World, dispute: Dispute, part: str) -> None:
    closed(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.REOPEN, getattr(world.cast, part), reason="x")


def test_what_is_open_is_not_reopened_and_a_reason_is_needed(world: World, dispute: Dispute) -> None:
    with refused(dispute, WrongState, "not resolved, closed or withdrawn"):
        world.do(dispute, Verb.REOPEN, world.cast.lead, reason="x")
    resolved(world, dispute)
    with refused(dispute, InvalidInput, "Say why"):
        world.do(dispute, Verb.REOPEN, world.cast.lead, reason="")


def test_what_was_never_sent_is_logged_anew(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Settled by phone.", still_at_risk=False)
    with refused(dispute, WrongState, "never sent"):
        world.do(dispute, Verb.REOPEN, world.cast.lead, reason="x")


def test_withdrawn_inside_the_own_agency_nobody_outside_ever_hears(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Settled by phone.", still_at_risk=False)
    sweep(london("2026-04-01 10:00"))
    assert set(dispute.notifications.values_list("recipient__name", flat=True)) <= {"Aled Morgan", "Colin Reid", "Priya Nair"}
    with refused(dispute, NotFound):
        world.do(dispute, Verb.REOPEN, world.cast.receiving_lead, reason="x")


# -- tell the unit ----------------------------------------------------------------------------------------------------------------------------


def test_from_when_the_unit_is_told_it_is_not_told_again(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.TELL_UNIT, world.cast.receiver, told_other_side=True)
    assert dispute.events.filter(kind=EventKind.UNIT_TOLD).count() == 1
    with refused(dispute, WrongState, "told already"):
        world.do(dispute, Verb.TELL_UNIT, world.cast.own_manager, told_other_side=True)


def test_where_the_procedure_has_it_moved_up_by_a_day_no_response_is_a_ground_on_that_day_and_not_before(cast: Cast) -> None:
    """ENF-01: referred by the end of the next working day, while the other agency has two working days to answer."""
    world = World(cast, "enfield")
    dispute = world.sent()
    with refused(dispute, InvalidInput, "Nobody’s response is overdue"):
        world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="no_response")
    world.now = london("2026-03-03 09:30")
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="no_response")
    assert world.fresh(dispute).stage == 2
    assert Clock.objects.get(dispute=dispute, key="referral").state == ClockState.MET
