"""What stages and endings demand, through the service and through the page."""

from datetime import timedelta
from uuid import UUID

import pytest

from agencies.errors import InvalidInput, NotAllowed, WrongState
from agencies.models import Membership, PostHolding
from agencies.roles import Role
from escalation.models import AgreedAction, Event, EventBody, Notification
from escalation.states import (
    Answer,
    ClockState,
    Difference,
    EventKind,
    Ground,
    MeetingHow,
    Message,
    Outcome,
    ReviewNeed,
    Route,
    State,
    SummaryKind,
    Verb,
)
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.procedures.on_pages import moment, page_of, press
from tests.world import london

pytestmark = pytest.mark.django_db
MEETING = {"how": MeetingHow.MEETING, "who": "Both heads of service", "summary": "The risk at home."}


def kinds(journey: Journey) -> list[str]:
    return list(Event.objects.filter(dispute=journey.dispute).values_list("kind", flat=True))


def typed(journey: Journey, kind: EventKind) -> dict[str, str]:
    """The words of the newest line of this kind."""
    return dict(EventBody.objects.filter(event__dispute=journey.dispute, event__kind=kind).latest("event__number").text)


def facts(journey: Journey, kind: EventKind) -> dict[str, object]:
    return dict(Event.objects.filter(dispute=journey.dispute, kind=kind).latest("number").facts)


# Bromley: a plan with times, a meeting, a lead manager, a summary report, a review


@pytest.fixture
def managers(cast: Cast) -> Journey:
    """Bromley, between the managers."""
    journey = Journey(cast, "bromley", "2026-04-02 10:00").sent().at("2026-04-13 10:00")
    return journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="A week has gone.")


@pytest.fixture
def seniors(managers: Journey) -> Journey:
    """Bromley, between the senior managers."""
    return managers.at("2026-04-21 10:00").do(Verb.MOVE_UP, managers.holder(), ground=Ground.DELAY, reason="A week has gone.")


def asked(journey: Journey) -> object:
    return next(iter(journey.asked()))


def settle(journey: Journey, **more: object) -> Journey:
    return journey.do(Verb.PROPOSE_OUTCOME, journey.holder(), wording="A joint visit each week.", kind=Outcome.AGREED_ACTION, **more)


def plan(journey: Journey) -> Journey:
    due = journey.world.now + timedelta(days=7)
    return journey.do(Verb.ADD_ACTION, journey.holder(), what="A joint visit.", agency=journey.cast.social_care.pk, due_at=due)


def test_managers_agree_a_course_of_action_with_times_before_it_is_settled(managers: Journey) -> None:
    """BRO-03: on the page the refusal stands where the person looks, and says what to do."""
    answer = press(managers, managers.holder(), Verb.PROPOSE_OUTCOME, kind="agreed_action", wording="A joint visit each week.")
    assert answer.status_code == 400
    assert "add an agreed action with its date" in answer.content.decode()
    assert "A joint visit each week." in answer.content.decode()
    plan(managers)
    assert press(managers, managers.holder(), Verb.PROPOSE_OUTCOME, kind="agreed_action", wording="A joint visit each week.").status_code == 302


def test_the_person_who_raised_it_hears_what_the_managers_agreed(managers: Journey) -> None:
    """BRO-03."""
    settle(plan(managers))
    assert managers.told(managers.cast.raiser, Message.FEEDBACK) or managers.told(managers.cast.raiser, Message.ASSIGNED)


def test_moving_up_waits_for_no_plan_and_no_meeting(seniors: Journey) -> None:
    """BRO-04, BRO-05: paperwork never holds a child's matter back."""
    seniors.at("2026-04-28 10:00").do(Verb.REFER, seniors.cast.lead, ground=Ground.DELAY, efforts="Three stages.", reason="A serious risk continues.")
    assert seniors.stage == 4


def test_senior_managers_meet_plan_and_name_a_lead_manager_before_it_is_settled(seniors: Journey) -> None:
    """BRO-04: each is asked for until it is there; a call is no meeting."""
    holder = seniors.holder()
    plan(seniors).do(Verb.RECORD_MEETING, holder, **MEETING | {"how": MeetingHow.CALL})
    with pytest.raises(InvalidInput, match="record the meeting; name a lead manager"):
        settle(seniors)
    seniors.do(Verb.RECORD_MEETING, holder, **MEETING)
    press(seniors, holder, Verb.NAME_LEAD_MANAGER, manager=str(seniors.cast.receiving_senior.pk))
    settle(seniors)
    assert seniors.now.lead_manager == seniors.cast.receiving_senior


