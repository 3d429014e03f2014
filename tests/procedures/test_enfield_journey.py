"""Enfield under a clock moved by hand. Figures: same day, next working day, 2 working days for the meeting, 5 from the start of stage 1."""

import pytest

from agencies.errors import InvalidInput, WrongState
from agencies.models import User
from agencies.working_days import LONDON
from escalation.engine.case import assemble
from escalation.models import Clock, Event, Notification
from escalation.procedures.definition import Requirement
from escalation.selectors.case_file import case_file
from escalation.selectors.worklist import worklist
from escalation.services.held import HeldKind, held_in
from escalation.services.requirements import asked_of
from escalation.states import ClockState, EventKind, Force, Ground, Measure, Message, Outcome, Route, State, Verb
from tests.cast import Cast
from tests.factories import make_holder
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.web.page import Page
from tests.world import london

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(cast: Cast) -> Journey:
    """Logged on Wednesday 4 March at 15:00 against social care and the police."""
    for agency in (cast.school, cast.social_care, cast.police):
        make_holder(agency, 4, f"Fourth of {agency.code}")
    make_holder(cast.police, 3, "Third of police")
    return Journey(cast, "enfield", "2026-03-04 15:00").logged(cast.social_care, cast.police)


def moved(journey: Journey, moment: str, to: int) -> Journey:
    """Moved up by its holder on the ground of risk."""
    journey.at(moment).do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="It will not wait.")
    assert journey.stage == to
    return journey


def test_the_practitioner_tells_the_own_manager_the_same_working_day(logged: Journey) -> None:
    """ENF-01: by logging it, so that nothing of it is left to do or overdue; what is left is the manager's, until the end of the next day."""
    assert (logged.stage, logged.holder()) == (0, logged.cast.own_manager)
    told = logged.clock("told")
    assert (told.state, told.due_at) == (ClockState.MET, london("2026-03-04 23:59").replace(second=59))
    left = Clock.objects.get(dispute=logged.dispute, state=ClockState.RUNNING, measures=Measure.NEXT_STEP)
    assert (left.owner, left.due_at) == (logged.cast.own_manager, london("2026-03-05 23:59").replace(second=59))
    assert not worklist(logged.world.person(logged.cast.raiser), london("2026-03-05 10:00")).has("overdue", "today")
    assert not logged.now.requests.exists()


def test_the_five_days_run_from_submission_not_from_sending(logged: Journey) -> None:
    """ENF-01: submitted on Wednesday 4 March, the fifth working day after it is Wednesday 11 March, although it was sent a day later."""
    logged.at("2026-03-05 11:00").do(Verb.SEND_ON, logged.cast.own_manager)
    assert logged.due("five_days") == london("2026-03-11 23:59").replace(second=59)
    assert logged.clock("told").state == ClockState.MET


def test_where_the_manager_does_not_send_it_on_the_practitioner_does(logged: Journey) -> None:
    with pytest.raises(WrongState, match="until the end of the next working day"):
        logged.at("2026-03-05 08:30").do(Verb.SEND_ON, logged.cast.raiser)
    logged.at("2026-03-06 00:00", "2026-03-06 08:30")
    assert "Send on to the other agency" in Page(page_of(logged, logged.cast.raiser)).all("a", class_="govuk-button")[0].text
    logged.do(Verb.SEND_ON, logged.cast.raiser)
    assert logged.stage == 1


def test_every_receiver_is_asked_and_it_goes_up_no_later_than_the_next_working_day(logged: Journey) -> None:
    """ENF-01: sent on Wednesday, to a head of service by the end of Thursday."""
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    assert logged.asked() == {logged.cast.receiver, logged.cast.police_manager}
    assert logged.due("referral") == london("2026-03-05 23:59").replace(second=59)
    assert {c.owner for c in Clock.objects.filter(dispute=logged.dispute, key="next_reply")} == logged.asked()


def test_the_meeting_of_heads_of_service_is_due_in_two_working_days_and_ends_its_clock(logged: Journey) -> None:
    """ENF-01: entered on Thursday 5 March, due by the end of Monday 9 March."""
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    moved(logged, "2026-03-05 16:00", 2)
    assert logged.clock("referral").state == ClockState.MET
    assert logged.due("meeting") == london("2026-03-09 23:59").replace(second=59)
    logged.at("2026-03-06 14:00").do(Verb.RECORD_MEETING, logged.holder(), who="All heads of service", summary="No agreement.")
    assert logged.clock("meeting").state == ClockState.MET


