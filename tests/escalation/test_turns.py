"""Whoever's turn it is sees it and is reminded, also where the procedure's own clock runs on somebody else."""

import pytest

from agencies.models import User
from escalation.engine.case import load
from escalation.engine.turns import turn_of
from escalation.models import Clock, Dispute, Notification
from escalation.selectors.board import rows_of
from escalation.selectors.worklist import OVERDUE, worklist
from escalation.states import Answer, ClockState, Ground, Measure, Message, Outcome, Side, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, proposed
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.world import World, london

pytestmark = pytest.mark.django_db
CONFIRM = "Confirm the outcome"
# Two working days from Monday 2 March, to the end of the day.
DUE = london("2026-03-04 23:59").replace(second=59)


def asked(world: World, user: User) -> list[str]:
    """What My work asks of the person."""
    return [item.ask for group in worklist(world.person(user), world.now).groups if group.key != "waiting" for item in group.items]


def running(dispute: Dispute, user: User) -> list[Clock]:
    return list(Clock.objects.filter(dispute=dispute, owner=user, state=ClockState.RUNNING))


def both_answered(world: World) -> Dispute:
    """Social care and the police answered, and the wording stands: only the raising side has confirmed it."""
    dispute = world.sent(world.cast.social_care, world.cast.police)
    for user in (world.cast.receiver, world.cast.police_manager):
        world.do(dispute, Verb.RESPOND, user, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    for agency in (world.cast.social_care, world.cast.police):
        world.do(dispute, Verb.ACCEPT, world.cast.own_manager, agency=agency.pk, wording="A visit.", kind=Outcome.AGREED_ACTION)
    return dispute


@pytest.mark.parametrize("key", ["bristol", "bromley", "buckinghamshire", "devon", "enfield"])
def test_who_must_confirm_the_outcome_has_it_in_my_work_and_is_reminded_each_working_day(cast: Cast, key: str) -> None:
    journey = Journey(cast, key, "2026-03-02 10:00").sent()
    if not journey.asked():
        journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through.")
    receiver = journey.asked().pop()
    journey.do(Verb.RESPOND, receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    journey.do(Verb.ACCEPT, journey.holder(), wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)
    assert [clock.due_at for clock in running(journey.dispute, receiver)] == [DUE]
    assert asked(journey.world, receiver) == [CONFIRM]
    journey.at("2026-03-03 17:00", "2026-03-05 00:01", "2026-03-05 09:01", "2026-03-06 09:01", "2026-03-09 09:01")
    assert [group.key for group in worklist(journey.world.person(receiver), journey.world.now).groups] == [OVERDUE]
    reminders = Notification.objects.filter(dispute=journey.dispute, recipient=receiver, action=CONFIRM).exclude(kind=Message.ASSIGNED)
    assert reminders.count() >= 4


def test_a_response_that_comes_while_a_wording_waits_leaves_everybody_the_moment_that_they_had_to_confirm_it(world: World, dispute: Dispute) -> None:
    """Social care put the wording on Monday and answers on Tuesday: the raising side still confirms by Wednesday."""
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.receiver, wording="A visit.", kind=Outcome.AGREED_ACTION)
    world.now = london("2026-03-03 09:00")
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    assert [clock.due_at for clock in running(dispute, world.cast.own_manager)] == [DUE]
    assert asked(world, world.cast.own_manager) == [CONFIRM]


def test_all_who_have_yet_to_confirm_are_asked_at_once(world: World) -> None:
    both_answered(world)
    for user in (world.cast.receiver, world.cast.police_manager):
        assert asked(world, user) == [CONFIRM]


def test_one_agency_s_confirmation_leaves_the_other_s_moment_as_it_was(world: World) -> None:
    dispute = both_answered(world)
    [before] = running(dispute, world.cast.police_manager)
    world.now = london("2026-03-03 15:00")
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver)
    [after] = running(dispute, world.cast.police_manager)
    assert (after.pk, after.due_at) == (before.pk, before.due_at)
    assert asked(world, world.cast.receiver) == []


SETTLES = "Say whether the response settles it"


