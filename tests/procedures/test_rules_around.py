"""What stands around the stages: a conference formally asked for, an agency that keeps out, who else is told, one more agency, all at the table."""

from datetime import date
from typing import Any

import pytest

from agencies.errors import InvalidInput, NotAllowed, WrongState
from agencies.models import Agency
from escalation.models import ConferenceRequest, Event, EventBody, Request
from escalation.services.sweep import sweep
from escalation.states import Advice, Answer, ClockState, ConferenceAnswer, EventKind, Ground, MeetingHow, Message, Outcome, RequestState, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.procedures.on_pages import moment, page_of, press
from tests.world import london

pytestmark = pytest.mark.django_db


def facts(journey: Journey, kind: EventKind) -> dict[str, Any]:
    return dict(Event.objects.filter(dispute=journey.dispute, kind=kind).latest("number").facts)


def typed(journey: Journey, kind: EventKind) -> dict[str, str]:
    return dict(EventBody.objects.filter(event__dispute=journey.dispute, event__kind=kind).latest("event__number").text)


# Enfield: a child protection conference is formally asked for


@pytest.fixture
def enfield(cast: Cast) -> Journey:
    return Journey(cast, "enfield", "2026-03-02 10:00").sent()


@pytest.fixture
def refused_at_stage_1(enfield: Journey) -> Journey:
    """Social care disagrees at stage 1, and concerns remain."""
    return enfield.disagrees(enfield.cast.receiver).do(Verb.REJECT, enfield.cast.own_manager, reason="The risk is the same.")


def request_of(journey: Journey, user: Any = None) -> Journey:
    return journey.do(Verb.REQUEST_CONFERENCE, user or journey.cast.own_manager, reason="He is home.", supporter=journey.cast.own_senior.pk)


def test_a_conference_is_formally_asked_for_after_stage_1_with_its_supporter(refused_at_stage_1: Journey) -> None:
    """ENF-08: on its page; the record and the disagreement's page keep request and supporter, and social care is asked."""
    journey, cast = refused_at_stage_1, refused_at_stage_1.cast
    assert press(journey, cast.own_manager, Verb.REQUEST_CONFERENCE, reason="He is home.", supporter=str(cast.own_senior.pk)).status_code == 302
    row = ConferenceRequest.objects.get(dispute=journey.dispute)
    assert (row.requested_by, row.supporter, row.agency, row.answer) == (cast.own_manager, cast.own_senior, cast.social_care, "")
    assert typed(journey, EventKind.CONFERENCE_ASKED) == {"reason": "He is home."}
    text = page_of(journey, cast.receiver)
    assert "supported by Dilys Frost" in text
    assert "Answer the conference request" in text
    assert journey.told(cast.receiver, Message.ASSIGNED)
    assert journey.told(cast.own_senior, Message.FEEDBACK)


