"""The sweep on Bristol's first stage: one working day for the response, half of it on Monday at 14:00, due on Tuesday 3 March 2026 at 10:00."""

from datetime import timedelta

import pytest

from agencies.models import User
from escalation.engine.change import Change
from escalation.models import Clock, Dispute, Event, Heartbeat, Notification, Request, SweepFailure
from escalation.services import sweep as sweeping
from escalation.services.failing import failures, settle_what_is_over
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind, Ground, Message, RequestState, State, Verb
from tests.cast import Cast
from tests.escalation.verbs import respond
from tests.kept import kept_fixture
from tests.world import World, london

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

HALF, DUE, BREACH, LATE, MOVE = "2026-03-02 14:00", "2026-03-03 10:00", "2026-03-03 10:01", "2026-03-04 09:00", "2026-03-04 10:00"


@kept_fixture
def dispute(world: World) -> Dispute:
    """Sent on Monday 2 March 2026 at 10:00, and delivered."""
    sent = world.sent()
    world.delivered(sent)
    return sent


def sweep_at(world: World, *moments: str) -> None:
    for moment in moments:
        world.now = london(moment)
        world.warned()
        assert sweep(world.now).failed == 0


def count(dispute: Dispute, kind: EventKind) -> int:
    return Event.objects.filter(dispute=dispute, kind=kind).count()


def mail(dispute: Dispute, user: User, kind: Message) -> int:
    return Notification.objects.filter(dispute=dispute, recipient=user, kind=kind).count()


@pytest.mark.parametrize(
    ("moment", "kind"),
    [(HALF, EventKind.HALF_WAY), (DUE, EventKind.DUE), (BREACH, EventKind.OVERDUE), (LATE, EventKind.REMINDED)],
)
def test_each_step_is_taken_at_its_moment_and_not_a_minute_before(world: World, dispute: Dispute, moment: str, kind: EventKind) -> None:
    at = london(moment)
    before = {HALF: "2026-03-02 13:59", DUE: "2026-03-03 09:59", BREACH: DUE, LATE: "2026-03-04 08:59"}[moment]
    sweep_at(world, before)
    assert count(dispute, kind) == 0
    sweep_at(world, moment)
    assert Event.objects.get(dispute=dispute, kind=kind).recorded_at == at


def test_each_reminder_goes_out_once_however_often_the_sweep_runs(world: World, dispute: Dispute) -> None:
    sweep_at(world, HALF, HALF, "2026-03-02 14:01", DUE, DUE, BREACH, BREACH, LATE, LATE, "2026-03-04 09:01")
    assert [count(dispute, kind) for kind in (EventKind.HALF_WAY, EventKind.DUE, EventKind.OVERDUE, EventKind.REMINDED)] == [1, 1, 1, 1]
    assert [mail(dispute, world.cast.receiver, kind) for kind in (Message.HALF_WAY, Message.DUE)] == [1, 1]


def test_the_raiser_and_the_own_manager_hear_that_it_is_overdue(world: World, dispute: Dispute) -> None:
    sweep_at(world, BREACH)
    assert mail(dispute, world.cast.raiser, Message.OVERDUE) == 1
    assert mail(dispute, world.cast.own_manager, Message.WARNING) == 1


def test_after_an_outage_every_missed_step_is_recorded(world: World, dispute: Dispute) -> None:
    sweep_at(world, "2026-03-04 09:30")
    kinds = list(Event.objects.filter(dispute=dispute, actor=None, number__gt=4).order_by("number").values_list("kind", flat=True))
    assert kinds == [EventKind.HALF_WAY, EventKind.DUE, EventKind.OVERDUE, EventKind.MOVE_WARNED, EventKind.REMINDED]


def test_after_an_outage_each_person_gets_one_message_the_newest(world: World, dispute: Dispute) -> None:
    before = set(Notification.objects.values_list("pk", flat=True))
    sweep_at(world, "2026-03-04 09:30")
    late = Notification.objects.exclude(pk__in=before)
    assert sorted(late.values_list("recipient__name", "kind")) == [
        ("Aled Morgan", Message.OVERDUE),
        ("Colin Reid", Message.WARNING),
        ("Rashida Shah", Message.OVERDUE),
    ]


def test_a_late_move_waits_until_the_warning_gave_time_to_stop_it(world: World, dispute: Dispute) -> None:
    """Warned on Wednesday at 12:00, it moves one working day later, not at once."""
    sweep_at(world, "2026-03-04 12:00", "2026-03-05 11:59")
    assert world.fresh(dispute).stage == 1
    sweep_at(world, "2026-03-05 12:00")
    assert world.fresh(dispute).stage == 2


