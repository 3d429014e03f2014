"""Bristol from the practitioner to the panel, under a clock moved by hand. Figures: 1, 2, 5 and 2 working days, to the same time of day."""

import pytest

from agencies.errors import InvalidInput, NotAllowed, WrongState
from escalation.engine.perform import VERBS
from escalation.models import Clock, Event
from escalation.states import ClockState, EventKind, Ground, Message, Outcome, Route, State, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.world import london

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_stage_3(cast: Cast) -> Journey:
    """Sent on Monday 2 March at 10:00; nobody answers; moved by the job on Wednesday, by hand on Friday 6 March at 11:00."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-02 10:05", "2026-03-03 10:01", "2026-03-04 10:00", "2026-03-06 11:00")
    return journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NO_RESPONSE)


@pytest.fixture
def at_stage_4(at_stage_3: Journey) -> Journey:
    """Not settled between the board members, referred on Monday 9 March at 16:00."""
    journey = at_stage_3.at("2026-03-09 16:00").disagrees(at_stage_3.cast.receiving_board)
    return journey.do(Verb.REFER, journey.cast.own_board, ground=Ground.NOT_RESOLVED, efforts="Three stages.", reason="No agreement.")


def test_stage_1_goes_through_the_own_manager_to_the_equivalent_for_one_working_day(cast: Cast) -> None:
    """BRI-05: sent on a Friday at 16:30, the response is due on Monday at 16:30."""
    journey = Journey(cast, "bristol", "2026-03-06 16:00").logged().at("2026-03-06 16:30").do(Verb.SEND_ON, cast.own_manager)
    assert (journey.holder(), journey.asked()) == (cast.own_manager, {cast.receiver})
    assert journey.due("response") == london("2026-03-09 16:30")


def test_sent_after_hours_it_counts_from_the_next_opening(cast: Cast) -> None:
    """BRI-05: sent on Friday at 18:10, counted from Monday 09:00, due on Tuesday 09:00."""
    assert Journey(cast, "bristol", "2026-03-06 18:10").sent().due("response") == london("2026-03-10 09:00")


def test_nobody_answering_the_job_moves_it_to_stage_2_for_two_working_days(cast: Cast) -> None:
    """BRI-03, BRI-07: due Tuesday 10:00, moved Wednesday 10:00, due Friday 10:00."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-02 10:05", "2026-03-03 10:01", "2026-03-04 10:00")
    assert journey.stage == 2
    assert journey.holder() in {cast.own_senior, cast.lead}
    assert journey.asked() <= {cast.receiving_senior, cast.receiving_lead}
    assert journey.due("response") == london("2026-03-06 10:00")


def test_stage_3_is_the_board_members_for_five_working_days_and_the_business_manager_is_told(at_stage_3: Journey) -> None:
    """BRI-09, BRI-11: from Friday 6 March 11:00 to Friday 13 March 11:00."""
    cast = at_stage_3.cast
    assert (at_stage_3.holder(), at_stage_3.asked()) == (cast.own_board, {cast.receiving_board})
    assert at_stage_3.due("response") == london("2026-03-13 11:00")
    assert at_stage_3.told(cast.business_manager, Message.UNIT)
    assert at_stage_3.now.unit_told_at == london("2026-03-06 11:00")


def test_the_business_unit_is_not_told_before_stage_3(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-02 10:05", "2026-03-03 10:01", "2026-03-04 10:00")
    assert journey.now.unit_told_at is None


def test_stage_4_asks_the_chair_to_acknowledge_in_two_working_days(at_stage_4: Journey) -> None:
    """BRI-12: referred on Monday 9 March at 16:00, due on Wednesday 11 March at 16:00."""
    assert at_stage_4.stage == 4
    assert at_stage_4.clock("acknowledgement").owner == at_stage_4.cast.chair
    assert at_stage_4.due("acknowledgement") == london("2026-03-11 16:00")


def test_the_chairs_acknowledgement_sets_out_the_timetable_for_the_resolution(at_stage_4: Journey) -> None:
    """BRI-12."""
    with pytest.raises(InvalidInput, match="Set out by when"):
        at_stage_4.do(Verb.ACKNOWLEDGE, at_stage_4.cast.chair)
    at_stage_4.do(Verb.ACKNOWLEDGE, at_stage_4.cast.chair, resolve_by=london("2026-03-20 12:00"))
    assert at_stage_4.clock("acknowledgement").state == ClockState.MET
    assert at_stage_4.clock("resolution").agreed_due_at == london("2026-03-20 12:00")


def test_a_chair_who_does_not_acknowledge_is_reminded_and_nothing_moves_by_itself(at_stage_4: Journey) -> None:
    at_stage_4.at("2026-03-11 16:01", "2026-03-16 10:00")
    assert at_stage_4.told(at_stage_4.cast.chair, Message.OVERDUE)
    assert at_stage_4.stage == 4


def test_what_mediation_decides_binds_once_each_agency_has_received_it(at_stage_4: Journey) -> None:
    """BRI-13."""
    cast = at_stage_4.cast
    at_stage_4.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-20 12:00"))
    at_stage_4.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.MEDIATION, reason="Two agencies, one point.", mediator=cast.mediator.pk)
    at_stage_4.at("2026-03-12 10:00").do(Verb.DECIDE, cast.mediator, decision="A joint visit by 20 March.", reasons="Both agreed.")
    with pytest.raises(WrongState, match="binding"):
        at_stage_4.do(Verb.PROPOSE_OUTCOME, cast.own_board, wording="Something else.", kind=Outcome.POSITION_KEPT)
    at_stage_4.do(Verb.CONFIRM_OUTCOME, cast.own_board).do(Verb.CONFIRM_OUTCOME, cast.receiving_board)
    assert (at_stage_4.now.state, at_stage_4.now.outcome) == (State.RESOLVED, Outcome.MEDIATED)