def test_before_stage_1_is_gone_through_no_conference_can_be_asked_for(enfield: Journey) -> None:
    """ENF-08: only if concerns remain after it."""
    with pytest.raises(WrongState, match="if concerns remain after it"):
        request_of(enfield)
    enfield.do(Verb.MOVE_UP, enfield.cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
    request_of(enfield, enfield.holder())


@pytest.mark.parametrize("part", ["own_manager", "colleague", "receiving_senior", "stranger"])
def test_only_a_senior_manager_or_designated_professional_of_another_agency_supports_it(refused_at_stage_1: Journey, part: str) -> None:
    """ENF-08: not a manager, not a practitioner, nobody of the agency that is asked."""
    supporter = getattr(refused_at_stage_1.cast, part).pk
    with pytest.raises(InvalidInput, match="named or designated professional") as caught:
        refused_at_stage_1.do(Verb.REQUEST_CONFERENCE, refused_at_stage_1.cast.own_manager, reason="He is home.", supporter=supporter)
    assert caught.value.field == "supporter"


def test_the_designated_professional_and_the_raiser_may_ask_and_support(refused_at_stage_1: Journey) -> None:
    """ENF-08."""
    cast = refused_at_stage_1.cast
    refused_at_stage_1.do(Verb.REQUEST_CONFERENCE, cast.raiser, reason="He is home.", supporter=cast.lead.pk)
    assert facts(refused_at_stage_1, EventKind.CONFERENCE_ASKED)["supporter"] == str(cast.lead.pk)


def test_one_request_waits_at_a_time(refused_at_stage_1: Journey) -> None:
    """ENF-08."""
    request_of(refused_at_stage_1)
    with pytest.raises(WrongState, match="waits for its answer"):
        request_of(refused_at_stage_1)
    refused_at_stage_1.do(Verb.ANSWER_CONFERENCE, refused_at_stage_1.cast.receiver, answer=ConferenceAnswer.REFUSED, reasons="No significant harm.")
    request_of(refused_at_stage_1)
    assert ConferenceRequest.objects.filter(dispute=refused_at_stage_1.dispute).count() == 2


def test_social_care_convenes_it_on_a_day(refused_at_stage_1: Journey) -> None:
    """ENF-08: the answer is on the record and on the page, the other side and the supporter are told."""
    journey, cast = request_of(refused_at_stage_1), refused_at_stage_1.cast
    day = {"conference_on_0": "12", "conference_on_1": "3", "conference_on_2": "2026"}
    assert press(journey, cast.receiver, Verb.ANSWER_CONFERENCE, answer="convened", **day).status_code == 302
    row = ConferenceRequest.objects.get(dispute=journey.dispute)
    assert (row.answer, row.conference_on, row.answered_by) == (ConferenceAnswer.CONVENED, date(2026, 3, 12), cast.receiver)
    assert "A conference is convened, on Thursday 12 March 2026" in page_of(journey, cast.own_manager)
    for user in (cast.own_manager, cast.raiser, cast.own_senior):
        assert journey.told(user, Message.ANSWERED), user


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answer": "refused"}, "reasons"),
        ({"answer": "convened"}, "conference_on"),
        ({"answer": "convened", "conference_on": date(2026, 3, 1)}, "conference_on"),
        ({"answer": "convened", "conference_on": date(2028, 3, 1)}, "conference_on"),
        ({"answer": "perhaps"}, "answer"),
    ],
)
def test_an_answer_has_its_date_or_its_reasons(refused_at_stage_1: Journey, given: dict[str, Any], field: str) -> None:
    """ENF-08."""
    request_of(refused_at_stage_1)
    with pytest.raises(InvalidInput) as caught:
        refused_at_stage_1.do(Verb.ANSWER_CONFERENCE, refused_at_stage_1.cast.receiver, **given)
    assert caught.value.field == field
    assert ConferenceRequest.objects.get(dispute=refused_at_stage_1.dispute).answer == ""


def test_only_the_agency_that_is_asked_answers(cast: Cast) -> None:
    """ENF-08: not the side that asks, not another receiving agency; the business unit records it on its behalf."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent(cast.social_care, cast.police)
    journey.disagrees(cast.receiver).do(Verb.RESPOND, cast.police_manager, answer=Answer.DISAGREES, reasons="No.")
    request_of(journey)
    for user in (cast.own_manager, cast.police_manager):
        with pytest.raises(NotAllowed):
            journey.do(Verb.ANSWER_CONFERENCE, user, answer=ConferenceAnswer.REFUSED, reasons="No.")
    journey.do(Verb.ANSWER_CONFERENCE, cast.business_unit, answer=ConferenceAnswer.REFUSED, reasons="Told by phone.")
    assert Event.objects.filter(dispute=journey.dispute, kind=EventKind.CONFERENCE_ANSWERED).get().agency == cast.social_care


def test_a_request_that_nobody_answers_is_reminded_of_through_the_stages(refused_at_stage_1: Journey) -> None:
    """ENF-08: its clock goes on when the stage is left, with whoever can answer it there, and ends with the answer."""
    journey, cast = request_of(refused_at_stage_1), refused_at_stage_1.cast
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.NOT_RESOLVED, reason="No agreement.").at("2026-03-05 09:30")
    clock = journey.clock("ask:conference")
    assert (clock.state, clock.due_at, clock.breached_at is not None) == (ClockState.RUNNING, london("2026-03-04 23:59").replace(second=59), True)
    [holder] = journey.asked()
    assert (journey.told(holder, Message.OVERDUE), journey.told(cast.receiver, Message.OVERDUE)) == (True, False)
    journey.do(Verb.ANSWER_CONFERENCE, journey.cast.receiving_lead, answer=ConferenceAnswer.REFUSED, reasons="No significant harm.")
    assert journey.clock("ask:conference").state == ClockState.LATE


def test_where_the_procedure_knows_no_such_request_none_is_offered(cast: Cast) -> None:
    """ENF-08 is Enfield's: Bristol's page and service have it not."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().disagrees(cast.receiver)
    with pytest.raises(WrongState, match="knows no formal request"):
        request_of(journey)
    assert "Request a conference" not in page_of(journey, cast.own_manager)