def test_a_move_found_late_takes_effect_when_it_is_recorded(world: World, dispute: Dispute) -> None:
    sweep_at(world, BREACH, "2026-03-06 15:00")
    run = world.fresh(dispute).runs.latest("number")
    assert (run.stage, run.entered_at, run.ground) == (2, london("2026-03-06 15:00"), Ground.NO_RESPONSE)
    assert Clock.objects.get(run=run, key="response").due_at == london("2026-03-10 15:00")


def test_a_sweep_moves_a_disagreement_up_no_more_than_once(world: World, dispute: Dispute) -> None:
    sweep_at(world, BREACH, "2026-03-27 10:00", "2026-03-27 10:00")
    assert world.fresh(dispute).stage == 2
    assert count(dispute, EventKind.MOVED_UP) == 1


def test_only_the_first_stage_moves_by_itself_the_others_are_offered(world: World, dispute: Dispute) -> None:
    sweep_at(world, BREACH, MOVE)
    world.delivered(dispute)
    sweep_at(world, "2026-03-06 10:01", "2026-03-13 10:00")
    assert world.fresh(dispute).stage == 2
    assert count(dispute, EventKind.MOVE_OFFERED) == 1
    assert mail(dispute, world.cast.own_senior, Message.OFFER) + mail(dispute, world.cast.lead, Message.OFFER) == 1


def test_a_clock_that_both_sides_owe_is_offered_too(cast: Cast) -> None:
    world = World(cast, "bromley")
    dispute = world.sent()
    sweep_at(world, "2026-03-10 00:00")
    assert Event.objects.get(dispute=dispute, kind=EventKind.MOVE_OFFERED).facts["clock"] == "resolution"


@pytest.mark.parametrize("key", ["bromley", "buckinghamshire", "enfield"])
def test_every_receiver_is_reminded_in_the_words_of_their_own_row_where_the_procedure_times_only_the_stage(cast: Cast, key: str) -> None:
    world = World(cast, key)
    dispute = world.sent(cast.social_care, cast.police)
    sweep_at(world, *(f"2026-03-{day:02} {at}" for day in range(3, 17) for at in ("09:00", "13:00", "17:00")))
    holders = set(Request.objects.filter(dispute=dispute).values_list("holder", flat=True))
    assert None not in holders
    told = Notification.objects.filter(dispute=dispute, recipient__in=holders).exclude(kind=Message.ASSIGNED)
    assert set(told.values_list("action", flat=True)) == {"Respond: Stage 1"}
    assert set(told.values_list("recipient", "kind")) == {
        (each, kind) for each in holders for kind in (Message.HALF_WAY, Message.DUE, Message.OVERDUE)
    }


@pytest.mark.parametrize("key", ["bromley", "buckinghamshire", "enfield"])
def test_who_waits_hears_that_somebody_else_is_late_and_not_that_they_are_to_do_it(cast: Cast, key: str) -> None:
    world = World(cast, key)
    dispute = world.sent()
    sweep_at(world, "2026-03-05 00:00")
    told = Notification.objects.filter(dispute=dispute, kind=Message.OVERDUE).values_list("recipient", "action")
    assert (Request.objects.get(dispute=dispute).holder_id, "Respond: Stage 1") in told
    assert set(told.filter(recipient__in=[cast.raiser, cast.own_manager]).values_list("action", flat=True)) == {
        "The other side has yet to respond: Stage 1"
    }


# -- what stops the system's move -------------------------------------------------------------------------------------------------------------


def test_an_unanswered_chase_does_not_stop_the_move(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.raiser, how="phone", whom="The duty desk", said="It rang out.", reached=False)
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 2


def test_a_contact_in_which_the_receiver_was_reached_stops_the_move(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.raiser, how="phone", whom="Rashida Shah", said="She will look.", reached=True)
    sweep_at(world, BREACH, MOVE, "2026-03-06 10:00")
    assert world.fresh(dispute).stage == 1
    assert count(dispute, EventKind.REMINDED) == 3


def test_a_meeting_stops_the_move(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_MEETING, world.cast.own_manager, who="Both managers", summary="We talked it through.")
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 1


def test_a_holding_reply_stops_the_move_but_not_the_clock_and_the_manager_is_asked_once(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.receiver, comment="Tomorrow.")
    sweep_at(world, BREACH, MOVE, "2026-03-05 10:00")
    assert world.fresh(dispute).stage == 1
    assert mail(dispute, world.cast.own_manager, Message.OFFER) == count(dispute, EventKind.MOVE_OFFERED) == 1
    assert Clock.objects.get(dispute=dispute, key="response").breached_at == london("2026-03-03 10:00").replace(second=1)


