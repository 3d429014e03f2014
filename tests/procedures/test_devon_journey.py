"""Devon under a clock moved by hand: no fixed days, a stage inside the own agency, and a last stage at which nobody outside decides."""

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from escalation import policy
from escalation.engine.case import load
from escalation.models import Clock, Dispute, Notification
from escalation.states import ClockState, EventKind, Force, Ground, Message, Outcome, Route, State, Verb
from escalation.web.verbs.pages import slug_of
from tests.cast import Cast
from tests.escalation.test_turns import asked
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.world import london

pytestmark = pytest.mark.django_db
NO_DATE = "Set a date: none is agreed"


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """Logged on Monday 2 March at 10:00: the first stage is the talk with the own manager."""
    return Journey(cast, "devon", "2026-03-02 10:00").logged()


@pytest.fixture
def sent(journey: Journey) -> Journey:
    """Taken to the other professional on Tuesday at 09:30."""
    return journey.at("2026-03-03 09:30").do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through: it is real.")


@pytest.fixture
def at_partnership(sent: Journey) -> Journey:
    """Up to the operations managers at once, where the risk demands it, and referred by the lead."""
    sent.do(Verb.MOVE_UP, sent.holder(), ground=Ground.RISK, reason="He is home tonight.", to=4)
    return sent.do(Verb.REFER, sent.cast.lead, ground=Ground.RISK, efforts="Two talks and a call.", reason="No agreement in time.")


def seen_by(journey: Journey, user: object) -> bool:
    return Dispute.objects.visible_to(journey.world.person(user)).filter(pk=journey.dispute.pk).exists()


def test_the_first_stage_is_the_own_agencys_and_nobody_elses(journey: Journey) -> None:
    """DEV-01."""
    cast = journey.cast
    assert (journey.stage, journey.holder(), journey.now.sent_at) == (1, cast.own_manager, None)
    assert not journey.now.requests.exists()
    for user in (cast.receiver, cast.receiving_lead, cast.receiving_board, cast.business_manager, cast.auditor, cast.chair):
        assert not seen_by(journey, user)
        assert not Notification.objects.filter(recipient=user).exists()
    assert seen_by(journey, cast.lead)


def test_nothing_of_the_first_stage_reaches_another_agency_however_long_it_lies(journey: Journey) -> None:
    journey.at("2026-03-04 00:00", "2026-03-09 10:00", "2026-03-16 10:00")
    inside = {journey.cast.raiser, journey.cast.own_manager, journey.cast.lead}
    assert {message.recipient for message in Notification.objects.all()} <= inside
    assert journey.told(journey.cast.raiser, Message.EXTENDED)


def test_an_outcome_cannot_be_put_to_an_agency_that_knows_of_nothing(journey: Journey) -> None:
    with pytest.raises(WrongState, match="has not left the own agency"):
        journey.do(Verb.PROPOSE_OUTCOME, journey.cast.own_manager, wording="x", kind=Outcome.AGREED_ACTION)


def test_the_business_unit_is_told_nothing_before_it_is_sent(journey: Journey) -> None:
    with pytest.raises(WrongState, match="has not left the own agency"):
        journey.do(Verb.TELL_UNIT, journey.cast.own_manager, told_other_side=True)
    journey.do(Verb.CONTINUE_CONCERN, journey.cast.raiser, concern="He is still there.")
    assert not journey.told(journey.cast.business_unit, Message.UNIT)


def test_inside_the_own_agency_whoever_holds_it_sets_the_date(journey: Journey) -> None:
    """DEV-02: there is no other side to agree it, and who raised it hears of it."""
    cast = journey.cast
    with pytest.raises(NotAllowed):
        journey.do(Verb.PROPOSE_TIMETABLE, cast.raiser, due_at=london("2026-03-05 12:00"), reason="After the core group.")
    journey.do(Verb.PROPOSE_TIMETABLE, cast.own_manager, due_at=london("2026-03-05 12:00"), reason="After the core group.")
    assert journey.clock("discussion").agreed_due_at == london("2026-03-05 12:00")
    told = Notification.objects.filter(dispute=journey.dispute, action="A date is set")
    assert [(message.recipient, message.due_at) for message in told] == [(cast.raiser, london("2026-03-05 12:00"))]