def test_without_social_care_among_those_asked_nobody_can_be_asked_for_a_conference(cast: Cast) -> None:
    """ENF-08."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent(cast.police)
    journey.do(Verb.RESPOND, cast.police_manager, answer=Answer.DISAGREES, reasons="No.")
    with pytest.raises(WrongState, match="not among the agencies asked"):
        request_of(journey)


# Buckinghamshire: an agency keeps out; capacity, allegations, complaints; Enfield: out of hours


@pytest.fixture
def urgent(cast: Cast) -> Journey:
    """Buckinghamshire, life-threatening, with social care and the police."""
    more = {"is_urgent": True, "respond_by": london("2026-03-07 22:00").isoformat()}
    return Journey(cast, "buckinghamshire", "2026-03-07 18:00").sent(cast.social_care, cast.police, **more)


def test_where_an_agency_keeps_out_of_a_life_threatening_matter_the_partnership_hears_at_once(urgent: Journey) -> None:
    """BUC-07: on a Saturday evening the message does not wait for office hours; the unit reads the record from then on."""
    cast = urgent.cast
    what = "Police and school watch the house. Social care will not come before Monday."
    answer = press(urgent, cast.police_manager, Verb.STAYS_OUT, agency=str(cast.social_care.pk), what=what, disagree=[str(cast.school.pk)])
    assert answer.status_code == 302
    assert facts(urgent, EventKind.STAYS_OUT)["disagree"] == sorted([str(cast.school.pk), str(cast.police.pk)])
    message = urgent.now.notifications.filter(recipient=cast.business_manager, kind=Message.UNIT).latest("created_at")
    assert (message.action, message.is_urgent, message.not_before) == ("An agency keeps out of an urgent matter", True, urgent.world.now)
    assert urgent.now.unit_told_at == urgent.world.now
    assert what in page_of(urgent, cast.business_unit)
    assert urgent.told(cast.receiver, Message.ASSIGNED)


def test_what_keeps_out_is_another_agency_of_the_disagreement_and_is_described(urgent: Journey) -> None:
    """BUC-07."""
    cast = urgent.cast
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"agency": cast.police.pk}, "agency"),
        ({"agency": cast.elsewhere.pk}, "agency"),
        ({"what": " "}, "what"),
    ]
    for changed, field in wrong:
        with pytest.raises(InvalidInput) as caught:
            urgent.do(Verb.STAYS_OUT, cast.police_manager, **{"agency": cast.social_care.pk, "what": "It does not come.", **changed})
        assert caught.value.field == field
    assert not urgent.told(cast.business_unit, Message.UNIT)


def test_of_what_can_wait_nobody_is_recorded_as_keeping_out(cast: Cast) -> None:
    """BUC-07 is about interventions that prevent a life-threatening episode."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    with pytest.raises(WrongState, match="make it urgent first"):
        journey.do(Verb.STAYS_OUT, cast.own_manager, agency=cast.social_care.pk, what="It does not come.")


def sixteen(cast: Cast, **more: Any) -> Journey:
    """Buckinghamshire, about somebody of 16 whose capacity is in doubt."""
    return Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent(capacity_in_doubt=True, **more)


def test_without_consensus_about_capacity_legal_advice_is_asked_for_until_it_is_recorded(cast: Cast) -> None:
    """BUC-08."""
    journey, asks = sixteen(cast), "Take legal advice"
    assert asks not in page_of(journey, cast.own_manager)
    journey.disagrees(cast.receiver).do(Verb.REJECT, cast.own_manager, reason="She cannot decide this.")
    assert asks in page_of(journey, cast.own_manager)
    given = {"whom": "legal", "who": "Council legal services", "told": "May she decide?", "answer": "The Court of Protection may have to."}
    assert press(journey, cast.own_manager, Verb.RECORD_ADVICE, **given).status_code == 302
    text = page_of(journey, cast.own_manager)
    assert text.index(asks) < text.index("Completed")
    assert "The Court of Protection may have to." in page_of(journey, cast.receiver)


