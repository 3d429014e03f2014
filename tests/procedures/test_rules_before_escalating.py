"""What is said before anything is raised, and what holds for every message and every person."""

import pytest
import time_machine
from django.urls import reverse

from escalation.models import Dispute, EventBody, Notification
from escalation.services import drafts, mail
from escalation.services.outbox import deliver
from escalation.services.submission import Problems
from escalation.states import EventKind, Message, State
from tests.cast import Cast
from tests.lot import as_written
from tests.mail_server import MailServer
from tests.procedures.journey import Journey
from tests.procedures.on_pages import client_at, page_of
from tests.world import World, answers, london

pytestmark = pytest.mark.django_db
NEEDED = {
    "what": "Say what decision, action or inaction you disagree with.",
    "impact": "Say what it means for the child's welfare or safety.",
    "outcome_sought": "Say what outcome you want.",
    "tried": "Say what has been tried so far.",
}
SECRETS = ("AB", "S-1001", "2015", "Hillside", "Social Care", "Aled", "assessment", "referral")


@pytest.mark.parametrize(("left_out", "sentence"), NEEDED.items())
def test_nothing_is_sent_without_why_it_matters_what_is_sought_and_what_was_tried(cast: Cast, left_out: str, sentence: str, world: World) -> None:
    """BRI-01: it stays a draft with every word."""
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=world.now)
    drafts.save_draft(draft.pk, person, answers(cast.social_care, **{left_out: ""}), now=world.now)
    with pytest.raises(Problems) as refused:
        drafts.submit(draft.pk, person, now=world.now)
    assert refused.value.problems == [(left_out, sentence)]
    assert world.fresh(draft).state == State.DRAFT


def test_what_was_said_before_it_was_raised_stands_on_the_record_and_on_the_page(cast: Cast) -> None:
    """BRI-01: with the colleague who was consulted."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(consulted="The safeguarding lead, on 27 February.")
    text = EventBody.objects.get(event__dispute=journey.dispute, event__kind=EventKind.SUBMITTED).text
    assert (text["tried"], text["consulted"]) == ("Two calls to the duty team on 27 February.", "The safeguarding lead, on 27 February.")
    page = page_of(journey, cast.receiver)
    assert "Two calls to the duty team on 27 February." in page
    assert "The child goes home to the same risk each evening." in page


def test_the_gate_asks_on_the_check_page_for_what_is_missing(cast: Cast, world: World) -> None:
    """BRI-01: through the pages."""
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=world.now)
    drafts.save_draft(draft.pk, person, answers(cast.social_care, tried=""), now=world.now)
    with time_machine.travel(world.now, tick=False):
        journey = Journey.__new__(Journey)
        client = client_at(journey, cast.raiser)
        client.post(reverse("log-check", args=[draft.reference]), {})
    assert world.fresh(draft).state == State.DRAFT


def test_a_practitioner_may_differ_with_the_director(cast: Cast) -> None:
    """BUC-13: however senior the person whose decision it is, it is raised, and goes to the level that the stage asks for."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent(disputed_person=str(cast.receiving_board.pk))
    assert journey.now.disputed_person == cast.receiving_board
    assert journey.asked() == {cast.receiver}


def test_the_procedure_says_that_differing_with_somebody_senior_is_legitimate(cast: Cast) -> None:
    """BUC-13, BUC-03: and that each agency stays involved meanwhile: on the procedure's page, at the gate, and on the disagreement's page."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    with time_machine.travel(journey.world.now, tick=False):
        page = client_at(journey, cast.raiser).get(reverse("procedure", args=[journey.world.version.pk])).content.decode()
        gate = client_at(journey, cast.raiser).get(reverse("log")).content.decode()
    assert "Differences with someone more senior or experienced are legitimate" in page
    assert "The agency that disagrees stays involved in the child&#x27;s plan" in page
    assert "also where the other person is more senior or more experienced" in gate
    assert "Hillside School stays involved in the child’s plan and in all decisions while this runs." in page_of(journey, cast.receiver)


def test_no_message_of_a_whole_journey_says_anything_that_identifies_a_child(cast: Cast, mail_server: MailServer) -> None:
    """BUC-12: reference, action, due moment and link only."""
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent().at("2026-03-06 10:00", "2026-03-10 10:00")
    deliver(journey.world.now)
    assert len(mail_server.taken) > 2
    everything = as_written("\n".join(f"{taken['subject']}\n{taken['text']}\n{taken['html']}" for taken in mail_server.taken))
    assert [secret for secret in SECRETS if secret in everything] == []


@pytest.mark.parametrize("kind", Message.values)
def test_no_kind_of_message_has_room_for_the_child(cast: Cast, kind: str) -> None:
    """BUC-12: of every kind that there is."""
    dispute = World(cast, "buckinghamshire").sent()
    composed = mail.compose(Notification(dispute=dispute, mailbox="desk@example.org", kind=kind, action="Read it"))
    words = as_written(f"{composed.subject}\n{composed.body}")
    assert [secret for secret in SECRETS if secret in words] == []


def test_at_night_an_urgent_matter_goes_out_at_once_with_the_out_of_hours_number(cast: Cast, mail_server: MailServer) -> None:
    """ENF-11: on a Saturday at 23:00 the procedure is followed at the earliest opportunity."""
    journey = Journey(cast, "enfield", "2026-03-07 23:00")
    journey.sent(is_urgent=True, respond_by=london("2026-03-08 09:00").isoformat())
    deliver(journey.world.now)
    assert cast.receiver.email in {taken["to"] for taken in mail_server.taken}
    assert "0117 900 0999" in page_of(journey, cast.raiser)


def test_by_day_what_is_not_urgent_waits_for_the_office(cast: Cast, mail_server: MailServer) -> None:
    """ENF-11: the same matter without the risk does not ring anybody up at night."""
    journey = Journey(cast, "enfield", "2026-03-07 23:00").sent()
    deliver(journey.world.now)
    assert mail_server.taken == []
    assert Dispute.objects.get().is_urgent is False