def test_the_lead_manager_is_told_and_can_be_nobody_from_outside(seniors: Journey) -> None:
    """BRO-04, BRO-13."""
    with pytest.raises(InvalidInput, match="one of the agencies concerned"):
        seniors.do(Verb.NAME_LEAD_MANAGER, seniors.holder(), manager=seniors.cast.police_manager.pk)
    seniors.do(Verb.NAME_LEAD_MANAGER, seniors.holder(), manager=seniors.cast.receiving_senior.pk)
    assert seniors.told(seniors.cast.receiving_senior, Message.ASSIGNED)


def test_the_stage_says_what_it_asks_for_and_what_is_done(seniors: Journey) -> None:
    """BRO-04: as a short list on the disagreement's page."""
    text = page_of(seniors, seniors.holder())
    assert "What this stage asks for" in text
    assert "To do" in text


@pytest.fixture
def recommended(seniors: Journey) -> Journey:
    """Bromley's panel has recommended, and both agencies have taken it."""
    cast = seniors.cast
    seniors.at("2026-05-01 18:00").do(Verb.REFER, cast.lead, ground=Ground.DELAY, efforts="Three stages.", reason="A serious risk continues.")
    seniors.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-05-12 12:00"))
    seniors.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    seniors.do(Verb.CONVENE, cast.chair, meets_at=london("2026-05-08 10:00"), members=members)
    seniors.met().at("2026-05-08 12:00").do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    return seniors.do(Verb.CONFIRM_OUTCOME, cast.lead).do(Verb.CONFIRM_OUTCOME, cast.receiving_senior)


def closing_but_the_summary(journey: Journey, raising: object, receiving: object) -> None:
    journey.do(Verb.GIVE_FEEDBACK, raising, words="Told in person.", given_on=journey.world.now.date())
    for user in (raising, receiving):
        journey.do(Verb.CONFIRM_FILE, user)
    journey.do(Verb.RECORD_LEARNING, raising, went_well="The meeting.", issue="Thresholds.", change_needed="training")


def test_what_the_partnership_did_closes_with_a_summary_report_for_the_childs_record(recommended: Journey) -> None:
    """BRO-06, BRO-09."""
    cast = recommended.cast
    closing_but_the_summary(recommended, cast.lead, cast.receiving_senior)
    with pytest.raises(InvalidInput, match="summary report"):
        recommended.do(Verb.CLOSE, cast.lead, difference=Difference.PLAN_CHANGED)
    press(recommended, cast.lead, Verb.WRITE_SUMMARY, kind="report", concerns="No assessment was made.", resolution="The panel recommended one.")
    recommended.do(Verb.CLOSE, cast.lead, difference=Difference.PLAN_CHANGED)
    assert recommended.now.state == State.CLOSED
    assert typed(recommended, EventKind.SUMMARY)["resolution"] == "The panel recommended one."


def test_the_partnership_considers_whether_a_learning_review_is_needed(recommended: Journey) -> None:
    """BRO-07: with reasons; the business unit hears where one is."""
    cast = recommended.cast
    assert press(recommended, cast.chair, Verb.CONSIDER_REVIEW, review="needed", reasons="").status_code == 400
    press(recommended, cast.chair, Verb.CONSIDER_REVIEW, review="needed", reasons="The same point came up twice.")
    assert recommended.now.review == ReviewNeed.NEEDED
    assert recommended.told(cast.business_unit, Message.UNIT)


def test_no_review_is_considered_of_what_never_came_before_the_partnership(managers: Journey) -> None:
    """BRO-07."""
    settle(plan(managers)).do(Verb.CONFIRM_OUTCOME, asked(managers))
    with pytest.raises(NotAllowed):
        managers.do(Verb.CONSIDER_REVIEW, managers.cast.business_unit, review=ReviewNeed.NOT_NEEDED, reasons="A single case.")