def test_where_capacity_is_not_in_doubt_no_legal_advice_is_asked_for(cast: Cast) -> None:
    """BUC-08."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent().disagrees(cast.receiver)
    journey.do(Verb.REJECT, cast.own_manager, reason="The risk is the same.")
    assert "Take legal advice" not in page_of(journey, cast.own_manager)


def test_legal_advice_to_one_agency_can_stay_its_own(cast: Cast) -> None:
    """BUC-08: the other side neither reads it nor is told of it."""
    journey = sixteen(cast).disagrees(cast.receiver).do(Verb.REJECT, cast.own_manager, reason="She cannot decide this.")
    journey.do(Verb.RECORD_ADVICE, cast.own_manager, whom=Advice.LEGAL, who="The school's solicitor", told="May she decide?", private=True)
    assert "The school&#x27;s solicitor" in page_of(journey, cast.own_manager)
    assert "solicitor" not in page_of(journey, cast.receiver)
    assert not journey.told(cast.receiver, Message.FEEDBACK)


def test_about_an_allegation_it_is_asked_who_told_the_designated_officer(cast: Cast) -> None:
    """BUC-10: whoever fears that nobody does goes themselves, and says so on the record."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent(door="allegation_handling")
    assert "Record who told the local authority designated officer" in page_of(journey, cast.raiser)
    given = {
        "whom": "designated_officer",
        "who": "The LADO",
        "told": "Nobody consulted you.",
        "answer": "A meeting tomorrow.",
        "told_by": "The raiser",
    }
    press(journey, cast.raiser, Verb.RECORD_ADVICE, **given)
    assert typed(journey, EventKind.ADVICE) == {
        "adviser": "The LADO", "told": "Nobody consulted you.", "answer": "A meeting tomorrow.", "told_by": "The raiser",
    }  # fmt: skip
    assert "The local authority designated officer" in page_of(journey, cast.receiver)


def test_a_formal_complaint_may_be_made_at_any_stage_and_beside_it(cast: Cast) -> None:
    """BUC-11: recorded at stage 1 and after the end; the stage and its clocks go on untouched."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    complaint = {"whom": Advice.COMPLAINT, "who": "Social care's complaints team", "told": "The closure.", "answer": "Ten working days."}
    journey.do(Verb.RECORD_ADVICE, cast.raiser, **complaint)
    assert (journey.stage, journey.clock("completion").state) == (1, ClockState.RUNNING)
    journey.agreed(cast.own_manager, cast.receiver).closed(cast.own_manager, cast.receiver, cast.lead)
    journey.do(Verb.RECORD_ADVICE, cast.raiser, **complaint)
    assert Event.objects.filter(dispute=journey.dispute, kind=EventKind.ADVICE).count() == 2


def test_an_out_of_hours_service_is_recorded_with_when_it_was_rung(cast: Cast) -> None:
    """ENF-11: at two on a Sunday morning, entered on Monday."""
    more = {"is_urgent": True, "respond_by": london("2026-03-07 22:00").isoformat()}
    journey = Journey(cast, "enfield", "2026-03-07 18:00").sent(**more)
    journey.world.now = london("2026-03-09 09:00")
    rung = moment("happened_at", london("2026-03-08 02:00"))
    press(journey, cast.own_manager, Verb.RECORD_ADVICE, whom="out_of_hours", who="Emergency duty team", told="He is on the roof.", **rung)
    line = Event.objects.get(dispute=journey.dispute, kind=EventKind.ADVICE)
    assert (line.happened_at, line.recorded_at) == (london("2026-03-08 02:00"), london("2026-03-09 09:00"))


# Enfield: all key agencies at the table, and one more asked


@pytest.fixture
def many(cast: Cast) -> Journey:
    """Enfield at stage 2, the professionals' meeting, with social care and the police."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent(cast.social_care, cast.police)
    return journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")


def meet(journey: Journey, *agencies: Any) -> Journey:
    given = {"how": MeetingHow.PROFESSIONALS, "who": "The heads of service", "summary": "The risk.", "agencies": [one.pk for one in agencies]}
    return journey.do(Verb.RECORD_MEETING, journey.holder(), **given)


def test_the_professionals_meeting_is_held_once_every_key_agency_was_there(many: Journey) -> None:
    """ENF-01: its clock runs and the stage asks for it until then, over one meeting or several."""
    cast = many.cast
    meet(many, cast.school, cast.social_care)
    assert facts(many, EventKind.MEETING)["unmet"] == [str(cast.police.pk)]
    assert many.clock("meeting").state == ClockState.RUNNING
    with pytest.raises(InvalidInput, match="record the meeting"):
        many.do(Verb.PROPOSE_OUTCOME, many.holder(), wording="A joint visit.", kind=Outcome.AGREED_ACTION)
    meet(many, cast.school, cast.police)
    assert many.clock("meeting").state == ClockState.MET
    many.do(Verb.PROPOSE_OUTCOME, many.holder(), wording="A joint visit.", kind=Outcome.AGREED_ACTION)


