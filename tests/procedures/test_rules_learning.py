"""What the procedures ask to be learnt: recorded at the end, put to the right group, and followed until it is done."""

from datetime import date

import pytest
import time_machine

from escalation.models import LearningPoint, Notification
from escalation.services.outbox import deliver
from escalation.states import ChangeNeeded, EventKind, LearningStatus, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.learning import ISSUE, follow
from tests.mail_server import MailServer
from tests.procedures.journey import Journey
from tests.procedures.on_pages import client_at, page_of, press

pytestmark = pytest.mark.django_db


def settled(cast: Cast, key: str) -> Journey:
    """Resolved by an agreed outcome at the first stage between the agencies that allows one without more."""
    journey = Journey(cast, key, "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_OUTCOME, journey.holder(), wording="Both keep their view.", kind=Outcome.POSITION_KEPT)
    return journey.do(Verb.CONFIRM_OUTCOME, next(iter(journey.asked())))


def points(journey: Journey) -> list[tuple[str, str, str]]:
    found = LearningPoint.objects.filter(dispute=journey.dispute, is_none=False).order_by("recorded_at", "pk")
    return list(found.values_list("change_needed", "referred_to", "event__kind"))


def list_of(journey: Journey, user: object) -> str:
    """The learning list as the person gets it."""
    with time_machine.travel(journey.world.now, tick=False):
        return str(client_at(journey, user).get("/learning/").content.decode())


def test_a_general_issue_goes_to_the_agencys_representative_for_a_subgroup_that_then_moves_it_on(cast: Cast) -> None:
    """BRI-18: the form names the group that the procedure names; the subgroup finds the issue and nothing else, and says what came of it."""
    journey = settled(cast, "bristol")
    form = page_of(journey, journey.holder(), "record-learning/")
    assert "The agency&#x27;s representative on the partnership, for the subgroup concerned" in form
    press(journey, journey.holder(), Verb.RECORD_LEARNING, issue=ISSUE, went_badly="The handover.", referred_to="Practice subgroup", change_needed="")
    assert ISSUE in list_of(journey, cast.subgroup_member)
    assert "The handover." not in list_of(journey, cast.subgroup_member)
    follow(journey.world, LearningPoint.objects.get(), cast.subgroup_member, status=LearningStatus.DONE, evidence="In the guide.")
    assert "In the guide." in page_of(journey, cast.lead)


def test_the_lead_passes_learning_on_with_what_should_change_and_sees_it_through(cast: Cast) -> None:
    """BRO-09: policy, procedure or training; the point has an owner, a day and a status, and what was done stands on the record."""
    journey = settled(cast, "bromley")
    press(journey, cast.lead, Verb.RECORD_LEARNING, went_well="The call.", issue=ISSUE, referred_to="The partnership", change_needed="training")
    point = LearningPoint.objects.get()
    follow(journey.world, point, cast.lead, owner=cast.business_unit.pk, due_on=date(2026, 4, 10), status=LearningStatus.STARTED)
    follow(journey.world, point, cast.business_unit, status=LearningStatus.DONE, evidence="Taught in April.")
    page = page_of(journey, cast.lead)
    assert all(words in page for words in ("Learning followed up", "Kiran Patel", "Friday 10 April 2026", "Taught in April."))


def test_a_change_that_is_chosen_without_what_is_to_be_learnt_is_not_recorded_as_none(cast: Cast) -> None:
    journey = settled(cast, "bristol")
    preset = "The agency's representative on the partnership, for the subgroup concerned"
    for typed in ({"change_needed": "training", "referred_to": preset}, {"referred_to": "Practice subgroup"}):
        answer = press(journey, journey.holder(), Verb.RECORD_LEARNING, went_well="The call.", **typed)
        assert (answer.status_code, 'href="#id_issue">Say what others should learn from it' in answer.content.decode()) == (400, True)
    assert not LearningPoint.objects.exists()
    press(journey, journey.holder(), Verb.RECORD_LEARNING, went_well="The call.", referred_to=preset)
    assert LearningPoint.objects.get().is_none


def test_gaps_in_policy_go_to_the_chair_and_other_learning_to_the_improvement_group_alone(cast: Cast, mail_server: MailServer) -> None:
    """ENF-06: the chair is told without a word of the case, and finds that point and no other."""
    journey = settled(cast, "enfield")
    journey.do(
        Verb.RECORD_LEARNING, journey.holder(), issue="No policy says who calls.", referred_to="Practice Improvement Group", change_needed="policy"
    )
    journey.do(Verb.RECORD_LEARNING, journey.holder(), issue=ISSUE, referred_to="Practice Improvement Group", change_needed="training")
    told = Notification.objects.get(kind=Message.LEARNING)
    assert (told.recipient, told.dispute) == (cast.chair, None)
    found = list_of(journey, cast.chair)
    assert ("No policy says who calls." in found, ISSUE in found) == (True, False)
    assert all(words in list_of(journey, cast.subgroup_chair) for words in ("No policy says who calls.", ISSUE))
    deliver(journey.world.now)
    mail = next(taken for taken in mail_server.taken if taken["to"] == cast.chair.email)
    assert f"/learning/{told.learning_id}/" in mail["text"]
    assert "No policy" not in mail["text"] + mail["html"]


def test_where_the_procedure_sends_no_gap_to_the_chair_the_chair_is_left_alone(cast: Cast) -> None:
    """ENF-06: Bristol's text does not."""
    journey = settled(cast, "bristol")
    journey.do(Verb.RECORD_LEARNING, journey.holder(), issue=ISSUE, change_needed="policy", referred_to="Group")
    assert not Notification.objects.filter(kind=Message.LEARNING).exists()
    assert ISSUE not in list_of(journey, cast.chair)


def test_training_needs_of_a_debrief_go_to_the_improvement_group_and_are_followed(cast: Cast) -> None:
    """ENF-06, ENF-13: asked on the debrief's page, shown on the record, and on the learning list."""
    journey = settled(cast, "enfield")
    assert "They go on the learning list, to: Practice Improvement Group." in page_of(journey, cast.lead, "record-debrief/")
    press(journey, cast.lead, Verb.RECORD_DEBRIEF, went_well="The call.", training="How thresholds are read.", supervision="")
    assert points(journey) == [(ChangeNeeded.TRAINING, "Practice Improvement Group", EventKind.DEBRIEF)]
    assert "How thresholds are read." in page_of(journey, cast.receiver)
    found = list_of(journey, cast.subgroup_member)
    assert ("How thresholds are read." in found, "The call." in found) == (True, False)


def test_a_debrief_without_training_needs_is_no_learning_point_and_takes_nothing_from_the_closing(cast: Cast) -> None:
    """ENF-13, BRI-19: closing still asks for learning in so many words."""
    journey = settled(cast, "enfield")
    journey.do(Verb.RECORD_DEBRIEF, cast.lead, went_well="The call.", training="Thresholds.")
    assert journey.now.learning_at is None
    journey.do(Verb.RECORD_DEBRIEF, cast.lead, went_well="The meeting.")
    assert len(points(journey)) == 1


def test_a_debrief_asks_for_the_supervision_and_guidance_that_those_involved_had(cast: Cast) -> None:
    """DEV-12: on the page, and on the record for both sides."""
    journey = settled(cast, "enfield")
    assert "Supervision and guidance that those involved had" in page_of(journey, cast.lead, "record-debrief/")
    press(journey, cast.lead, Verb.RECORD_DEBRIEF, supervision="Weekly supervision, and the lead's advice on the first day.")
    assert "Weekly supervision, and the lead" in page_of(journey, cast.receiver)