# Bristol: dissent at meetings, longer and shorter times, forms, unknown board members, debrief, outstanding issues


@pytest.fixture
def bristol(cast: Cast) -> Journey:
    return Journey(cast, "bristol", "2026-03-02 10:00").sent()


def test_dissent_at_a_meeting_is_recorded_by_each_agency_for_itself(bristol: Journey) -> None:
    """BRI-08: at a strategy discussion, with whose it is; on the page, and never for another agency."""
    cast = bristol.cast
    told = {"how": "strategy_discussion", "who": "Both", "summary": "The threshold.", "agencies": [str(cast.school.pk), str(cast.social_care.pk)]}
    press(bristol, cast.receiver, Verb.RECORD_MEETING, **told, dissent="We hold the threshold is not met.", dissent_of=str(cast.social_care.pk))
    assert facts(bristol, EventKind.MEETING)["dissent_of"] == str(cast.social_care.pk)
    assert "We hold the threshold is not met." in page_of(bristol, cast.own_manager)
    with pytest.raises(InvalidInput, match="Each agency records its own dissent"):
        bristol.do(Verb.RECORD_MEETING, cast.receiver, **MEETING, dissent="Not ours.", dissent_of=cast.school.pk)


def running(journey: Journey, key: str = "response") -> str:
    """The running clock of this key, as the form names it."""
    return str(journey.clock(key, state=ClockState.RUNNING).pk)


def test_a_shorter_time_can_be_asked_where_the_procedure_says_or_less(bristol: Journey) -> None:
    """BRI-02: due on Tuesday at 10:00, asked for and agreed by Monday 15:00."""
    sooner = london("2026-03-02 15:00")
    press(bristol, bristol.cast.own_manager, Verb.PROPOSE_TIMETABLE, clock=running(bristol), reason="Home at four.", **moment("due_at", sooner))
    bristol.do(Verb.AGREE_TIMETABLE, bristol.cast.receiver)
    assert bristol.clock("response").agreed_due_at == sooner


def test_a_longer_time_needs_the_other_sides_word_and_both_dates_stay(bristol: Journey) -> None:
    """BRI-04."""
    later = london("2026-03-05 12:00")
    press(bristol, bristol.cast.receiver, Verb.PROPOSE_TIMETABLE, clock=running(bristol), reason="The court has the file.", **moment("due_at", later))
    assert bristol.clock("response").agreed_due_at is None
    bristol.do(Verb.AGREE_TIMETABLE, bristol.cast.own_manager)
    clock = bristol.clock("response")
    assert (clock.due_at, clock.agreed_due_at) == (london("2026-03-03 10:00"), later)