def test_an_agreed_timetable_drives_the_reminders_and_stops_the_move(world: World, dispute: Dispute) -> None:
    """BRI-04: the original and the agreed date both stay."""
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=london("2026-03-05 12:00"), reason="The file is at court.")
    world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.own_manager)
    sweep_at(world, BREACH, MOVE)
    assert count(dispute, EventKind.OVERDUE) == 0
    sweep_at(world, "2026-03-05 12:01", "2026-03-09 12:00")
    clock = Clock.objects.get(dispute=dispute, key="response")
    assert (clock.due_at, clock.agreed_due_at) == (london(DUE), london("2026-03-05 12:00"))
    assert (count(dispute, EventKind.OVERDUE), world.fresh(dispute).stage) == (1, 1)


def test_a_move_that_the_manager_holds_does_not_come_and_reminders_go_on(world: World, dispute: Dispute) -> None:
    sweep_at(world, BREACH)
    world.do(dispute, Verb.HOLD_MOVE, world.cast.own_manager, reason="We meet on Thursday.")
    sweep_at(world, MOVE, "2026-03-05 10:00")
    assert world.fresh(dispute).stage == 1
    assert count(dispute, EventKind.REMINDED) == 2
    assert mail(dispute, world.cast.own_manager, Message.OFFER) == count(dispute, EventKind.MOVE_OFFERED) == 1


def test_an_answer_that_waits_to_be_considered_stops_the_move_against_another_agency(world: World) -> None:
    """Social care agrees within the hour and the police say nothing: the answer is not lost with a move that nobody chose."""
    dispute = world.sent(world.cast.social_care, world.cast.police)
    world.delivered(dispute)
    respond(world, dispute)
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 1
    assert dispute.requests.get(agency=world.cast.social_care).state == RequestState.ANSWERED
    assert mail(dispute, world.cast.own_manager, Message.OFFER) == 1


