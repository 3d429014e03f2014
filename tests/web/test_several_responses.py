"""Two agencies were asked: what is accepted of the first is read again, and stands ready when the last is accepted; of two dates one says which."""

import pytest

from agencies.models import User
from escalation.models import Dispute, OutcomeProposal
from escalation.states import Answer, EventKind, Outcome, Verb
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
FIRST = "Social care assesses by 13 March."
RIGHT = "Social care assesses by 20 March."
AGAIN = "When the last response is accepted it stands here again"
SAME = "Each agency confirms these same words."


@pytest.fixture
def both(world: World, cast: Cast) -> Dispute:
    """Social care answered; the police have not."""
    dispute = world.sent(cast.social_care, cast.police)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    return dispute


def form(world: World, dispute: Dispute, verb: str = "accept") -> Page:
    return Visitor(world.cast.own_manager, world.now).page(f"/d/{dispute.reference}/{verb}/")


def accept_first(world: World, dispute: Dispute) -> None:
    given = {"wording": FIRST, "kind": Outcome.POSITION_KEPT, "outstanding": "The report."}
    world.do(dispute, Verb.ACCEPT, world.cast.own_manager, **given)


def police_answer(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.police_manager, answer=Answer.AGREES, reasons="Yes.", actions="A visit on Friday.")


def test_what_was_accepted_is_read_on_the_page_with_whose_response_it_was(world: World, cast: Cast, both: Dispute) -> None:
    accept_first(world, both)
    for reader in (cast.own_manager, cast.receiver, cast.police_manager):
        said = Visitor(reader, world.now).page(f"/d/{both.reference}/").one("main").text
        assert all(words in said for words in (FIRST, "The report.", "Whose response"))


def test_whoever_is_not_in_it_reads_nothing_of_what_was_accepted(world: World, cast: Cast, both: Dispute) -> None:
    accept_first(world, both)
    answer = Visitor(cast.nobody, world.now).get(f"/d/{both.reference}/")
    assert (answer.status_code, FIRST in answer.content.decode()) == (404, False)


def test_the_last_acceptance_begins_with_what_was_accepted_before_and_how(world: World, both: Dispute) -> None:
    accept_first(world, both)
    police_answer(world, both)
    page = form(world, both)
    wording = page.one("textarea", name="wording").text
    assert wording.split() == f"Northshire Social Care: {FIRST} Northshire Police: A visit on Friday.".split()
    assert page.one("textarea", name="outstanding").text == "The report."
    assert [box.attrs["value"] for box in page.all("input", name="kind") if "checked" in box.attrs] == ["position_kept"]
    assert SAME in page.one("main").text
    assert AGAIN not in page.one("main").text


