"""Each verb's page: asks, checks, does, and says what was done; refuses in words and loses nothing that was typed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.models import User
from escalation.engine.perform import VERBS, Seen
from escalation.models import Dispute, EventBody
from escalation.states import Answer, EventKind, MeetingHow, Outcome, RequestState, State, Verb
from escalation.web.verbs.pages import PAGES, slug_of
from tests.cast import Cast
from tests.escalation.verbs import routed
from tests.procedures.journey import Journey
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db


@pytest.fixture
def _on_a_monday() -> Iterator[None]:
    """Days that are typed here were just now in every year in which the tests are run, and no test is asked at night or at a weekend."""
    with time_machine.travel(MONDAY):
        yield


@pytest.fixture
def world(cast: Cast, _on_a_monday: None) -> World:
    """Bristol's procedure, now."""
    return World(cast, now=MONDAY - timedelta(minutes=5))


def page(user: User, dispute: Dispute, verb: Verb, **posted: str) -> Any:
    """GET the verb's page, or POST to it what a person would."""
    client = Client()
    client.force_login(user)
    url = f"/d/{dispute.reference}/{slug_of(verb)}/"
    if not posted:
        return client.get(url)
    return client.post(url, {"seen": str(Seen.of(World.fresh(dispute))), **posted})


def test_every_verb_that_a_person_does_to_a_disagreement_has_a_page() -> None:
    assert set(VERBS) - set(PAGES) == {Verb.SUBMIT}


def test_a_manager_sends_on_what_own_staff_logged(world: World, cast: Cast) -> None:
    dispute = world.log()
    answer = page(cast.own_manager, dispute, Verb.SEND_ON, comment="Please read the chronology.")
    assert answer.status_code == 302
    assert world.fresh(dispute).stage == 1


def test_a_response_is_shown_for_checking_before_it_is_sent(world: World, cast: Cast, dispute: Dispute) -> None:
    typed = {"answer": Answer.PARTLY, "reasons": "We looked again.", "actions": "A visit this week."}
    first = page(cast.receiver, dispute, Verb.RESPOND, **typed)
    assert "Check before you send it" in first.content.decode()
    assert "I want to attach" not in first.content.decode()
    assert "I want to attach" in page(cast.receiver, dispute, Verb.RESPOND, then_attach="on", **typed).content.decode()
    assert dispute.requests.get().state == RequestState.AWAITING
    page(cast.receiver, dispute, Verb.RESPOND, confirmed="1", **typed)
    assert dispute.requests.get().state == RequestState.ANSWERED