def panel(journey: Journey) -> Journey:
    """The route to the panel is chosen."""
    cast = journey.cast
    journey.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-20 12:00"))
    return journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")


def test_a_panel_needs_three_agencies_those_concerned_among_them(at_stage_4: Journey) -> None:
    """BRI-14."""
    cast, meets = at_stage_4.cast, london("2026-03-17 10:00")
    panel(at_stage_4)
    two = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk}
    with pytest.raises(InvalidInput, match="at least 3 agencies; these are of 2"):
        at_stage_4.do(Verb.CONVENE, cast.chair, meets_at=meets, members=two)
    with pytest.raises(WrongState, match="Convene the panel first"):
        at_stage_4.do(Verb.DECIDE, cast.chair, decision="Assess.", reasons="The risk.")


def test_the_panels_decision_binds_on_receipt_and_it_is_closed_with_everything_asked(at_stage_4: Journey) -> None:
    """BRI-14, BRI-15, BRI-16, BRI-18."""
    cast = at_stage_4.cast
    panel(at_stage_4)
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    at_stage_4.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)
    at_stage_4.met().at("2026-03-17 12:00").do(Verb.DECIDE, cast.chair, decision="An assessment by 27 March.", reasons="The risk.")
    at_stage_4.do(Verb.CONFIRM_OUTCOME, cast.receiving_board)
    assert at_stage_4.now.state == State.OPEN
    at_stage_4.do(Verb.CONFIRM_OUTCOME, cast.own_board)
    assert (at_stage_4.now.state, at_stage_4.now.outcome) == (State.RESOLVED, Outcome.PANEL_DECISION)
    assert at_stage_4.clock("resolution").state == ClockState.MET
    with pytest.raises(InvalidInput, match="feedback.*file.*learning"):
        at_stage_4.do(Verb.CLOSE, cast.lead, difference="plan_changed")
    at_stage_4.closed(cast.own_board, cast.receiving_board, cast.lead)


def test_the_record_tells_the_whole_journey_in_order(at_stage_4: Journey) -> None:
    """BRI-15: a clear record at all stages."""
    moves = [EventKind.SUBMITTED, EventKind.SENT_ON, EventKind.OVERDUE, EventKind.MOVED_UP, EventKind.ANSWERED, EventKind.REFERRED]
    kinds = Event.objects.filter(dispute=at_stage_4.dispute, kind__in=moves).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == [
        EventKind.SUBMITTED, EventKind.SENT_ON, EventKind.OVERDUE, EventKind.MOVED_UP, EventKind.OVERDUE, EventKind.MOVED_UP,
        EventKind.ANSWERED, EventKind.MOVED_UP, EventKind.REFERRED,
    ]  # fmt: skip


def test_risk_starts_above_stage_1_and_skips_a_stage_nothing_else_does(cast: Cast) -> None:
    """BRI-02: the passage through the stages depends on the immediacy of risk."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    with pytest.raises(InvalidInput, match="only where the risk demands it"):
        journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.DELAY, reason="Slow.", to=3)
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    assert journey.now.runs.get(left_at=None).skipped_from == 1


def test_a_disagreement_inside_one_agency_has_two_people_on_its_sides(cast: Cast) -> None:
    """BRI-22."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(cast.school)
    assert journey.asked() == {cast.lead}
    for raising in (cast.own_manager, cast.raiser):
        with pytest.raises(NotAllowed):
            journey.disagrees(raising)
    journey.disagrees(cast.lead)
    with pytest.raises(NotAllowed):
        journey.do(Verb.REJECT, cast.lead, reason="Not answered.")
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A second visit.", kind=Outcome.AGREED_ACTION)
    assert journey.now.state == State.OPEN
    journey.do(Verb.CONFIRM_OUTCOME, cast.lead)
    assert journey.now.state == State.RESOLVED


def test_inside_one_agency_a_side_never_has_the_others_people_at_a_later_stage_either(cast: Cast) -> None:
    """BRI-22, BRI-07: an own senior holds it, somebody else answers; where nobody else can, the business unit recommends, but none of those."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(cast.school)
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
    assert (journey.holder(), journey.asked()) == (cast.own_senior, {cast.lead})
    cast.lead.memberships.all().delete()
    journey.do(Verb.MOVE_UP, cast.own_senior, ground=Ground.RISK, reason="He is home tonight.")
    assert (journey.holder(), journey.asked()) == (cast.own_board, {None})
    with pytest.raises(InvalidInput, match="has a part in raising it"):
        journey.do(Verb.RECOMMEND_CONTACT, cast.business_manager, agency=cast.school.pk, person=cast.own_manager.pk)
    journey.do(Verb.RECOMMEND_CONTACT, cast.business_manager, agency=cast.school.pk, person=cast.colleague.pk)
    assert journey.asked() == {cast.colleague}


def test_every_verb_that_the_journey_used_is_registered() -> None:
    assert set(VERBS) >= {Verb.SEND_ON, Verb.RESPOND, Verb.MOVE_UP, Verb.REFER, Verb.CONVENE, Verb.DECIDE, Verb.CONFIRM_OUTCOME, Verb.CLOSE}


def test_the_stages_left_behind_leave_no_clock_running(at_stage_4: Journey) -> None:
    running = Clock.objects.filter(dispute=at_stage_4.dispute, state=ClockState.RUNNING)
    assert {clock.stage for clock in running} == {4}