def test_the_page_inside_the_own_agency_sets_the_date_and_asks_nobody_to_agree(journey: Journey) -> None:
    assert "Set the date" in page_of(journey, journey.cast.own_manager)
    page = page_of(journey, journey.cast.own_manager, f"{slug_of(Verb.PROPOSE_TIMETABLE)}/")
    assert "in force at once" in page
    assert "other side" not in page


def test_every_stage_has_a_next_moment_although_the_text_gives_no_days(journey: Journey) -> None:
    """DEV-02: until a date is agreed, the end of the next working day."""
    assert journey.due("discussion") == london("2026-03-03 23:59").replace(second=59)
    assert not journey.clock("discussion").is_procedural


def test_the_second_stage_is_professional_to_professional(sent: Journey) -> None:
    """DEV-01."""
    assert (sent.stage, sent.asked()) == (2, {sent.cast.other_practitioner})
    assert sent.clock("discussion").state == ClockState.MET
    assert sent.due("reply") == london("2026-03-04 23:59").replace(second=59)


def test_the_next_day_both_sides_and_the_unit_are_asked_for_a_date(sent: Journey) -> None:
    """DEV-02."""
    sent.at("2026-03-05 00:00")
    for user in (sent.cast.raiser, sent.cast.other_practitioner, sent.cast.business_manager):
        assert sent.told(user, Message.EXTENDED)


def test_the_date_that_both_agree_drives_it_from_then_on(sent: Journey) -> None:
    cast = sent.cast
    sent.do(Verb.PROPOSE_TIMETABLE, cast.other_practitioner, due_at=london("2026-03-09 12:00"), reason="I see him on Friday.")
    sent.do(Verb.AGREE_TIMETABLE, cast.raiser)
    sent.at("2026-03-09 12:00")
    assert not sent.told(cast.raiser, Message.OFFER)
    sent.at("2026-03-09 12:01")
    assert sent.told(cast.raiser, Message.OFFER)
    sent.disagrees(cast.other_practitioner)
    assert sent.clock("reply").state == ClockState.LATE


def test_a_reply_by_the_agreed_date_is_in_time(sent: Journey) -> None:
    sent.do(Verb.PROPOSE_TIMETABLE, sent.cast.other_practitioner, due_at=london("2026-03-09 12:00"), reason="I see him on Friday.")
    sent.do(Verb.AGREE_TIMETABLE, sent.cast.raiser).at("2026-03-09 11:00").disagrees(sent.cast.other_practitioner)
    assert sent.clock("reply").state == ClockState.MET


def test_only_the_lead_takes_it_to_the_practice_development_group(sent: Journey) -> None:
    """DEV-01, DEV-04: with the efforts and the reason for the formal step."""
    cast = sent.cast
    sent.do(Verb.MOVE_UP, sent.holder(), ground=Ground.RISK, reason="He is home tonight.", to=4)
    with pytest.raises(NotAllowed):
        sent.do(Verb.REFER, cast.own_senior, ground=Ground.RISK, efforts="Two talks.", reason="No agreement.")
    with pytest.raises(InvalidInput, match="what was tried"):
        sent.do(Verb.REFER, cast.lead, ground=Ground.RISK, efforts=" ", reason="No agreement.")
    sent.do(Verb.REFER, cast.lead, ground=Ground.RISK, efforts="Two talks.", reason="No agreement.")
    assert sent.now.referrals.get().chair == cast.subgroup_chair
    assert sent.told(cast.business_manager, Message.UNIT)


def test_the_groups_chair_acknowledges_and_offers_a_mediator_who_decides_nothing(at_partnership: Journey) -> None:
    """DEV-07, DEV-08."""
    cast = at_partnership.cast
    at_partnership.do(Verb.ACKNOWLEDGE, cast.subgroup_chair, resolve_by=london("2026-03-20 12:00"))
    assert at_partnership.clock("review").agreed_due_at == london("2026-03-20 12:00")
    at_partnership.do(Verb.CHOOSE_ROUTE, cast.subgroup_chair, route=Route.MEDIATION, reason="It is stuck.", mediator=cast.mediator.pk)
    assert at_partnership.now.referrals.get().force == Force.MEDIATION
    at_partnership.do(Verb.DECIDE, cast.mediator, decision="They will visit together.", reasons="Both said so.")
    assert (at_partnership.clock("review").state, at_partnership.now.state) == (ClockState.MET, State.OPEN)
    at_partnership.do(Verb.CONFIRM_OUTCOME, cast.lead).do(Verb.CONFIRM_OUTCOME, cast.receiving_lead)
    assert (at_partnership.now.state, at_partnership.now.outcome) == (State.RESOLVED, Outcome.MEDIATED)