def test_once_that_answer_is_considered_the_move_comes_against_whoever_is_silent(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    world.delivered(dispute)
    respond(world, dispute)
    sweep_at(world, BREACH)
    world.do(dispute, Verb.REJECT, world.cast.own_manager, reason="It is not enough.")
    sweep_at(world, MOVE, "2026-03-05 10:00", "2026-03-06 10:00")
    assert (world.fresh(dispute).stage, count(dispute, EventKind.MOVED_UP)) == (2, 1)


def test_a_request_that_nobody_there_holds_is_the_business_units_each_working_day(world: World) -> None:
    """The police of the example have no level above the first: whoever recommends a contact hears as often as a holder would."""
    dispute = world.sent(world.cast.police)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
    sweep_at(world, "2026-03-04 10:01")
    for day in ("2026-03-05 10:01", "2026-03-06 10:01"):
        before = mail(dispute, world.cast.business_unit, Message.NO_CONTACT)
        sweep_at(world, day)
        assert mail(dispute, world.cast.business_unit, Message.NO_CONTACT) == before + 1


def test_a_request_that_never_arrived_becomes_a_task_and_does_not_move(world: World) -> None:
    dispute = world.sent()
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 1
    for user in (world.cast.own_manager, world.cast.raiser, world.cast.business_unit):
        assert mail(dispute, user, Message.UNDELIVERED) == 1


def test_a_request_that_came_back_does_not_move(world: World, dispute: Dispute) -> None:
    Request.objects.filter(dispute=dispute).update(bounced_at=world.now)
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 1


def test_a_request_that_was_opened_counts_as_arrived(world: World) -> None:
    dispute = world.sent()
    Request.objects.filter(dispute=dispute).update(opened_at=world.now)
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 2


def test_an_answer_stops_every_reminder(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer="disagrees", reasons="The threshold is not met.")
    sweep_at(world, HALF, DUE, BREACH)
    assert count(dispute, EventKind.OVERDUE) == 0
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.MET


# -- the product's own clocks -----------------------------------------------------------------------------------------------------------------


def test_the_raiser_hears_when_the_own_manager_has_not_sent_it_on_and_the_unit_does_not(world: World) -> None:
    dispute = world.log()
    sweep_at(world, "2026-03-04 00:00")
    told = Notification.objects.get(dispute=dispute, recipient=world.cast.raiser, created_at=world.now)
    assert str(told) == "Send it on, as nobody else has"
    assert told.due_at == london("2026-03-05 23:59").replace(second=59)
    assert not Notification.objects.filter(dispute=dispute, recipient__in=[world.cast.business_unit, world.cast.business_manager]).exists()


def test_where_no_date_is_agreed_by_the_next_day_both_sides_and_the_unit_are_asked(cast: Cast) -> None:
    """DEV-02: no fixed days; the parties set a date at each stage."""
    world = World(cast, "devon")
    dispute = world.sent(start_stage=3, start_ground="risk", start_reason="The child is at home.")
    sweep_at(world, "2026-03-04 00:00")
    asked = set(Notification.objects.filter(dispute=dispute, kind=Message.EXTENDED).values_list("recipient__name", flat=True))
    assert {"Aled Morgan", "Rashida Shah", "Kiran Patel"} <= asked
    assert count(dispute, EventKind.NEXT_STEP_ASKED) == 1


def test_an_urgent_request_is_reminded_day_and_night_and_still_moves(world: World) -> None:
    dispute = world.sent(is_urgent=True, respond_by=london("2026-03-02 22:00").isoformat())
    world.delivered(dispute)
    sweep_at(world, "2026-03-02 22:01", "2026-03-02 23:00")
    assert count(dispute, EventKind.OVERDUE) == 1
    assert Notification.objects.filter(dispute=dispute, kind=Message.OVERDUE, recipient=world.cast.receiver, not_before=world.now).exists()
    sweep_at(world, "2026-03-04 09:00")
    assert world.fresh(dispute).stage == 2


def test_an_urgent_moment_is_watched_where_the_procedure_times_no_response(cast: Cast) -> None:
    world = World(cast, "enfield")
    dispute = world.sent(is_urgent=True, respond_by=london("2026-03-02 20:00").isoformat())
    assert Clock.objects.get(dispute=dispute, request__isnull=False).due_at == london("2026-03-02 20:00")
    sweep_at(world, "2026-03-02 20:01")
    assert mail(dispute, world.cast.receiver, Message.OVERDUE) == 1


# -- failure ----------------------------------------------------------------------------------------------------------------------------------


def test_a_case_whose_decision_fails_is_put_off_and_shown_while_the_others_go_on(
    world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.sent()
    tick = sweeping.tick

    def failing(change: Change) -> None:
        if change.case.dispute.pk == dispute.pk:
            raise ArithmeticError
        tick(change)

    monkeypatch.setattr(sweeping, "tick", failing)
    report = sweep(london(HALF))
    assert (report.looked_at, report.failed) == (2, 1)
    assert count(other, EventKind.HALF_WAY) == 1
    assert world.fresh(dispute).wake_at == london("2026-03-02 15:00")
    assert SweepFailure.objects.get().dispute == dispute


def test_what_was_put_off_is_taken_up_again_an_hour_later(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sweeping, "tick", lambda change: 1 / 0)
        sweep(london(HALF))
    assert [row.dispute for row in failures()] == [dispute]
    sweep_at(world, "2026-03-02 15:00")
    assert count(dispute, EventKind.HALF_WAY) == 1
    assert failures() == []


def test_what_fails_again_is_shown_once_with_its_last_time(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "tick", lambda change: 1 / 0)
    assert [sweep(london(moment)).failed for moment in (HALF, "2026-03-02 15:00")] == [1, 1]
    assert [(row.dispute, row.failed_at) for row in failures()] == [(dispute, london("2026-03-02 15:00"))]


def test_what_failed_and_was_closed_since_is_taken_off_the_list(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within two hours of the last time: what fails still is tried in each of them."""
    with monkeypatch.context() as broken:
        broken.setattr(sweeping, "tick", lambda change: 1 / 0)
        sweep(london(HALF))
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Overtaken by events.", still_at_risk=False)
    assert settle_what_is_over(london("2026-03-02 15:59")) == 0
    assert settle_what_is_over(london("2026-03-02 16:01")) == 1
    assert failures() == []


def test_an_agency_that_left_the_partnership_does_not_stop_the_move(world: World, dispute: Dispute) -> None:
    world.cast.receiving.is_active = False
    world.cast.receiving.save()
    sweep_at(world, BREACH, MOVE)
    assert world.fresh(dispute).stage == 2
    assert mail(dispute, world.cast.business_manager, Message.NO_CONTACT) == 1


def test_the_sweep_leaves_its_mark_and_says_what_it_did(world: World, dispute: Dispute) -> None:
    sweep_at(world, BREACH, MOVE)
    assert "1 moved up" in Heartbeat.objects.get(name="sweep").words


def test_drafts_and_closed_ones_are_not_looked_at(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Overtaken by events.", still_at_risk=False)
    assert world.fresh(dispute).state == State.WITHDRAWN
    assert sweep(london("2026-04-01 10:00")).looked_at == 0


def test_an_overall_limit_that_passed_tells_the_unit_which_then_reads_it(cast: Cast) -> None:
    """BUC-01: fifteen working days from Monday 2 March end on Monday 23 March."""
    world = World(cast, "buckinghamshire")
    dispute = world.sent()
    sweep_at(world, "2026-03-23 23:59")
    assert world.fresh(dispute).unit_told_at is None
    sweep_at(world, "2026-03-24 00:00")
    assert world.fresh(dispute).unit_told_at == london("2026-03-24 00:00")
    told = Notification.objects.get(dispute=dispute, recipient=world.cast.business_unit)
    assert (told.action, told.due_at) == ("Overdue: Settle it within the overall limit", london("2026-03-24 00:00") - timedelta(seconds=1))