def test_a_meeting_of_the_stage_before_is_none_of_the_next_though_both_came_in_one_second(logged: Journey) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    logged.at("2026-03-05 16:00").do(Verb.RECORD_MEETING, logged.holder(), who="Both managers", summary="No agreement.")
    moved(logged, "2026-03-05 16:00", 2)
    (case,) = assemble([logged.now], now=logged.world.now)
    assert [item.done for item in asked_of(case) if item.what == Requirement.MEETING] == [False]


def test_the_limit_runs_on_through_stage_3_and_ends_where_the_chair_takes_it(logged: Journey) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-10 10:00", 3)
    assert logged.due("five_days") == london("2026-03-11 23:59").replace(second=59)
    logged.at("2026-03-11 10:00").do(Verb.REFER, logged.cast.lead, ground=Ground.RISK, efforts="Three stages.", reason="The limit.")
    assert logged.clock("five_days").state == ClockState.NOT_NEEDED
    assert not Clock.objects.filter(dispute=logged.dispute, measures=Measure.CAP, state=ClockState.RUNNING).exists()


def test_level_4_is_told_to_the_business_unit_and_level_3_is_not(logged: Journey) -> None:
    """ENF-05: level 4 acts at stage 3 (our setting)."""
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    assert moved(logged, "2026-03-05 16:00", 2).now.unit_told_at is None
    assert moved(logged, "2026-03-06 16:00", 3).now.unit_told_at == london("2026-03-06 16:00")


def test_a_meeting_of_the_partnership_is_told_to_the_business_unit_at_any_stage(logged: Journey) -> None:
    """ENF-05."""
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    logged.do(Verb.RECORD_MEETING, logged.cast.own_manager, who="The executive", summary="Raised.", how="partnership_meeting")
    assert logged.now.unit_told_at is not None


def test_it_moves_up_against_one_agency_while_another_has_settled(logged: Journey) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    logged.do(Verb.RESPOND, logged.cast.police_manager, answer="agrees", reasons="Yes.", actions="A visit.")
    logged.do(Verb.ACCEPT, logged.cast.own_manager, wording="A visit.")
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-06 16:00", 3)
    assert [request.agency for request in logged.now.requests.filter(run__left_at=None)] == [logged.cast.social_care]


def test_it_can_be_moved_up_against_one_of_two_that_are_silent(logged: Journey) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager).at("2026-03-05 10:00")
    against = {logged.cast.social_care.pk}
    logged.do(Verb.MOVE_UP, logged.cast.own_manager, ground=Ground.RISK, reason="They hold the decision.", against=against)
    assert [request.agency for request in logged.now.requests.filter(run__left_at=None)] == [logged.cast.social_care]
    with pytest.raises(InvalidInput, match="have not settled"):
        logged.do(Verb.MOVE_UP, logged.holder(), ground=Ground.RISK, reason="And they.", against={logged.cast.school.pk})


def test_the_chair_gives_it_back_and_decides_nothing(logged: Journey) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-06 16:00", 3)
    logged.do(Verb.REFER, logged.cast.lead, ground=Ground.RISK, efforts="Three stages.", reason="No agreement.")
    logged.do(Verb.CHOOSE_ROUTE, logged.cast.chair, route=Route.BACK, reason="The heads have not met.")
    assert (logged.stage, logged.now.runs.latest("number").stage) == (3, 3)
    assert len(logged.asked()) == 2


@pytest.mark.parametrize(
    ("set_to", "due"),
    [("2026-03-10 12:00", "2026-03-10 12:00:00"), ("2026-03-11 23:59", "2026-03-10 23:59:59"), ("2026-03-20 12:00", "2026-03-10 23:59:59")],
)
def test_the_chair_chooses_the_route_within_two_working_days_and_never_after_the_date_set(logged: Journey, set_to: str, due: str) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-06 16:00", 3)
    logged.do(Verb.REFER, logged.cast.lead, ground=Ground.RISK, efforts="Three stages.", reason="No agreement.")
    logged.do(Verb.ACKNOWLEDGE, logged.cast.chair, resolve_by=london(set_to))
    assert f"{logged.due('next_step').astimezone(LONDON):%Y-%m-%d %H:%M:%S}" == due