def test_nobody_of_the_group_confirms_or_closes_for_the_agencies(at_partnership: Journey) -> None:
    """DEV-08."""
    person = at_partnership.world.person(at_partnership.cast.subgroup_chair)
    case = load([at_partnership.dispute.pk], now=at_partnership.world.now)[0]
    for verb in (Verb.CONFIRM_OUTCOME, Verb.PROPOSE_OUTCOME, Verb.CLOSE, Verb.RECORD_GAP, Verb.RESPOND):
        assert not policy.may(person, verb, case)


def test_a_review_that_brings_no_agreement_leaves_it_with_the_agencies(at_partnership: Journey) -> None:
    cast = at_partnership.cast
    at_partnership.do(Verb.CHOOSE_ROUTE, cast.subgroup_chair, route=Route.BACK, reason="The managers have not met.")
    assert (at_partnership.stage, at_partnership.asked()) == (4, {cast.receiving_lead})


def test_a_third_party_logs_between_two_others(cast: Cast) -> None:
    """DEV-09: the reviewing unit sees what it logged and does not act for either side beyond that."""
    journey = Journey(cast, "devon", "2026-03-02 10:00")
    with pytest.raises(NotFound):
        journey.world.do(journey.logged().dispute, Verb.ADD_NOTE, cast.reviewer, text="Not mine.")


def test_settled_between_the_professionals_it_is_closed_with_feedback(sent: Journey) -> None:
    """DEV-10, DEV-11."""
    sent.at("2026-03-03 16:00").agreed(sent.holder(), sent.cast.other_practitioner)
    sent.closed(sent.holder(), sent.cast.other_practitioner, sent.cast.lead)
    kinds = set(sent.now.events.values_list("kind", flat=True))
    assert {EventKind.FEEDBACK, EventKind.FILED, EventKind.LEARNING, EventKind.CLOSED} <= kinds
    assert not Clock.objects.filter(dispute=sent.dispute, state=ClockState.RUNNING).exists()


def test_where_the_holder_may_not_refer_it_is_offered_to_those_who_may(sent: Journey) -> None:
    """DEV-07: the designated or named lead refers; an operations manager who holds stage 4 does not."""
    cast = sent.cast
    sent.do(Verb.MOVE_UP, sent.holder(), ground=Ground.RISK, reason="He is home tonight.", to=4)
    sent.do(Verb.REASSIGN, sent.holder(), to=cast.own_senior.pk, agency=cast.school.pk, reason="I am away.")
    sent.do(Verb.PROPOSE_TIMETABLE, cast.own_senior, due_at=london("2026-03-06 10:00"), reason="We meet on Thursday.")
    sent.do(Verb.AGREE_TIMETABLE, cast.receiving_lead).at("2026-03-06 10:01")
    offers = Notification.objects.filter(dispute=sent.dispute, kind=Message.OFFER, action="You can refer it to the partnership")
    assert sent.holder() == cast.own_senior
    assert set(offers.values_list("recipient", flat=True)) == {cast.lead.pk}


def test_where_the_sides_set_no_date_the_raising_side_is_asked_for_one_until_there_is_one(sent: Journey) -> None:
    """DEV-02: the day for it is over, and both sides are to set it; proposing one answers what was asked."""
    sent.at("2026-03-05 00:01")
    assert NO_DATE in asked(sent.world, sent.holder())
    sent.do(Verb.PROPOSE_TIMETABLE, sent.holder(), due_at=london("2026-03-12 12:00"), reason="He is back on Monday.")
    assert NO_DATE not in asked(sent.world, sent.holder())