def test_a_fixed_time_is_not_made_shorter_by_agreement(cast: Cast) -> None:
    """BUC-01: five working days to complete a stage are what the text gives."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    clock = UUID(running(journey, "completion"))
    with pytest.raises(InvalidInput, match="only a later date can be agreed"):
        journey.do(Verb.PROPOSE_TIMETABLE, journey.holder(), clock=clock, due_at=london("2026-03-04 12:00"), reason="Sooner.")


def test_the_monitoring_form_is_issued_from_stage_3_and_not_before(bristol: Journey) -> None:
    """BRI-17: on the record, told to the holders, and at hand on the page filled from the record."""
    issued = Notification.objects.filter(dispute=bristol.dispute, action__contains="Filled from the record, to print or save: the monitoring form")
    bristol.do(Verb.MOVE_UP, bristol.holder(), ground=Ground.RISK, reason="He is home tonight.")
    assert EventKind.FORM_ISSUED not in kinds(bristol)
    assert not issued.exists()
    bristol.do(Verb.MOVE_UP, bristol.holder(), ground=Ground.RISK, reason="He is home tonight.")
    assert facts(bristol, EventKind.FORM_ISSUED) == {"form": "monitoring"}
    assert {message.recipient for message in issued} >= {bristol.cast.own_board, bristol.cast.receiving_board}
    assert "Monitoring form" in page_of(bristol, bristol.cast.own_board, "view/documents/")
    assert "Issues requiring resolution" in page_of(bristol, bristol.cast.own_board, "view/documents/monitoring/")


def without_board_member(journey: Journey) -> Journey:
    board = journey.cast.receiving_board
    PostHolding.objects.filter(user=board).delete()
    Membership.objects.filter(user=board).delete()
    return journey


def test_where_no_board_member_is_known_the_business_manager_recommends_a_senior_person(bristol: Journey) -> None:
    """BRI-10: the raising side chooses nobody in that place; the one recommended is asked, by message and in the record."""
    cast = bristol.cast
    Membership.objects.filter(agency=cast.social_care, role__in=[Role.SENIOR, Role.BOARD_MEMBER, Role.LEAD]).update(role=Role.MANAGER)
    without_board_member(bristol)
    PostHolding.objects.filter(post__agency=cast.social_care).delete()
    risk = {"ground": Ground.RISK, "reason": "He is home tonight."}
    bristol.do(Verb.MOVE_UP, bristol.holder(), **risk)
    with pytest.raises(InvalidInput, match="Choose one of those suggested"):
        bristol.do(Verb.MOVE_UP, bristol.holder(), holders={cast.social_care.pk: cast.receiving_senior.pk}, **risk)
    bristol.do(Verb.MOVE_UP, bristol.holder(), **risk)
    assert bristol.told(cast.business_manager, Message.NO_CONTACT)
    choice = f"{cast.social_care.pk} {cast.receiving_senior.pk}"
    press(bristol, cast.business_manager, Verb.RECOMMEND_CONTACT, choice=choice, reason="Acting director.")
    assert bristol.asked() == {cast.receiving_senior}


def test_a_debrief_may_be_recorded_after_the_end_and_nothing_waits_for_it(bristol: Journey) -> None:
    """BRI-19, ENF-13, DEV-12: with training needs, and the supervision and guidance that those involved had."""
    cast = bristol.cast
    with pytest.raises(WrongState, match="not resolved yet"):
        bristol.do(Verb.RECORD_DEBRIEF, cast.own_manager, went_well="The call.")
    bristol.agreed(cast.own_manager, cast.receiver).closed(cast.own_manager, cast.receiver, cast.lead)
    press(bristol, cast.own_manager, Verb.RECORD_DEBRIEF, went_well="The call.", training="Thresholds.", supervision="Weekly, and it helped.")
    assert typed(bristol, EventKind.DEBRIEF) == {"went_well": "The call.", "training": "Thresholds.", "supervision": "Weekly, and it helped."}


def test_an_empty_debrief_is_refused_beside_its_first_field(bristol: Journey) -> None:
    """BRI-19."""
    bristol.agreed(bristol.cast.own_manager, bristol.cast.receiver)
    answer = press(bristol, bristol.cast.own_manager, Verb.RECORD_DEBRIEF, went_well="")
    assert (answer.status_code, "at least one thing" in answer.content.decode()) == (400, True)


def test_what_is_outstanding_is_confirmed_with_the_outcome_and_followed_as_an_action(bristol: Journey) -> None:
    """BRI-16: in the same wording for each side; the letter shows both."""
    cast = bristol.cast
    bristol.do(Verb.RESPOND, cast.receiver, answer=Answer.PARTLY, reasons="We looked again.", actions="A visit.")
    until = london("2026-03-20 12:00")
    press(
        bristol, cast.own_manager, Verb.PROPOSE_OUTCOME, kind="position_kept", wording="The plan stays.",
        outstanding="The housing letter.", pursued_by=str(cast.social_care.pk), **moment("pursued_until", until),
    )  # fmt: skip
    action = AgreedAction.objects.get(dispute=bristol.dispute)
    assert (action.agency, action.due_at) == (cast.social_care, until)
    bristol.do(Verb.CONFIRM_OUTCOME, cast.receiver)
    assert bristol.now.state == State.RESOLVED
    letter = page_of(bristol, cast.receiver, "view/documents/outcome-letter/")
    assert "The plan stays." in letter
    assert "The housing letter." in letter


# Enfield: executive summary, round table; Devon: the evidence of the efforts; Buckinghamshire: the other side hears first


@pytest.fixture
def enfield(cast: Cast) -> Journey:
    return Journey(cast, "enfield", "2026-03-02 10:00").sent()


def test_closing_asks_for_an_executive_summary_of_the_concerns_and_their_resolution(enfield: Journey) -> None:
    """ENF-03: begun from what is known, and printed for the child's file."""
    cast = enfield.cast
    enfield.agreed(cast.own_manager, cast.receiver)
    closing_but_the_summary(enfield, cast.own_manager, cast.receiver)
    with pytest.raises(InvalidInput, match="executive summary"):
        enfield.do(Verb.CLOSE, cast.lead, difference=Difference.PLAN_CHANGED)
    assert "closed without an assessment" in page_of(enfield, cast.own_manager, "write-summary/")
    press(enfield, cast.own_manager, Verb.WRITE_SUMMARY, kind=SummaryKind.EXECUTIVE.value, concerns="No assessment.", resolution="An assessment.")
    enfield.do(Verb.CLOSE, cast.lead, difference=Difference.PLAN_CHANGED)
    assert enfield.now.state == State.CLOSED


