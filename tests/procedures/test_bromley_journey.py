"""Bromley under a clock moved by hand. Every stage runs one working week: five working days, to the end of the fifth."""

from datetime import datetime

import pytest

from agencies.errors import InvalidInput, WrongState
from escalation.engine.perform import Seen
from escalation.models import Clock
from escalation.states import ClockState, Ground, Message, Outcome, Route, State, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.web.signed_in import Visitor
from tests.world import london

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """Sent on Thursday 2 April 2026, the day before Good Friday, by the practitioner."""
    return Journey(cast, "bromley", "2026-04-02 10:00").sent()


@pytest.fixture
def at_partnership(journey: Journey) -> Journey:
    """Up through both stages of managers, then referred by the safeguarding lead on Friday 1 May at 18:00."""
    for moment in ("2026-04-13 10:00", "2026-04-21 10:00"):
        journey.at(moment).do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="A week has gone.")
    journey.at("2026-05-01 18:00")
    return journey.do(Verb.REFER, journey.cast.lead, ground=Ground.DELAY, efforts="Three stages.", reason="A serious risk continues.")


def test_it_goes_from_professional_to_professional_without_the_manager(journey: Journey) -> None:
    """BRO-02."""
    cast = journey.cast
    assert (journey.stage, journey.holder(), journey.asked()) == (1, cast.raiser, {cast.other_practitioner})


def test_a_serious_risk_that_continues_comes_before_the_partnership_from_the_first_stage_within_the_hour(journey: Journey) -> None:
    """BRO-05: "or a serious risk to the child continues"; by way of the senior managers, which is ours."""
    given = {"ground": Ground.RISK, "reason": "He is home tonight."}
    with pytest.raises(WrongState, match="move it up to Stage 3 first, for risk to the child: it can be referred from there"):
        journey.do(Verb.REFER, journey.cast.lead, efforts="Two calls.", **given)
    with pytest.raises(InvalidInput, match="reached by referring it, from the stage before"):
        journey.do(Verb.MOVE_UP, journey.holder(), to=4, **given)
    journey.do(Verb.MOVE_UP, journey.holder(), to=3, **given)
    journey.do(Verb.REFER, journey.cast.lead, efforts="Two calls.", **given)
    assert journey.stage == 4


def test_a_week_over_easter_ends_on_the_second_monday_after(journey: Journey) -> None:
    """BRO-02: 3 and 6 April are holidays; the fifth working day after the 2nd is Monday 13 April."""
    assert journey.due("resolution") == london("2026-04-13 23:59").replace(second=59)


def test_after_the_week_moving_up_is_offered_and_not_done(journey: Journey) -> None:
    journey.at("2026-04-14 00:00", "2026-04-20 10:00")
    assert journey.told(journey.cast.raiser, Message.OFFER)
    assert journey.stage == 1


def test_silence_through_the_week_is_a_ground_of_no_response(journey: Journey) -> None:
    with pytest.raises(InvalidInput, match="Nobody’s response is overdue"):
        journey.do(Verb.MOVE_UP, journey.cast.raiser, ground=Ground.NO_RESPONSE)
    journey.at("2026-04-14 09:00").do(Verb.MOVE_UP, journey.cast.raiser, ground=Ground.NO_RESPONSE)
    assert journey.stage == 2
    assert journey.due("resolution") == london("2026-04-21 23:59").replace(second=59)


def test_the_one_asked_owes_a_reply_of_the_products_own(journey: Journey) -> None:
    clock = journey.clock("next_reply")
    assert (clock.owner, clock.is_procedural) == (journey.cast.other_practitioner, False)


def test_managers_then_senior_managers_hold_it(journey: Journey) -> None:
    """BRO-03, BRO-04."""
    cast = journey.cast
    journey.at("2026-04-13 10:00").do(Verb.MOVE_UP, cast.raiser, ground=Ground.DELAY, reason="A week has gone.")
    assert (journey.holder(), journey.asked()) == (cast.own_manager, {cast.receiver})
    journey.at("2026-04-21 10:00").do(Verb.MOVE_UP, cast.lead, ground=Ground.DELAY, reason="Another week.")
    assert journey.asked() == {cast.receiving_senior}
    assert journey.told(cast.raiser, Message.MOVED_UP)


def test_referred_after_hours_before_a_bank_holiday_it_is_received_on_tuesday(at_partnership: Journey) -> None:
    """BRO-05: received on Tuesday 5 May 2026 (the 4th is a holiday), so the week ends on Tuesday 12 May."""
    assert at_partnership.due("resolution") == london("2026-05-12 23:59").replace(second=59)
    assert at_partnership.told(at_partnership.cast.business_manager, Message.UNIT)


def test_only_the_lead_or_a_senior_manager_refers(journey: Journey) -> None:
    """BRO-13."""
    for moment in ("2026-04-13 10:00", "2026-04-21 10:00"):
        journey.at(moment).do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="A week has gone.")
    with pytest.raises(Exception, match="You cannot do this here"):
        journey.do(Verb.REFER, journey.cast.raiser, ground=Ground.DELAY, efforts="Three stages.", reason="Risk.")


def panel(journey: Journey) -> Journey:
    """Acknowledged, the panel convened of three agencies, the parties not among them."""
    cast = journey.cast
    journey.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-05-12 12:00"))
    journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    return journey.do(Verb.CONVENE, cast.chair, meets_at=london("2026-05-08 10:00"), members=members)