def test_an_acceptance_before_the_last_says_what_becomes_of_its_words_and_has_those_of_no_other(world: World, both: Dispute) -> None:
    page = form(world, both)
    assert page.one("textarea", name="wording").text == "An assessment."
    assert AGAIN in page.one("main").text
    assert SAME not in page.one("main").text


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_each_response_that_waits_is_read_before_the_form_with_its_agency_and_whether_it_agrees(world: World, both: Dispute, verb: str) -> None:
    world.do(both, Verb.RESPOND, world.cast.police_manager, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    said = " ".join(form(world, both, verb).one("main").text.split())
    police = "The response of Northshire Police We do not agree The threshold is not met."
    care = "The response of Northshire Social Care We agree We looked again. An assessment."
    assert said.index(police) < said.index(care) < said.index("Whose response?")


def chosen(page: Page) -> tuple[str, list[str]]:
    """How the outcome is worded and settled before anybody has said so."""
    kinds = [box.attrs["value"] for box in page.all("input", name="kind") if "checked" in box.attrs]
    return page.one("textarea", name="wording").text.strip(), kinds


def test_where_two_wait_no_words_of_one_are_put_forward_and_how_it_is_settled_is_chosen_where_one_disagrees(world: World, both: Dispute) -> None:
    assert chosen(form(world, both)) == ("An assessment.", ["agreed_action"])
    world.do(both, Verb.RESPOND, world.cast.police_manager, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    assert chosen(form(world, both)) == ("", [])


def test_with_one_agency_the_words_begin_with_its_own_response(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    page = form(world, dispute)
    assert (page.one("textarea", name="wording").text, SAME in page.one("main").text) == ("An assessment.", True)


def test_whoever_words_the_outcome_otherwise_reads_beside_it_what_was_accepted(world: World, cast: Cast, both: Dispute) -> None:
    accept_first(world, both)
    said = form(world, both, "propose-outcome").one("main").text
    assert "Accepted from Northshire Social Care" in said
    assert FIRST in said
    world.do(both, Verb.PROPOSE_OUTCOME, cast.own_manager, wording="Both visit.", kind=Outcome.AGREED_ACTION)
    assert "Accepted from" not in form(world, both, "propose-outcome").one("main").text


def test_one_wording_for_every_agency_begins_with_what_was_accepted_of_each(world: World, cast: Cast, both: Dispute) -> None:
    accept_first(world, both)
    world.do(both, Verb.RESPOND, cast.police_manager, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    world.do(both, Verb.REJECT, cast.own_manager, reason="It does not settle it.")
    page = form(world, both, "propose-outcome")
    assert page.one("textarea", name="wording").text == f"Northshire Social Care: {FIRST}"
    assert page.one("textarea", name="outstanding").text == "The report."
    assert [box.attrs["value"] for box in page.all("input", name="kind") if "checked" in box.attrs] == ["position_kept"]


def correct(world: World, dispute: Dispute, who: User, kind: EventKind, **text: str) -> None:
    line = dispute.events.filter(kind=kind).latest("number")
    world.do(dispute, Verb.CORRECT, who, number=line.number, text=text, why="A slip.")


def test_what_was_corrected_since_stands_corrected_wherever_it_is_put_forward(world: World, cast: Cast, both: Dispute) -> None:
    accept_first(world, both)
    for words in ("Social care assesses by 30 March.", RIGHT):
        correct(world, both, cast.own_manager, EventKind.ACCEPTED, wording=words)
    page = form(world, both, "propose-outcome")
    assert page.one("textarea", name="wording").text == f"Northshire Social Care: {RIGHT}"
    assert page.one("textarea", name="outstanding").text == "The report."
    assert RIGHT in page.one("main").text
    assert FIRST not in page.one("main").text
    police_answer(world, both)
    correct(world, both, cast.police_manager, EventKind.ANSWERED, actions="A visit on Monday.")
    page = form(world, both)
    assert page.one("textarea", name="wording").text.split() == f"Northshire Social Care: {RIGHT} Northshire Police: A visit on Monday.".split()
    assert "A visit on Friday." not in page.one("main").text


def test_the_record_keeps_what_was_accepted_beside_its_correction(world: World, cast: Cast, both: Dispute) -> None:
    accept_first(world, both)
    correct(world, both, cast.own_manager, EventKind.ACCEPTED, wording=RIGHT)
    said = Visitor(cast.own_manager, world.now).page(f"/d/{both.reference}/").one("main").text
    assert FIRST in said
    assert RIGHT in said


def test_the_outcome_stays_in_the_words_that_were_put_to_be_confirmed(world: World, cast: Cast, both: Dispute) -> None:
    world.do(both, Verb.PROPOSE_OUTCOME, cast.own_manager, wording="Both visit.", kind=Outcome.AGREED_ACTION)
    correct(world, both, cast.own_manager, EventKind.OUTCOME_PROPOSED, wording="Nobody visits.")
    page = Visitor(cast.receiver, world.now).page(f"/d/{both.reference}/confirm-outcome/").one("main").text
    assert ("Both visit." in page, "Nobody visits." in page) == (True, False)


def test_a_wording_in_place_of_another_and_one_before_any_was_accepted_begin_empty(world: World, cast: Cast, both: Dispute) -> None:
    assert form(world, both, "propose-outcome").one("textarea", name="wording").text == ""
    accept_first(world, both)
    world.do(both, Verb.PROPOSE_OUTCOME, cast.own_manager, wording="Both visit.", kind=Outcome.AGREED_ACTION)
    assert form(world, both, "propose-outcome").one("textarea", name="wording").text == ""


def test_what_follows_an_acceptance_is_said_as_it_is(world: World, cast: Cast, both: Dispute) -> None:
    visitor = Visitor(cast.own_manager, world.now)
    found = form(world, both)
    given = {"seen": found.one("input", name="seen").attrs["value"], "wording": FIRST, "kind": "agreed_action", "confirmed": "1"}
    sent = visitor.post(f"/d/{both.reference}/accept/", given)
    assert sent.status_code == 302
    said = visitor.page(f"/d/{both.reference}/").one("main").text
    assert "The outcome is put to every agency when the last response is accepted." in said
    assert not OutcomeProposal.objects.exists()
    police_answer(world, both)
    last = {**given, "seen": form(world, both).one("input", name="seen").attrs["value"]}
    assert visitor.post(f"/d/{both.reference}/accept/", last).status_code == 302
    said = visitor.page(f"/d/{both.reference}/").one("main").text
    assert "It is resolved when each of the other agencies has confirmed the same words." in said
    assert OutcomeProposal.objects.exists()


def test_of_two_proposed_dates_the_page_asks_which_and_shows_whose_each_is(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care, cast.police)
    for user, day in ((cast.receiver, 5), (cast.police_manager, 6)):
        world.do(dispute, Verb.PROPOSE_TIMETABLE, user, due_at=world.now.replace(day=day, hour=12), reason="Court.")
    page = form(world, dispute, "agree-timetable")
    police = next(box.attrs["value"] for box, label in zip(page.all("input", name="clock"), page.all("label"), strict=True) if "Police" in label.text)
    assert "The date that is proposed for Northshire Police" in page.one("main").text
    visitor, seen = Visitor(cast.own_manager, world.now), page.one("input", name="seen").attrs["value"]
    assert visitor.post(f"/d/{dispute.reference}/agree-timetable/", {"seen": seen}).status_code == 400
    visitor.post(f"/d/{dispute.reference}/agree-timetable/", {"seen": seen, "clock": police})
    assert dispute.clocks.get(agency=cast.police, key="response").agreed_due_at == world.now.replace(day=6, hour=12)


def test_one_proposed_date_is_agreed_with_one_click_and_an_agency_may_move_its_own_alone(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care, cast.police)
    page = Visitor(cast.police_manager, world.now).page(f"/d/{dispute.reference}/propose-timetable/")
    assert [box.attrs["type"] for box in page.all("input", name="clock")] == ["hidden"]
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.police_manager, due_at=world.now.replace(day=6), reason="Court.")
    page = form(world, dispute, "agree-timetable")
    assert [box.attrs["type"] for box in page.all("input", name="clock")] == ["hidden"]


def test_whom_one_tried_to_reach_is_asked_with_the_agency_where_there_are_several(world: World, cast: Cast, dispute: Dispute) -> None:
    two = world.sent(cast.social_care, cast.police)
    offered = {box.attrs["value"] for box in form(world, two, "record-contact").all("input", name="agency")}
    assert offered == {str(agency.pk) for agency in (cast.school, cast.social_care, cast.police)}
    for one, user in ((two, cast.police_manager), (dispute, cast.own_manager)):
        page = Visitor(user, world.now).page(f"/d/{one.reference}/record-contact/")
        assert [box.attrs["type"] for box in page.all("input", name="agency")] == ["hidden"]
