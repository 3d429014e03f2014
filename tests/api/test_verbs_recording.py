"""Adding to the record, by program."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from escalation.models import AgreedAction, Dispute, Event
from escalation.states import EventKind, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
CONTACT = {"how": "phone", "whom": "Rashida Shah", "said": "No answer.", "reached": False}
MEETING = {"how": "call", "who": "Colin Reid, Rashida Shah", "summary": "The threshold."}


def last(dispute: Dispute) -> Event:
    return Event.objects.filter(dispute=dispute).latest("number")


def test_an_attempt_by_phone_is_recorded_with_when_it_happened(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.RECORD_CONTACT, **CONTACT, happened_at="2026-03-02T09:15").status_code == 200
    event = last(dispute)
    assert (event.kind, event.happened_at.isoformat()) == (EventKind.CONTACT, "2026-03-02T09:15:00+00:00")


def test_a_program_says_its_own_present_with_parts_of_a_second(cast: Cast, dispute: Dispute) -> None:
    with time_machine.travel(MONDAY + timedelta(hours=1, microseconds=912_000), tick=False):
        answer = Caller(cast.own_manager).do(dispute, Verb.RECORD_CONTACT, **CONTACT, happened_at="2026-03-02T11:00:00.900")
    assert answer.status_code == 200, answer.content
    event = last(dispute)
    assert event.happened_at == event.recorded_at == MONDAY + timedelta(hours=1)


def test_what_has_not_happened_yet_is_not_recorded(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(dispute, Verb.RECORD_CONTACT, **CONTACT, happened_at="2026-03-02T10:01")
    assert answer.json()["errors"] == {"happened_at": ["That moment has not come yet."]}


def test_adding_to_the_record_does_not_ask_what_was_seen(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = Caller(cast.own_manager).post(f"disputes/{dispute.reference}/record_contact/", CONTACT)
    assert answer.status_code == 200


def test_a_meeting_is_recorded(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.receiver).do(dispute, Verb.RECORD_MEETING, **MEETING).status_code == 200
    assert dispute.requests.get().engaged_at == world.now


def test_a_meeting_has_somebody_in_it(dispute: Dispute, cast: Cast) -> None:
    assert list(Caller(cast.receiver).do(dispute, Verb.RECORD_MEETING, **MEETING | {"who": ""}).json()["errors"]) == ["who"]


def test_a_private_note_is_read_by_the_own_agency_alone(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.receiver).do(dispute, Verb.ADD_NOTE, text="Ask legal first.", private=True)
    path = f"disputes/{dispute.reference}/events/"
    assert "Ask legal first." in Caller(cast.receiver).get(path).content.decode()
    assert "Ask legal first." not in Caller(cast.own_manager).get(path).content.decode()


def test_an_empty_note_is_refused(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.receiver).do(dispute, Verb.ADD_NOTE, text=" \n ").json()["errors"] == {"text": ["Write the note."]}


def test_an_action_is_agreed_and_done(world: World, cast: Cast, dispute: Dispute) -> None:
    given = {"what": "Visit the home.", "agency": cast.social_care.pk, "due_at": "2026-03-06T12:00"}
    assert Caller(cast.receiver).do(dispute, Verb.ADD_ACTION, **given).status_code == 200
    action = AgreedAction.objects.get()
    shown = Caller(cast.own_manager).get(f"disputes/{dispute.reference}/").json()["agreed_actions"]
    assert [(row["id"], row["what"], row["is_done"]) for row in shown] == [(str(action.pk), "Visit the home.", False)]
    assert Caller(cast.receiver).do(dispute, Verb.COMPLETE_ACTION, action=action.pk).status_code == 200


def test_an_action_that_was_corrected_is_followed_in_its_corrected_words(world: World, cast: Cast, dispute: Dispute) -> None:
    given = {"what": "Visit the home.", "agency": cast.social_care.pk, "due_at": "2026-03-06T12:00"}
    assert Caller(cast.receiver).do(dispute, Verb.ADD_ACTION, **given).status_code == 200
    number = AgreedAction.objects.get().event.number
    world.do(dispute, Verb.CORRECT, cast.receiver, number=number, text={"what": "Visit the school."}, why="A slip.")
    shown = Caller(cast.own_manager).get(f"disputes/{dispute.reference}/").json()["agreed_actions"]
    assert [row["what"] for row in shown] == ["Visit the school."]
    form = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/complete-action/").one("main").text
    assert ("By Friday 6 March: Visit the school." in form, "Visit the home." in form) == (True, False)


def test_an_action_of_a_third_agency_is_refused(world: World, cast: Cast) -> None:
    given = {"what": "Visit the home.", "agency": cast.police.pk, "due_at": "2026-03-06T12:00"}
    assert list(Caller(cast.receiver).do(world.sent(), Verb.ADD_ACTION, **given).json()["errors"]) == ["agency"]


def test_an_action_that_is_not_there_cannot_be_done(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.COMPLETE_ACTION, action=uuid4())
    assert (answer.status_code, answer.json()["detail"]) == (404, "That action is not open.")


def noted(world: World, cast: Cast) -> tuple[Dispute, int]:
    dispute = world.sent()
    world.do(dispute, Verb.ADD_NOTE, cast.receiver, text="We met on Monady.")
    return dispute, last(dispute).number


def test_a_line_of_one_s_own_is_corrected_beside_the_old(world: World, cast: Cast) -> None:
    dispute, number = noted(world, cast)
    answer = Caller(cast.receiver).do(dispute, Verb.CORRECT, number=number, text={"text": "We met on Monday."}, why="A slip.")
    assert answer.status_code == 200
    events = Caller(cast.receiver).get(f"disputes/{dispute.reference}/events/").json()["events"]
    line = next(event for event in events if event["number"] == number)
    assert [(one["old"], one["new"]) for one in line["corrections"]] == [("We met on Monady.", "We met on Monday.")]


def test_another_s_line_is_not_corrected(world: World, cast: Cast) -> None:
    dispute, number = noted(world, cast)
    answer = Caller(cast.own_manager).do(dispute, Verb.CORRECT, number=number, text={"text": "We met on Monday."}, why="A slip.")
    assert list(answer.json()["errors"]) == ["number"]


@pytest.mark.parametrize("number", [0, -1, 10**20, "one", None, True])
def test_a_line_s_number_is_a_whole_one(dispute: Dispute, cast: Cast, number: object) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.CORRECT, number=number, text={"text": "x"}, why="A slip.")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["number"])


def test_a_continuing_concern_is_recorded(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.raiser).do(dispute, Verb.CONTINUE_CONCERN, concern="The child is still at home.").status_code == 200
    assert world.fresh(dispute).has_continuing_concern


def test_the_receiver_records_a_continuing_concern_and_the_business_unit_none(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.business_unit).do(dispute, Verb.CONTINUE_CONCERN, concern="The child is still at home.").status_code == 403
    assert Caller(cast.receiver).do(dispute, Verb.CONTINUE_CONCERN, concern="The child is still at home.").status_code == 200
    assert world.fresh(dispute).has_continuing_concern


def test_the_other_side_confirms_when_something_happened(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.own_manager).do(dispute, Verb.RECORD_CONTACT, **CONTACT, happened_at="2026-03-02T09:15")
    number = last(dispute).number
    assert Caller(cast.receiver).do(dispute, Verb.CONFIRM_HAPPENED, number=number).status_code == 200


def test_nobody_confirms_the_own_word(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.receiver).do(dispute, Verb.RECORD_CONTACT, **CONTACT, happened_at="2026-03-02T09:15")
    assert Caller(cast.receiver).do(dispute, Verb.CONFIRM_HAPPENED, number=last(dispute).number).status_code == 400