def test_the_panel_recommends_and_the_agencies_confirm(at_partnership: Journey) -> None:
    """BRO-05: a recommendation does not bind; receipt alone settles nothing."""
    cast = panel(at_partnership).cast
    at_partnership.met().at("2026-05-08 12:00").do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    assert at_partnership.clock("resolution").state == ClockState.MET
    at_partnership.do(Verb.CONFIRM_OUTCOME, cast.lead)
    assert at_partnership.now.state == State.OPEN
    at_partnership.do(Verb.CONFIRM_OUTCOME, cast.receiving_senior)
    assert (at_partnership.now.state, at_partnership.now.outcome) == (State.RESOLVED, Outcome.PANEL_DECISION)


def test_an_agency_may_answer_a_recommendation_with_another_wording(at_partnership: Journey) -> None:
    cast = panel(at_partnership).cast
    at_partnership.met().at("2026-05-08 12:00").do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    at_partnership.do(Verb.NAME_LEAD_MANAGER, cast.receiving_senior, manager=cast.receiving_senior.pk)
    at_partnership.do(Verb.PROPOSE_OUTCOME, cast.receiving_senior, wording="A strategy meeting first.", kind=Outcome.AGREED_ACTION)
    at_partnership.do(Verb.CONFIRM_OUTCOME, cast.lead)
    assert at_partnership.now.outcome == Outcome.AGREED_ACTION


def test_leaders_who_do_not_agree_leave_another_route_open(at_partnership: Journey) -> None:
    """BRO-05: facilitation by direct liaison with the agencies' leaders."""
    cast = at_partnership.cast
    at_partnership.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-05-12 12:00"))
    at_partnership.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.LIAISON, reason="The leaders talk.")
    at_partnership.do(Verb.DECIDE, cast.chair, decision="No agreement.", reasons="They differ.", agreed=False)
    at_partnership.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="Now a panel.")
    with pytest.raises(WrongState, match="Convene the panel first"):
        at_partnership.do(Verb.DECIDE, cast.chair, decision="Assess.", reasons="The risk.")


def test_what_the_partnership_sets_drives_the_reminders_and_the_weeks_limit_stays_what_counts(at_partnership: Journey) -> None:
    """BRO-02: the week ends on Tuesday 12 May; the chair sets Wednesday 20 May at noon, and a decision on the 14th is late by the week."""
    cast = at_partnership.cast
    at_partnership.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-05-20 12:00"))
    clock = at_partnership.clock("resolution")
    assert (clock.agreed_due_at, clock.due_at) == (london("2026-05-20 12:00"), london("2026-05-12 23:59").replace(second=59))
    at_partnership.at("2026-05-13 09:00")
    assert at_partnership.clock("resolution").breached_at is None
    at_partnership.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.LIAISON, reason="The leaders talk.")
    at_partnership.at("2026-05-14 10:00").do(Verb.DECIDE, cast.chair, decision="Assess.", reasons="They agree.")
    assert at_partnership.clock("resolution").state == ClockState.LATE


def test_a_date_beyond_the_weeks_limit_is_remarked_on_before_it_is_sent(at_partnership: Journey) -> None:
    visitor, dispute = Visitor(at_partnership.cast.chair, at_partnership.world.now), at_partnership.now
    address = f"/d/{dispute.reference}/acknowledge/"
    for day, remarked in (("20", True), ("12", False)):
        parts = {"resolve_by_0": day, "resolve_by_1": "5", "resolve_by_2": "2026", "resolve_by_3": "12:00"}
        answer = visitor.post(address, {"seen": str(Seen.of(dispute)), **parts})
        assert ("later than the procedure’s limit" in answer.content.decode()) is remarked
        assert (answer.status_code == 302) is not remarked


@pytest.mark.parametrize(
    ("meets", "due"), [("2026-05-08 10:00", london("2026-05-12 12:00")), ("2026-05-20 10:00", london("2026-05-22 23:59").replace(second=59))]
)
def test_what_the_panel_decides_is_asked_for_by_the_date_set_and_never_before_it_meets(at_partnership: Journey, meets: str, due: datetime) -> None:
    """BRO-05: set for Tuesday 12 May at noon; two working days after a panel that meets later."""
    cast, seats = at_partnership.cast, {"own_board": "school", "receiving_board": "social_care", "police_manager": "police"}
    at_partnership.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-05-12 12:00"))
    at_partnership.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {getattr(cast, part).pk: getattr(cast, agency).pk for part, agency in seats.items()}
    at_partnership.do(Verb.CONVENE, cast.chair, meets_at=london(meets), members=members)
    assert at_partnership.due("next_step") == due


def test_mediation_is_not_offered_there(at_partnership: Journey) -> None:
    with pytest.raises(InvalidInput, match="does not offer this route"):
        at_partnership.do(Verb.CHOOSE_ROUTE, at_partnership.cast.chair, route=Route.MEDIATION, reason="x", mediator=at_partnership.cast.mediator.pk)


def test_settled_between_the_professionals_it_is_closed(journey: Journey) -> None:
    """BRO-03, BRO-06, BRO-09."""
    cast = journey.cast
    journey.at("2026-04-08 10:00").agreed(cast.raiser, cast.other_practitioner)
    assert journey.clock("resolution").state == ClockState.MET
    journey.closed(cast.raiser, cast.other_practitioner, cast.lead)
    assert not Clock.objects.filter(dispute=journey.dispute, state=ClockState.RUNNING).exists()