def test_a_meeting_of_all_key_agencies_ends_the_two_days_at_once(many: Journey) -> None:
    """ENF-01: on its page every agency concerned is ticked to begin with."""
    given = {"how": "professionals_meeting", "who": "The heads of service", "summary": "The risk."}
    press(
        many,
        many.holder(),
        Verb.RECORD_MEETING,
        **given,
        agencies=[str(one.pk) for one in (many.cast.school, many.cast.social_care, many.cast.police)],
    )
    assert many.clock("meeting").state == ClockState.MET


def test_what_a_round_table_proposes_reaches_the_front_line_of_every_agency(many: Journey) -> None:
    """ENF-09: those who held the first stage too, not only the heads of service."""
    cast = many.cast
    given = {"how": MeetingHow.ROUND_TABLE, "who": "Heads of service, DCI", "summary": "A complex risk.", "proposals": "A joint visit tonight."}
    before = many.now.notifications.filter(action="Read what the meeting proposes").count()
    many.do(Verb.RECORD_MEETING, many.holder(), **given)
    asked = set(many.now.notifications.filter(action="Read what the meeting proposes").values_list("recipient", flat=True))
    assert before == 0
    assert {cast.raiser.pk, cast.own_manager.pk, cast.receiver.pk, cast.police_manager.pk} <= asked


def test_one_more_agency_is_asked_in_mid_stage_with_its_own_request_and_time(cast: Cast) -> None:
    """ENF-01: on Bristol's stage 1, whose one working day runs from when the police are asked; social care's goes on."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.world.now = london("2026-03-02 15:00")
    assert press(journey, cast.own_manager, Verb.ADD_AGENCY, agency=str(cast.police.pk), reason="They closed the report.").status_code == 302
    asked = Request.objects.get(dispute=journey.dispute, agency=cast.police)
    assert (asked.state, asked.holder) == (RequestState.AWAITING, cast.police_manager)
    due = {clock.agency_id: clock.due_at for clock in journey.now.clocks.filter(key="response", state=ClockState.RUNNING)}
    assert due == {cast.social_care.pk: london("2026-03-03 10:00"), cast.police.pk: london("2026-03-03 15:00")}
    assert journey.told(cast.police_manager, Message.ASSIGNED)
    assert journey.told(cast.receiver, Message.FEEDBACK)
    assert "Another agency asked" in page_of(journey, cast.police_manager)


def test_the_agency_asked_later_confirms_the_outcome_too(cast: Cast) -> None:
    """ENF-01: a wording that stood falls when it is asked."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A visit.", kind=Outcome.AGREED_ACTION)
    journey.do(Verb.ADD_AGENCY, cast.own_manager, agency=cast.police.pk, reason="They closed the report.")
    with pytest.raises(WrongState, match="No outcome is proposed"):
        journey.do(Verb.CONFIRM_OUTCOME, cast.receiver)
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A visit by both.", kind=Outcome.AGREED_ACTION)
    journey.do(Verb.CONFIRM_OUTCOME, cast.receiver)
    assert journey.now.state == "open"
    journey.do(Verb.CONFIRM_OUTCOME, cast.police_manager)
    assert journey.now.state == "resolved"


def test_who_is_not_of_the_partnership_or_is_asked_already_cannot_be_asked(cast: Cast) -> None:
    """ENF-01."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    for agency in (cast.social_care, cast.school, Agency.objects.get(partnership=cast.elsewhere)):
        with pytest.raises(InvalidInput, match="not asked yet"):
            journey.do(Verb.ADD_AGENCY, cast.own_manager, agency=agency.pk, reason="x")
    with pytest.raises(NotAllowed):
        journey.do(Verb.ADD_AGENCY, cast.receiver, agency=cast.police.pk, reason="x")


def test_an_agency_asked_later_is_reminded_like_the_others(cast: Cast) -> None:
    """ENF-01: the sweep watches its clock."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().do(Verb.ADD_AGENCY, cast.own_manager, agency=cast.police.pk, reason="x")
    journey.at("2026-03-03 10:05")
    assert sweep(journey.world.now).failed == 0
    assert journey.told(cast.police_manager, Message.OVERDUE)