def test_a_round_table_at_short_notice_proposes_actions_to_front_line_staff(enfield: Journey) -> None:
    """ENF-09: those who hold it and the person who raised it read what is proposed."""
    cast = enfield.cast
    round_table = {"how": "round_table", "who": "Heads of service, DCI, designated lead", "summary": "A complex risk."}
    agencies = [str(cast.school.pk), str(cast.social_care.pk)]
    press(enfield, cast.receiver, Verb.RECORD_MEETING, **round_table, agencies=agencies, proposals="A joint visit tonight.")
    assert typed(enfield, EventKind.MEETING)["proposals"] == "A joint visit tonight."
    assert enfield.told(cast.raiser, Message.ASSIGNED)
    assert "Round table at short notice" in page_of(enfield, cast.receiver)


def test_a_meeting_names_the_key_agency_that_was_missing(cast: Cast) -> None:
    """ENF-01: the equivalents of all key agencies are to be there."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent(cast.social_care, cast.police)
    journey.do(Verb.RECORD_MEETING, cast.receiver, **MEETING | {"how": MeetingHow.PROFESSIONALS}, agencies=[cast.school.pk, cast.social_care.pk])
    assert facts(journey, EventKind.MEETING)["missing"] == [str(cast.police.pk)]


def test_the_formal_step_carries_the_evidence_of_the_efforts_and_the_reasons(cast: Cast) -> None:
    """DEV-04: neither may be left out, on the page."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged().at("2026-03-03 09:30")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through.")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="He is home tonight.", to=4)
    assert press(journey, cast.lead, Verb.REFER, ground="risk", efforts="", reason="No agreement in time.").status_code == 400
    press(journey, cast.lead, Verb.REFER, ground="risk", efforts="Two talks and a call.", reason="No agreement in time.")
    assert typed(journey, EventKind.REFERRED) == {"efforts": "Two talks and a call.", "reason": "No agreement in time."}


def test_the_other_agency_is_told_first_that_the_partnership_will_be(cast: Cast) -> None:
    """BUC-06: without that word the step to the senior officers is not taken, nor its check page shown; afterwards the team is told."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent().at("2026-03-09 18:00")
    assert "Needed only where you go past the next stage" in page_of(journey, journey.holder(), "move-up/")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="Not completed.").at("2026-03-17 10:00")
    assert "this step tells the business unit for the first time" in page_of(journey, journey.holder(), "move-up/")
    step = {"ground": "delay", "to": "3", "reason": "Not completed."}
    refused = press(journey, journey.holder(), Verb.MOVE_UP, **step, confirmed="")
    assert (refused.status_code, journey.now.unit_told_at) == (400, None)
    press(journey, journey.holder(), Verb.MOVE_UP, **step, told_other_side="on")
    assert journey.stage == 3
    assert journey.told(cast.business_manager, Message.UNIT)


def test_resolved_by_events_it_still_asks_for_the_learning(cast: Cast) -> None:
    """BUC-05."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="The family has moved.", kind=Outcome.OVERTAKEN, still_to_settle=False).do(
        Verb.CONFIRM_OUTCOME, cast.receiver
    )
    with pytest.raises(InvalidInput, match="learning, even if there is none"):
        journey.do(Verb.CLOSE, cast.lead, difference=Difference.NO_CHANGE)
