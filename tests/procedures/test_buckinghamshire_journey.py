"""Buckinghamshire under a clock moved by hand: each stage completed in five working days, fifteen in all, and no chair at the end."""

import pytest
from django.contrib.messages import get_messages

from agencies.errors import InvalidInput, WrongState
from escalation.models import Clock
from escalation.states import ClockState, Ground, Message, Outcome, State, Verb
from tests.cast import Cast
from tests.factories import make_holder
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of, press
from tests.web.page import Page
from tests.world import london

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """Logged and sent on on Monday 2 March at 10:00."""
    make_holder(cast.school, 4, "Fourth of the school")
    make_holder(cast.social_care, 4, "Fourth of social care")
    return Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()


def moved(journey: Journey, moment: str) -> Journey:
    return journey.at(moment).do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="The stage is not completed.", told_other_side=True)


def test_stage_1_is_completed_in_five_working_days_to_the_end_of_the_day(journey: Journey) -> None:
    """BUC-01: from Monday 2 March to Monday 9 March."""
    assert journey.due("completion") == london("2026-03-09 23:59").replace(second=59)


def test_an_answer_does_not_complete_the_stage(journey: Journey) -> None:
    """BUC-01: completed, not only answered."""
    journey.at("2026-03-03 10:00").disagrees(journey.cast.receiver)
    assert journey.clock("completion").state == ClockState.RUNNING
    assert journey.clock("next_reply").state == ClockState.MET


def test_an_agreement_in_five_days_completes_it_in_time(journey: Journey) -> None:
    journey.at("2026-03-09 16:00").agreed(journey.cast.own_manager, journey.cast.receiver)
    assert journey.clock("completion").state == ClockState.MET
    assert journey.clock("fifteen_days").state == ClockState.MET


def test_an_agreement_after_five_days_is_late_for_the_stage_and_in_time_for_the_limit(journey: Journey) -> None:
    journey.at("2026-03-10 09:00").agreed(journey.cast.own_manager, journey.cast.receiver)
    assert (journey.clock("completion").state, journey.clock("fifteen_days").state) == (ClockState.LATE, ClockState.MET)


def test_each_stage_has_its_own_five_days_under_one_limit_of_fifteen(journey: Journey) -> None:
    """BUC-01: the limit from submission is Monday 23 March, whenever the stages begin."""
    moved(journey, "2026-03-10 10:00")
    assert journey.due("completion") == london("2026-03-17 23:59").replace(second=59)
    moved(journey, "2026-03-17 10:00")
    assert journey.due("completion") == london("2026-03-24 23:59").replace(second=59)
    assert journey.due("fifteen_days") == london("2026-03-23 23:59").replace(second=59)


def test_the_team_is_told_when_senior_officers_are_involved_and_the_other_side_is_warned(journey: Journey) -> None:
    """BUC-06: senior officers act at stage 3 (our setting)."""
    assert moved(journey, "2026-03-10 10:00").now.unit_told_at is None
    assert moved(journey, "2026-03-17 10:00").now.unit_told_at == london("2026-03-17 10:00")
    asked = journey.now.notifications.filter(kind=Message.ASSIGNED, created_at=london("2026-03-17 10:00"))
    assert all(message.action.endswith("The business unit is told too") for message in asked)


def test_an_agency_tells_the_team_earlier_after_it_has_told_the_other_side(journey: Journey) -> None:
    """BUC-06, BUC-07."""
    with pytest.raises(InvalidInput, match="Tell the other agency first"):
        journey.do(Verb.TELL_UNIT, journey.cast.own_manager, told_other_side=False)
    journey.do(Verb.TELL_UNIT, journey.cast.own_manager, told_other_side=True)
    assert journey.now.unit_told_at == journey.world.now


def test_there_is_no_chair_the_last_stage_is_the_agencies(journey: Journey) -> None:
    moved(moved(journey, "2026-03-10 10:00"), "2026-03-17 10:00")
    with pytest.raises(WrongState, match="last stage"):
        journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="More.")
    with pytest.raises(WrongState, match="not the partnership's"):
        journey.do(Verb.REFER, journey.cast.lead, ground=Ground.DELAY, efforts="Three stages.", reason="More.")
    holder = journey.holder()
    journey.disagrees(journey.asked().pop())
    told = get_messages(press(journey, holder, Verb.REJECT, reason="It is not enough.").wsgi_request)
    assert ["There is no stage above this one" in str(words) for words in told] == [True]
    assert "Your turn Agree a way forward: Stage 3" in Page(page_of(journey, holder)).one("main").text


def test_after_the_limit_the_unit_is_told_and_it_stays_alive_until_it_ends(journey: Journey) -> None:
    """BUC-01."""
    moved(moved(journey, "2026-03-10 10:00"), "2026-03-17 10:00")
    journey.at("2026-03-24 00:00", "2026-03-30 10:00")
    assert journey.told(journey.cast.business_manager, Message.UNIT)
    assert journey.now.wake_at is not None
    journey.do(Verb.PROPOSE_OUTCOME, journey.cast.business_manager, wording="Each keeps its view; a review in May.", kind=Outcome.POSITION_KEPT)
    for agency in (journey.cast.school, journey.cast.social_care):
        journey.do(Verb.RECORD_GAP, journey.cast.business_manager, agency=agency.pk, reason="Neither would sign.")
    assert journey.now.state == State.RESOLVED


def test_resolved_by_events_it_is_still_seen_through_to_the_learning(journey: Journey) -> None:
    """BUC-05."""
    cast = journey.cast
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="The family has moved away.", kind=Outcome.OVERTAKEN, still_to_settle=False)
    journey.do(Verb.CONFIRM_OUTCOME, cast.receiver)
    journey.do(Verb.GIVE_FEEDBACK, cast.own_manager, words="Told.", given_on=journey.world.now.date())
    journey.do(Verb.CONFIRM_FILE, cast.own_manager).do(Verb.CONFIRM_FILE, cast.receiver)
    with pytest.raises(InvalidInput, match="learning"):
        journey.do(Verb.CLOSE, cast.lead, difference="no_change")
    journey.do(Verb.RECORD_LEARNING, cast.own_manager).do(Verb.CLOSE, cast.lead, difference="no_change")
    assert not Clock.objects.filter(dispute=journey.dispute, state=ClockState.RUNNING).exists()


def test_in_a_flat_agency_the_same_person_acts_at_more_than_one_stage(cast: Cast) -> None:
    """BUC-02."""
    cast.school.is_flat = True
    cast.school.save()
    cast.school.posts.exclude(holdings__user=cast.own_manager).delete()
    cast.school.memberships.exclude(user__in=[cast.raiser, cast.own_manager]).delete()
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    assert moved(journey, "2026-03-10 10:00").holder() == cast.own_manager
    assert moved(journey, "2026-03-17 10:00").holder() == cast.own_manager