def test_what_is_confirmed_is_read_before_the_button_that_confirms_it(world: World, cast: Cast, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A joint visit by Friday.", kind=Outcome.AGREED_ACTION)
    found = Page(page(cast.receiver, dispute, Verb.CONFIRM_OUTCOME).content.decode())
    said = found.one("main").text
    assert said.index("A joint visit by Friday.") < said.index("Confirm in writing")
    assert not found.all("aside")


def test_that_a_binding_decision_came_is_the_same_on_its_button_its_page_and_where_it_is_asked(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    routed(journey.world, journey.dispute, "panel")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    journey.do(Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=members).met()
    journey.do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    visitor, path = Visitor(cast.receiving_board, journey.world.now), f"/d/{journey.dispute.reference}/"
    words = "Confirm that you received the decision"
    button = next(one for one in visitor.page(path).all("a", class_="govuk-button") if one.attrs["href"].endswith("/confirm-outcome/"))
    title = visitor.page(f"{path}confirm-outcome/").one("h1").text.removeprefix(journey.dispute.reference)
    assert (button.text, title) == (words, words)


def test_what_is_no_binding_decision_is_confirmed_as_an_outcome(world: World, cast: Cast, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A joint visit by Friday.", kind=Outcome.AGREED_ACTION)
    title = Page(page(cast.receiver, dispute, Verb.CONFIRM_OUTCOME).content.decode()).one("h1").text
    assert title.removeprefix(dispute.reference) == "Confirm the outcome"


def test_changing_an_answer_from_the_check_page_keeps_every_word(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = page(cast.receiver, dispute, Verb.RESPOND, change="1", answer=Answer.PARTLY, reasons="We looked again.", actions="A visit.")
    assert "We looked again." in answer.content.decode()


def test_a_response_without_what_will_be_done_is_asked_for_it_beside_the_field(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = page(cast.receiver, dispute, Verb.RESPOND, answer=Answer.AGREES, reasons="Yes.", actions="")
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Say what your agency will do" in text
    assert "Error: " in text
    assert "Yes." in text


def test_the_second_of_two_people_on_an_old_page_is_told_politely(world: World, cast: Cast, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="No.")
    seen = str(Seen.of(world.fresh(dispute)))
    world.do(dispute, Verb.REJECT, cast.own_manager, reason="Not settled.")
    answer = page(cast.lead, dispute, Verb.MOVE_UP, seen=seen, ground="not_resolved", to="2", reason="No agreement was reached.", confirmed="1")
    assert answer.status_code == 409
    assert "Somebody else was first" in answer.content.decode()
    assert "No agreement was reached." in answer.content.decode()
    assert world.fresh(dispute).stage == 1


def test_moving_up_names_the_people_at_the_next_stage_and_moves(world: World, cast: Cast, dispute: Dispute) -> None:
    typed = {"ground": "risk", "to": "2", "reason": "The child is at home tonight."}
    answer = page(cast.own_manager, dispute, Verb.MOVE_UP, confirmed="1", **typed)
    assert answer.status_code == 302
    assert world.fresh(dispute).stage == 2


def test_no_response_is_refused_as_a_ground_before_it_is_overdue_and_before_anything_is_checked(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = page(cast.own_manager, dispute, Verb.MOVE_UP, ground="no_response", to="2", reason="")
    assert answer.status_code == 400
    assert "Nobody’s response is overdue" in answer.content.decode()
    assert world.fresh(dispute).stage == 1


def test_a_stranger_cannot_tell_a_verbs_page_from_one_that_is_not_there(world: World, cast: Cast, dispute: Dispute) -> None:
    there, nowhere = page(cast.stranger, dispute, Verb.RESPOND), Client()
    nowhere.force_login(cast.stranger)
    assert there.status_code == nowhere.get("/d/ESC-000000/respond/").status_code == 404


def test_the_raiser_is_refused_the_response_with_words(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = page(cast.raiser, dispute, Verb.RESPOND)
    assert answer.status_code == 403
    assert [one.text for one in Page(answer.content.decode()).all("a", href=f"/d/{dispute.reference}/")] == [f"Open {dispute.reference}"]


def test_where_nobody_else_can_hold_it_the_page_says_whom_to_ask_and_asks_nothing(world: World, cast: Cast, dispute: Dispute) -> None:
    offer = str(Verb.REASSIGN.label)
    assert "Who should hold it?" in page(cast.receiver, dispute, Verb.REASSIGN).content.decode()
    assert offer in Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").one("main").text
    User.objects.filter(memberships__agency=cast.social_care).exclude(pk=cast.receiver.pk).update(is_active=False)
    answer = page(cast.receiver, dispute, Verb.REASSIGN)
    assert answer.status_code == 409
    assert "Ask the agency’s safeguarding lead to set cover, or the business unit." in Page(answer.content.decode()).one("main").text
    assert offer not in Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").one("main").text


def test_what_cannot_be_done_now_says_why(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = page(cast.own_manager, dispute, Verb.REJECT)
    assert answer.status_code == 409
    assert "There is no response to consider." in answer.content.decode()


def test_a_correction_is_of_the_text_that_was_wrong_and_no_other(world: World, cast: Cast, dispute: Dispute) -> None:
    met = {
        "how": MeetingHow.CALL,
        "agencies": [cast.raising.pk, cast.receiving.pk],
        "who": "Priya Nair, safeguarding lead, and others.",
        "summary": "At 2:30am.",
    }
    number = str(world.do(dispute, Verb.RECORD_MEETING, cast.raiser, **met).events[0].number)
    assert page(cast.raiser, dispute, Verb.CORRECT, number=number).url.endswith(f"correct/?number={number}")
    form = Page(Visitor(cast.raiser, world.now).get(f"/d/{dispute.reference}/correct/?number={number}").content.decode())
    stands = {one.attrs["name"]: one.text for one in form.all("textarea")}
    assert stands == {"text-who": met["who"], "text-summary": "At 2:30am.", "why": ""}
    stands |= {one.attrs["name"]: one.attrs["value"] for one in form.all("input", type="text") if one.attrs["name"].startswith("when_")}
    emptied = page(cast.raiser, dispute, Verb.CORRECT, number=number, **stands | {"text-summary": "", "why": "A slip."})
    assert emptied.status_code == 400
    same = page(cast.raiser, dispute, Verb.CORRECT, number=number, **stands | {"why": "A slip."})
    assert "nothing was changed" in same.content.decode()
    for words in ("At 2:30pm.", "At 2:30am."):
        answer = page(cast.raiser, dispute, Verb.CORRECT, number=number, **stands | {"text-summary": words, "why": "A slip."})
        assert answer.status_code == 302
        newest = EventBody.objects.filter(event__dispute=dispute, event__kind=EventKind.CORRECTED).order_by("event__number").last()
        assert newest is not None
        assert newest.text["new"] == {"summary": words}


def test_when_a_call_was_is_put_right_beside_what_stood_there_until_another_confirms_it(world: World, cast: Cast, dispute: Dispute) -> None:
    said = {"how": "phone", "whom": "The duty desk", "said": "It rang out.", "reached": False}
    number = str(world.do(dispute, Verb.RECORD_CONTACT, cast.raiser, happened=london("2026-03-02 09:00"), **said).events[0].number)
    texts = {"text-how": "phone", "text-whom": "The duty desk", "text-said": "It rang out.", "why": "It was on Friday."}

    def put_right(*when: str) -> Any:
        return page(cast.raiser, dispute, Verb.CORRECT, number=number, **texts, **{f"when_{at}": part for at, part in enumerate(when)})

    assert "nothing was changed" in put_right("2", "3", "2026", "9am").content.decode()
    assert "Enter the date and time it happened" in put_right("", "", "", "").content.decode()
    assert put_right("27", "2", "2026", "4:30pm").status_code == 302
    entry = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").one("li", id=f"entry-{number}")
    assert entry.text.startswith("Friday 27 February, 4:30pm recorded ")
    assert "Struck out: Monday 2 March, 9am Corrected to: Friday 27 February, 4:30pm Corrected by" in entry.text
    confirm = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/confirm-happened/").one("main").text
    assert "Attempt to reach someone: Friday 27 February, 4:30pm, recorded " in confirm
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiver, number=int(number))
    assert dispute.events.get(kind=EventKind.HAPPENED_CONFIRMED).facts["happened"] == "2026-02-27T16:30:00+00:00"
    form = Visitor(cast.raiser, world.now).page(f"/d/{dispute.reference}/correct/", number=number)
    assert "Another has confirmed when it happened" in form.one("main").text
    assert not form.all("input", name="when_0")


def test_the_board_counts_what_its_lists_hold(world: World, cast: Cast, dispute: Dispute) -> None:
    client = Client()
    client.force_login(cast.business_unit)
    text = client.get("/board/?list=open").content.decode()
    assert dispute.reference in text
    assert World.fresh(dispute).state == State.OPEN


def test_the_board_is_the_business_units(world: World, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.lead)
    assert client.get("/board/").status_code == 403


def test_a_link_to_correct_an_entry_comes_with_the_entry_chosen(world: World, cast: Cast, dispute: Dispute) -> None:
    client = Client()
    client.force_login(cast.raiser)
    text = client.get(f"/d/{dispute.reference}/correct/?number=1").content.decode()
    assert 'type="hidden" name="number" value="1"' in text
    assert "What was wrong?" in text


@pytest.mark.parametrize(
    ("part", "verb", "words"),
    [
        ("own_manager", Verb.COMPLETE_ACTION, "No agreed action is still to be done."),
        ("lead", Verb.CORRECT, "Nothing that you wrote stands on the record"),
        ("receiver", Verb.CONFIRM_HAPPENED, "No entry of the other side happened before it was recorded."),
    ],
)
def test_a_page_with_nothing_to_choose_says_so_instead_of_asking(dispute: Dispute, cast: Cast, part: str, verb: Verb, words: str) -> None:
    answer = page(getattr(cast, part), dispute, verb)
    assert answer.status_code == 409
    assert words in answer.content.decode()


def test_who_does_an_agreed_action_is_chosen_on_its_page(world: World) -> None:
    dispute, cast, day = world.sent(), world.cast, world.now + timedelta(days=9)
    due = {"due_at_0": str(day.day), "due_at_1": str(day.month), "due_at_2": str(day.year), "due_at_3": "5pm"}
    asked = {"what": "A visit.", "agency": str(cast.social_care.pk), "owner": str(cast.receiving_lead.pk)}
    assert page(cast.own_manager, dispute, Verb.ADD_ACTION, **asked, **due).status_code == 302
    assert dispute.actions.get().owner == cast.receiving_lead


@pytest.mark.parametrize(("verb", "words"), [(Verb.ADD_NOTE, "Enter the note"), (Verb.INVITE_GUEST, "Enter their name")])
def test_what_is_missing_is_asked_for_in_words(cast: Cast, dispute: Dispute, verb: Verb, words: str) -> None:
    assert words in page(cast.receiver, dispute, verb, text="").content.decode()