def test_the_date_that_the_chair_set_does_not_pass_in_silence(logged: Journey) -> None:
    cast = logged.cast
    logged.do(Verb.SEND_ON, cast.own_manager)
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-06 16:00", 3)
    logged.do(Verb.REFER, cast.lead, ground=Ground.RISK, efforts="Three stages.", reason="No agreement.")
    logged.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-10 12:00")).at("2026-03-10 12:00", "2026-03-10 12:01")
    told = Notification.objects.filter(dispute=logged.dispute, recipient=cast.chair, action="Choose the route")
    assert set(told.values_list("kind", flat=True)) >= {Message.DUE, Message.OVERDUE}
    rows = {group.key: [item.ask for item in group.items] for group in worklist(logged.world.person(cast.chair), logged.world.now).groups}
    assert rows == {"overdue": ["Choose the route"]}


def test_the_chairs_liaison_is_a_recommendation_which_each_agency_confirms(logged: Journey) -> None:
    cast = logged.cast
    logged.do(Verb.SEND_ON, cast.own_manager)
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-06 16:00", 3)
    logged.do(Verb.REFER, cast.lead, ground=Ground.RISK, efforts="Three stages.", reason="No agreement.")
    logged.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.LIAISON, reason="The leaders talk.")
    logged.do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    assert Event.objects.get(dispute=logged.dispute, kind=EventKind.DECIDED).facts["force"] == Force.ADVISORY
    for user in (cast.lead, cast.receiving_lead):
        logged.do(Verb.CONFIRM_OUTCOME, user)
    logged.do(Verb.RECORD_GAP, cast.business_unit, agency=cast.police.pk, reason="Three calls.")
    assert (logged.now.state, logged.now.outcome) == (State.RESOLVED, Outcome.LIAISON)


def offered(journey: Journey, user: User) -> tuple[str, str | None]:
    """What the reader's box says and its button."""
    case = assemble([journey.now], now=journey.world.now, whole=True)[0]
    step = case_file(case, journey.world.person(user), journey.world.now).step
    return step.what, step.primary.label if step.primary else None


def test_what_the_chair_gave_back_is_offered_like_any_stage_and_is_no_more_the_chairs(logged: Journey) -> None:
    logged.do(Verb.SEND_ON, logged.cast.own_manager)
    moved(moved(logged, "2026-03-05 16:00", 2), "2026-03-06 16:00", 3)
    logged.do(Verb.REFER, logged.cast.lead, ground=Ground.RISK, efforts="Three stages.", reason="The limit.")
    place, chair = logged.cast.partnership, logged.cast.chair
    assert (offered(logged, chair), [one.kind for one in held_in(place, chair.pk)]) == (
        ("Acknowledge and set a timetable: Stage 4", "Acknowledge"),
        [HeldKind.REFERRAL],
    )
    logged.do(Verb.CHOOSE_ROUTE, chair, route=Route.BACK, reason="The heads have not met.")
    asked = [request.holder for request in logged.now.requests.filter(run__left_at=None)]
    assert [offered(logged, person) for person in asked if person] == [("Respond: Stage 3", "Respond")] * 2
    assert (worklist(logged.world.person(chair), logged.world.now).groups, held_in(place, chair.pk)) == ([], [])


def test_settled_at_stage_1_it_is_closed_with_feedback_the_file_and_learning(cast: Cast) -> None:
    """ENF-03, ENF-04, ENF-06."""
    journey = Journey(cast, "enfield", "2026-03-04 15:00").sent().at("2026-03-05 10:00").agreed(cast.own_manager, cast.receiver)
    assert journey.clock("five_days").state == ClockState.MET
    journey.closed(cast.own_manager, cast.receiver, cast.lead)


def test_a_disagreement_inside_one_agency_is_turned_away(cast: Cast) -> None:
    """ENF-10."""
    with pytest.raises(Exception, match="between agencies"):
        Journey(cast, "enfield", "2026-03-04 15:00").logged(cast.school)