def answered_by_one(world: World) -> Dispute:
    """Social care has answered, the police have not."""
    dispute = world.sent(world.cast.social_care, world.cast.police)
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    return dispute


def test_one_of_several_responses_asks_the_raising_side_while_the_other_is_awaited(world: World) -> None:
    """Two working days for the reply, as where one agency alone was asked; the police have theirs all the same."""
    dispute = answered_by_one(world)
    assert asked(world, world.cast.own_manager) == [SETTLES]
    assert [clock.due_at for clock in running(dispute, world.cast.own_manager)] == [DUE]
    assert asked(world, world.cast.police_manager) == ["Respond: Stage 1"]


def test_whoever_leaves_one_of_several_responses_without_a_reply_is_reminded_of_it(cast: Cast) -> None:
    journey = Journey(cast, "devon", "2026-03-02 10:00").sent(cast.social_care, cast.police)
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through.")
    receiver = min(journey.asked(), key=lambda user: user.name)
    journey.do(Verb.RESPOND, receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    journey.at("2026-03-03 17:00", "2026-03-05 00:01", "2026-03-05 09:01", "2026-03-06 09:01")
    told = Notification.objects.filter(dispute=journey.dispute, recipient=journey.holder(), action=SETTLES).values_list("kind", flat=True)
    assert {Message.HALF_WAY, Message.OVERDUE} <= set(told)


def test_each_response_has_a_moment_of_its_own_for_the_reply(world: World) -> None:
    dispute = answered_by_one(world)
    world.now = london("2026-03-03 15:00")
    world.do(dispute, Verb.RESPOND, world.cast.police_manager, answer=Answer.AGREES, reasons="We looked.", actions="A visit.")
    first, second = running(dispute, world.cast.own_manager)
    assert (first.due_at, second.due_at) == (DUE, london("2026-03-05 23:59").replace(second=59))
    world.do(dispute, Verb.ACCEPT, world.cast.own_manager, agency=world.cast.social_care.pk, wording="A visit.", kind=Outcome.AGREED_ACTION)
    assert [clock.pk for clock in running(dispute, world.cast.own_manager)] == [second.pk]


@pytest.mark.parametrize("key", ["bromley", "buckinghamshire"])
def test_a_response_is_replied_to_in_two_working_days_also_where_the_procedure_times_the_whole_stage(cast: Cast, key: str) -> None:
    """The week of the stage runs beside it: its end is no answer to who has answered."""
    journey = Journey(cast, key, "2026-03-02 10:00").sent()
    journey.disagrees(journey.asked().pop())
    assert SETTLES in asked(journey.world, journey.holder())
    assert DUE in [clock.due_at for clock in running(journey.dispute, journey.holder())]


def test_the_reply_to_a_response_is_due_no_later_than_what_follows_by_the_procedure(cast: Cast) -> None:
    """Enfield's line manager refers it by the end of the next working day (ENF-01)."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    journey.disagrees(journey.asked().pop())
    reply = next(clock for clock in running(journey.dispute, journey.holder()) if clock.key == "next_step")
    assert reply.due_at == journey.due("referral") == london("2026-03-03 23:59").replace(second=59)


def test_a_gap_that_is_recorded_ends_what_was_asked_of_that_agency_alone(world: World) -> None:
    dispute = both_answered(world)
    world.do(dispute, Verb.RECORD_GAP, world.cast.business_unit, agency=world.cast.police.pk, reason="Three calls.")
    assert running(dispute, world.cast.police_manager) == []
    assert asked(world, world.cast.receiver) == [CONFIRM]


def test_a_new_wording_asks_the_side_that_did_not_put_it(world: World) -> None:
    dispute = proposed(world, world.sent())
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.receiver, wording="Two visits.", kind=Outcome.AGREED_ACTION)
    assert asked(world, world.cast.receiver) == []
    assert asked(world, world.cast.own_manager) == [CONFIRM]


def test_a_chair_who_has_to_acknowledge_sees_it_where_the_procedure_s_clock_is_another_s(cast: Cast) -> None:
    """Bromley's last stage times no acknowledgement: its time is the raising side's, and the chair is asked all the same."""
    journey = Journey(cast, "bromley", "2026-03-02 10:00").sent()
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="He is home tonight.", to=3)
    journey.do(Verb.REFER, journey.holder(), ground=Ground.RISK, efforts="Three talks.", reason="No agreement.")
    assert asked(journey.world, cast.chair) == ["Acknowledge and set a timetable"]
    assert [clock.owed_by for clock in running(journey.dispute, cast.chair)] == [Side.CHAIR]


def test_a_chair_who_chose_the_route_at_once_is_asked_for_the_panel_and_no_more_to_acknowledge(world: World) -> None:
    dispute = before_chair(world, world.sent())
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route="panel", reason="It fits.")
    assert turn_of(load([dispute.pk], now=world.now)[0]).what == "Convene the panel"


def test_whoever_owes_the_procedure_s_own_clock_has_no_second_one(world: World) -> None:
    dispute = before_chair(world, world.sent())
    owners = [clock.owner_id for clock in Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING)]
    assert len(owners) == len(set(owners))


@pytest.mark.parametrize("is_restricted", [False, True])
def test_what_is_left_of_closing_is_with_who_may_close_it(cast: Cast, is_restricted: bool) -> None:  # noqa: FBT001
    """The holder finishes the tasks; then it is the lead's, of a restricted one the business unit's, and the page says so to whoever may not."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(is_restricted=is_restricted)
    holder, may_close = journey.holder(), cast.business_manager if is_restricted else cast.lead
    journey.agreed(holder, cast.receiver)
    assert "Finish the closing tasks" in asked(journey.world, holder)
    journey.do(Verb.CONFIRM_FILE, holder).do(Verb.CONFIRM_FILE, cast.receiver)
    journey.do(Verb.GIVE_FEEDBACK, holder, words="Told in person.", given_on=journey.world.now.date())
    journey.do(Verb.RECORD_LEARNING, holder, issue="Thresholds are read differently.")
    assert "Finish what is left and close it" in asked(journey.world, may_close)
    assert not asked(journey.world, holder)
    page = page_of(journey, holder)
    assert ("Priya Nair" in page.split("Who can close it")[1][:60]) is not is_restricted
    journey.do(Verb.CLOSE, may_close, difference="plan_changed")
    assert journey.now.state == "closed"


# -- an overall limit -------------------------------------------------------------------------------------------------------------------------


def limit_of(dispute: Dispute) -> Clock:
    return Clock.objects.get(dispute=dispute, measures=Measure.CAP, state=ClockState.RUNNING)


def test_the_overall_limit_is_whoever_holds_it_at_each_stage_and_of_whom_it_is_handed_to(cast: Cast) -> None:
    """ENF-01: five working days from submission, over stages 1 to 3."""
    world = World(cast, "enfield")
    dispute = world.log()
    due = limit_of(dispute).due_at
    owners = [limit_of(dispute).owner]
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    owners.append(limit_of(dispute).owner)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="risk", reason="He is home tonight.", to=3)
    owners.append(limit_of(dispute).owner)
    assert owners == [cast.own_manager, cast.own_manager, dispute.runs.latest("number").holder]
    assert owners[2] not in {cast.own_manager, cast.raiser}
    assert limit_of(dispute).due_at == due


def test_handed_to_somebody_else_the_overall_limit_goes_along(cast: Cast) -> None:
    world = World(cast, "enfield")
    dispute = world.log()
    world.do(dispute, Verb.REASSIGN, cast.own_manager, to=cast.lead.pk)
    assert limit_of(dispute).owner == cast.lead


def test_the_board_names_whose_turn_it_is_and_not_who_owes_what_is_due_first(cast: Cast) -> None:
    """At Enfield the manager's referral is due before the other agency's reply: beside that moment stands the manager."""
    world = World(cast, "enfield")
    dispute = world.sent()
    assert Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING).order_by("due_at")[0].owner == cast.own_manager
    unit = world.person(cast.business_manager)
    rows, _more = rows_of("open", cast.partnership, world.now, reader=unit)
    assert [(row.reference, row.holder, row.owed_by) for row in rows] == [(dispute.reference, cast.receiver.name, cast.own_manager.name)]
