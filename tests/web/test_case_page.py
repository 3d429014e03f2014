"""The page of one disagreement: whose turn, by when and why, what was said, and what stays hidden from whom."""

from collections import Counter

import pytest

from agencies.roles import Role
from escalation.models import Dispute, Event, Reading
from escalation.services.sweep import sweep
from escalation.states import Answer, EventKind, Ground, Outcome, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.factories import make_member
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
WHAT = "closed without an assessment"


def main(page: Page) -> str:
    return page.one("main").text


def test_the_holder_reads_that_it_is_their_turn_by_when_and_why(cast: Cast) -> None:
    world = World(cast, now=london("2026-03-06 16:30"))
    dispute = world.sent()
    page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/")
    box = page.one("section", class_="c-next").text
    assert "Your turn Respond: Stage 1" in box
    assert "Monday 9 March, 4:30pm" in box
    assert "Saturday 7 March: not counted: Saturday" in box
    assert "Rashida Shah Team manager" in box
    assert page.all("a", class_="govuk-button")[0].text == "Respond"


def test_the_raising_side_is_told_who_is_waited_for_and_how_to_ring_them(cast: Cast, world: World, dispute: Dispute) -> None:
    box = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").one("section", class_="c-next").text
    assert "Waiting for Northshire Social Care" in box
    assert "0117 900 0002" in box
    assert "Without a response it moves up to Stage 2 by itself on Wednesday 4 March, 10am, if the message has arrived by then." in box


def test_once_it_is_late_moving_up_is_the_button(cast: Cast, dispute: Dispute) -> None:
    page = Visitor(cast.own_manager, london("2026-03-03 10:05")).page(f"/d/{dispute.reference}/")
    assert page.all("a", class_="govuk-button")[0].attrs["href"] == f"/d/{dispute.reference}/move-up/"
    assert "Overdue" in page.one("header", class_="c-case-head").text


def offers(page: Page) -> tuple[list[str], list[str]]:
    """The links beside the button, and those that are folded away below them."""
    links = [one for one in page.all("a") if {"section", "li"} <= set(one.inside)]
    return [one.text for one in links if "details" not in one.inside], [one.text for one in links if "details" in one.inside]


def test_beside_the_button_stand_up_to_four_other_choices_and_all_else_is_folded_away(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/")
    beside, folded = offers(page)
    assert page.all("a", class_="govuk-button")[0].text == "Accept the response"
    assert beside == ["Not accept the response", "Move up to Stage 2", "Hand it to someone else", "Print for the child’s file"]
    assert {"Make urgent", "Forms, letters and packs to print"} <= set(folded)


def test_sending_back_is_the_first_choice_beside_sending_on(cast: Cast, world: World) -> None:
    dispute = world.log()
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/")
    assert page.all("a", class_="govuk-button")[0].text == "Send on to the other agency"
    assert offers(page)[0][0] == "Send back"


def test_the_chair_finds_the_pack_first(cast: Cast, world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    page = Visitor(cast.chair, world.now).page(f"/d/{dispute.reference}/")
    assert page.all("a", class_="govuk-button")[0].text == "Acknowledge"
    assert offers(page)[0][0] == "Panel pack"


def test_a_seat_in_another_partnerships_business_unit_changes_nothing_of_it(cast: Cast, dispute: Dispute) -> None:
    make_member(cast.own_manager, cast.elsewhere, Role.BUSINESS_UNIT)
    page = Visitor(cast.own_manager, london("2026-03-03 10:05")).page(f"/d/{dispute.reference}/")
    assert page.all("a", class_="govuk-button")[0].attrs["href"] == f"/d/{dispute.reference}/move-up/"
    assert "Overdue" in page.one("header", class_="c-case-head").text


def test_the_tracker_says_what_became_of_each_stage(cast: Cast, world: World, dispute: Dispute) -> None:
    world.delivered(dispute)
    for moment in ("2026-03-03 10:01", "2026-03-04 10:00"):
        world.warned()
        sweep(london(moment))
    stages = [
        one.text for one in Visitor(cast.own_manager, london("2026-03-04 11:00")).page(f"/d/{dispute.reference}/").all(class_="c-stages__stage")
    ]
    assert "no response by Tuesday 3 March" in stages[1]
    assert "now, due Friday 6 March" in stages[2]
    assert stages[4].endswith("to come")


def test_a_stage_that_was_skipped_is_marked_as_left_out_and_not_as_done(cast: Cast, world: World) -> None:
    dispute = world.sent(start_stage=2, start_ground=Ground.RISK, start_reason="He goes home tonight.")
    stages = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").all(class_="c-stages__stage")
    marks = {one.text.split(",")[0]: one.attrs["class"].split("--")[-1] for one in stages}
    assert (marks["Stage 1"], marks["Stage 2"], marks["Stage 3"]) == ("passed", "now", "ahead")
    assert [one.text for one in stages if "--passed" in one.attrs["class"]][0].endswith("skipped: the risk would not wait")


def test_the_record_has_both_sides_newest_first(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    titles = [one.text for one in Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").all("h3", class_="c-record__title")]
    assert titles[0] == "Response: we do not agree"
    assert titles[-1] == "Disagreement logged"


def test_a_correction_shows_the_old_words_struck_out(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="They ring back on Thursday.")
    number = Event.objects.get(kind=EventKind.NOTE).number
    world.do(dispute, Verb.CORRECT, cast.own_manager, number=number, text={"text": "They ring back on Friday."}, why="Wrong day.")
    page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/")
    assert [one.text for one in page.all("del")] == ["Struck out: They ring back on Thursday."]
    assert [one.text for one in page.all("ins")] == ["Corrected to: They ring back on Friday."]


def test_a_private_note_is_its_own_agencys_alone(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="We visit daily until then.", private=True)
    assert "We visit daily" in main(Visitor(cast.lead, world.now).page(f"/d/{dispute.reference}/"))
    assert "We visit daily" not in main(Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/"))


def test_what_happened_inside_the_raising_agency_is_not_shown_outside_it(cast: Cast, world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_ON, cast.own_manager, comment="I have doubts about the second point.")
    page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/")
    assert "doubts" not in main(page)
    assert "Own manager" not in main(page)
    assert "doubts" in main(Visitor(cast.raiser, world.now).page(f"/d/{dispute.reference}/"))


def test_the_business_unit_reads_where_it_stands_but_not_what_was_typed_before_it_is_told(cast: Cast, world: World, dispute: Dispute) -> None:
    words = main(Visitor(cast.business_unit, world.now).page(f"/d/{dispute.reference}/"))
    assert WHAT not in words
    assert "Threshold" not in words
    assert "Rashida Shah" in words
    assert "Tuesday 3 March, 10am" in words


def test_from_stage_three_the_business_unit_reads_it(cast: Cast, world: World, dispute: Dispute) -> None:
    for user in (cast.own_manager, cast.own_senior):
        world.do(dispute, Verb.MOVE_UP, user, ground=Ground.RISK, reason="It will not wait.")
    assert WHAT in main(Visitor(cast.business_unit, world.now).page(f"/d/{dispute.reference}/"))


def test_a_stranger_gets_what_somebody_gets_for_a_reference_that_never_was(cast: Cast, world: World, dispute: Dispute) -> None:
    stranger = Visitor(cast.stranger, world.now)
    real, invented = stranger.get(f"/d/{dispute.reference}/"), stranger.get("/d/ESC-ZZZZZZ/")
    assert (real.status_code, invented.status_code) == (404, 404)
    assert Page(real.content.decode()).one("main").text == Page(invented.content.decode()).one("main").text


def test_another_spelling_of_the_reference_leads_to_the_page(cast: Cast, world: World, dispute: Dispute) -> None:
    response = Visitor(cast.receiver, world.now).get(f"/d/{dispute.reference.lower()}/")
    assert response.headers["Location"] == f"/d/{dispute.reference}/"


def test_who_the_child_is_lies_behind_a_click_that_is_recorded(cast: Cast, world: World, dispute: Dispute) -> None:
    holder = Visitor(cast.receiver, world.now)
    assert "1 May 2015" not in main(holder.page(f"/d/{dispute.reference}/"))
    words = main(holder.page(f"/d/{dispute.reference}/view/child/"))
    assert "AB" in words
    assert "1 May 2015" in words
    assert "S-1001" not in words
    assert sorted(Reading.objects.filter(reader=cast.receiver).values_list("part", flat=True)) == ["case", "child"]


def test_the_business_unit_does_not_see_who_the_child_is(cast: Cast, world: World, dispute: Dispute) -> None:
    assert Visitor(cast.business_unit, world.now).get(f"/d/{dispute.reference}/view/child/").status_code == 403


def test_the_receiving_sides_first_look_marks_it_as_opened_once(cast: Cast, world: World, dispute: Dispute) -> None:
    for _ in range(2):
        Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/")
    assert Event.objects.filter(dispute=dispute, kind=EventKind.OPENED).count() == 1
    assert dispute.requests.get().opened_at == world.now


def test_the_raising_sides_look_opens_nothing(cast: Cast, world: World, dispute: Dispute) -> None:
    Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/")
    assert dispute.requests.get().opened_at is None


def test_resolved_lists_what_is_left_to_do_and_who_confirmed(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="Assess by 13 March.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment by 13 March.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/")
    assert "Northshire Social Care: confirmed by Rashida Shah" in main(page)
    assert [one.text for one in page.all("a", class_="govuk-task-list__link")][0] == "Record feedback to the person who raised it"


def test_the_agreed_date_stands_beside_the_procedures(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-05 12:00"), reason="The check takes two days.")
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.own_manager)
    cells = [one.text for one in Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").all("td")]
    assert cells[0] == "Thursday 5 March, midday agreed; by the procedure Tuesday 3 March, 10am"


def test_a_moment_that_one_side_set_is_not_called_agreed_nor_the_products_own_the_procedures(cast: Cast, world: World) -> None:
    dispute = world.log(is_urgent=True, respond_by="2026-03-02T14:00:00+00:00")
    page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/")
    assert page.all("td")[0].text == "Monday 2 March, 2pm set because it is urgent; else Tuesday 3 March, 10am"
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    cells = [one.text for one in Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").all("td")]
    assert cells[2] == "Wednesday 4 March, end of day not procedure time"


def test_paper_has_the_whole_record_and_nothing_to_do(cast: Cast, world: World, dispute: Dispute) -> None:
    page = Visitor(cast.lead, world.now).page(f"/d/{dispute.reference}/view/print/")
    assert WHAT in main(page)
    assert "S-1001" in main(page)
    assert not page.all(class_="c-next__links")
    # In a file it is nobody's turn: what comes next, by whom and by when.
    answering = main(Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/view/print/"))
    assert "Next: Respond: Stage 1. Rashida Shah, Team manager, Northshire Social Care. Due Tuesday 3 March" in answering
    assert "Your turn" not in answering


@pytest.mark.parametrize(("part", "most"), [("receiver", 8), ("own_manager", 8), ("business_unit", 7)])
def test_the_page_takes_no_more_queries_for_a_longer_record(cast: Cast, world: World, dispute: Dispute, part: str, most: int) -> None:
    visitor = Visitor(getattr(cast, part), world.now)
    assert visitor.queries(f"/d/{dispute.reference}/") == most
    for number in range(5):
        world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text=f"Note {number}.")
    assert visitor.queries(f"/d/{dispute.reference}/") == most


@pytest.mark.parametrize("part", ["receiver", "business_unit"])
def test_nothing_is_asked_of_the_database_twice_for_one_page(cast: Cast, world: World, dispute: Dispute, part: str) -> None:
    world.do(dispute, Verb.PLACE_HOLD, cast.business_unit, reason="A review was begun.")
    asked = Counter(Visitor(getattr(cast, part), world.now).statements(f"/d/{dispute.reference}/"))
    assert [statement for statement, times in asked.items() if times > 1] == []


def test_before_it_is_told_the_business_unit_reads_that_there_was_a_response_but_not_which(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    words = main(Visitor(cast.business_unit, world.now).page(f"/d/{dispute.reference}/"))
    assert "Response" in words
    assert "we do not agree" not in words


def test_an_auditor_says_why_before_reading_and_the_reason_is_kept(cast: Cast, world: World, dispute: Dispute) -> None:
    auditor = Visitor(cast.auditor, world.now)
    asked = auditor.get(f"/d/{dispute.reference}/").headers["Location"]
    assert asked == f"/d/{dispute.reference}/view/reason/"
    assert Page(auditor.post(asked).content.decode()).one("title").text.startswith("Error: ")
    auditor.post(asked, {"reason": "Sample of March"})
    assert WHAT in main(auditor.page(f"/d/{dispute.reference}/"))
    assert Reading.objects.get(reader=cast.auditor).reason == "Sample of March"


def test_reminders_are_one_click_away(cast: Cast, dispute: Dispute) -> None:
    sweep(london("2026-03-03 10:01"))
    visitor = Visitor(cast.own_manager, london("2026-03-03 10:05"))
    assert "Half-way reminder" not in main(visitor.page(f"/d/{dispute.reference}/"))
    assert "Half-way reminder" in main(visitor.page(f"/d/{dispute.reference}/", every="1"))


def test_on_a_phone_links_lead_past_what_can_be_done_to_what_was_said(cast: Cast, world: World, dispute: Dispute) -> None:
    page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/")
    targets = [link.attrs["href"][1:] for link in page.all("a") if "nav" in link.inside and link.attrs["href"].startswith("#")]
    assert targets == ["matter", "stages", "record"]
    assert set(targets) <= set(page.ids)


def test_each_of_several_agencies_reads_that_it_is_their_turn(cast: Cast, world: World) -> None:
    """Both are asked to respond, and both to confirm what the raising side puts to them."""
    dispute = world.sent(cast.social_care, cast.police)
    asked = [request.holder for request in dispute.requests.all() if request.holder]
    for label in ("Respond", "Confirm the outcome"):
        if label != "Respond":
            world.do(dispute, Verb.PROPOSE_OUTCOME, cast.own_manager, wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)
        for person in asked:
            page = Visitor(person, world.now).page(f"/d/{dispute.reference}/")
            assert f"Your turn {label}" in page.one("section", class_="c-next").text
            assert page.all("a", class_="govuk-button")[0].text.startswith(label)
    assert len(asked) == 2
