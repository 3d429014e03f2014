"""Logging, question by question: what is asked, what is kept, what is refused beside its field, and what happens on sending."""

from typing import Any
from urllib.parse import urlencode

import pytest

from escalation.models import Child, Dispute, Draft
from escalation.procedures.schema import shipped
from escalation.services import drafts
from escalation.services.procedures import publish
from escalation.states import State, Verb
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
CHILD = {"child-TOTAL_FORMS": "1", "child-INITIAL_FORMS": "0", "child-MIN_NUM_FORMS": "1", "child-MAX_NUM_FORMS": "12"}
ONE_CHILD = {**CHILD, "child-0-initials": "ab", "child-0-born_0": "1", "child-0-born_1": "may", "child-0-born_2": "2015", "child-0-reference": "S-9"}
MATTER = {"themes": ["threshold"], "what": "The referral was closed.", "basis": "evidence"}
IMPACT = {"impact": "The child goes home to it.", "outcome_sought": "An assessment by Friday."}
TRIED = {"tried": "Two calls."}
NO_STAGE = "You say why it starts above the first stage: choose that stage, or leave the reason out"
SOON = {"respond_by_0": "2", "respond_by_1": "3", "respond_by_2": "2026", "respond_by_3": "4:30pm"}


def begun(cast: Cast, visitor: Visitor, door: str = "none", danger: str = "no") -> Dispute:
    """A draft begun through the first page."""
    visitor.post("/log/", {"danger": danger, "door": door})
    return Dispute.objects.get(state=State.DRAFT)


def answered(cast: Cast, visitor: Visitor, danger: str = "no") -> Dispute:
    """A draft with every question answered but the last."""
    dispute = begun(cast, visitor, danger=danger)
    pages: dict[str, dict[str, Any]] = {"agency": {"receiving": [str(cast.social_care.pk)]}, "child": ONE_CHILD}
    pages |= {"matter": MATTER, "impact": IMPACT, "tried": TRIED}
    for slug, data in pages.items():
        response = visitor.post(f"/log/{dispute.reference}/{slug}/", data)
        assert response.status_code == 302, (slug, Page(response.content.decode()).one("main").text)
    return dispute


def counterpart(cast: Cast, **more: str) -> dict[str, str]:
    return {f"holder_{cast.social_care.pk}": str(cast.receiver.pk), "start_stage": "1", **more}


@pytest.fixture
def raiser(cast: Cast, world: World) -> Visitor:
    return Visitor(cast.raiser, world.now)


def summary(page: Page) -> list[str]:
    """The words of the error summary."""
    links = [one for one in page.all("a") if one.inside[-1:] == ("li",) and one.inside[-2:-1] == ("ul",)]
    return [one.text for one in links if one.attrs.get("href", "").startswith(("#id", "/log/ESC"))]


def test_the_danger_question_comes_first_and_must_be_answered(raiser: Visitor) -> None:
    assert "Is the child in danger now?" in raiser.page("/log/").one("main").text
    assert "Say whether the child is in danger now" in summary(Page(raiser.post("/log/").content.decode()))


def test_without_danger_the_first_page_asks_whether_it_is_the_right_door(raiser: Visitor) -> None:
    assert summary(Page(raiser.post("/log/", {"danger": "no"}).content.decode())) == ["Choose what it is, or none of these"]
    assert not Dispute.objects.exists()


def test_in_danger_the_door_may_wait_and_is_not_asked_again_where_it_was_said(raiser: Visitor) -> None:
    ring = raiser.post("/log/", {"danger": "yes", "door": "complaint"}).headers["Location"]
    dispute = Dispute.objects.get()
    assert raiser.page(ring).all("a", class_="govuk-button")[0].attrs["href"] == f"/log/{dispute.reference}/signpost/"
    assert Draft.objects.get().answers == {"danger_now": True, "is_urgent": True, "door": "complaint", "way": ""}


def test_in_danger_whom_to_ring_comes_before_where_else_to_go(raiser: Visitor) -> None:
    ring = raiser.post("/log/", {"danger": "yes", "door": "conduct"}).headers["Location"]
    assert raiser.page(ring).one("h1").text == "Ring first"
    assert not Dispute.objects.exists()


def test_danger_shows_whom_to_ring_and_lets_one_go_on(cast: Cast, raiser: Visitor) -> None:
    cast.partnership.front_door_day = "0117 900 0101"
    cast.partnership.save()
    address = raiser.post("/log/", {"danger": "yes"}).headers["Location"]
    page = raiser.page(address)
    assert "999" in page.one("main").text
    assert "0117 900 0101" in page.one("main").text
    assert page.all("a", class_="govuk-button")[0].attrs["href"].startswith("/log/door/?danger=yes")


def test_one_agency_and_one_procedure_are_not_asked_for(raiser: Visitor) -> None:
    names = {one.attrs.get("name") for one in raiser.page("/log/").all() if one.tag in {"input", "select"}}
    assert {"place", "procedure"}.isdisjoint(names)


def test_the_procedure_offered_first_is_taken_unless_another_is_chosen(cast: Cast, world: World, raiser: Visitor) -> None:
    publish(shipped()["bromley"], cast.partnership, now=world.now, in_force_from=world.now.date())
    first = raiser.page("/log/")
    assert not first.all("option")
    assert first.all("input", name="door")
    assert first.one("a", href="/log/?another=1").text == "Another procedure applies"
    page = raiser.page("/log/", another="1")
    assert len(page.all("option")) == 2
    wanted = next(one.attrs["value"] for one in page.all("option") if "Bromley" in one.text)
    door = raiser.post("/log/", {"danger": "no", "procedure": wanted}).headers["Location"]
    raiser.post(door, {"door": "none"})
    assert Dispute.objects.get().version.procedure.key == "bromley"


def test_a_door_that_stops_signposts_and_stores_nothing(raiser: Visitor) -> None:
    words = Page(raiser.post("/log/", {"danger": "no", "door": "conduct"}).content.decode()).one("main").text
    assert "local authority designated officer" in words
    assert not Dispute.objects.exists()


def test_a_door_that_goes_on_signposts_and_is_kept(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser, door="complaint")
    page = raiser.page(f"/log/{dispute.reference}/signpost/")
    assert "complaints procedure" in page.one("main").text
    assert Draft.objects.get().answers == {"danger_now": False, "door": "complaint", "way": ""}


def test_a_double_click_begins_one_draft(cast: Cast, raiser: Visitor) -> None:
    begun(cast, raiser)
    begun(cast, raiser)
    assert Draft.objects.count() == 1


def test_every_continue_keeps_what_was_typed(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    kept = Draft.objects.get(pk=dispute.pk).answers
    assert kept["receiving"] == [str(cast.social_care.pk)]
    assert kept["children"] == [{"initials": "ab", "born_on": "2015-05-01", "is_unborn": False, "reference": "S-9"}]
    assert kept["what"] == "The referral was closed."
    assert raiser.page(f"/log/{dispute.reference}/impact/").all("textarea")[0].text == "The child goes home to it."


def test_a_page_with_a_mistake_shows_it_and_keeps_the_rest(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    page = Page(raiser.post(f"/log/{dispute.reference}/matter/", {**MATTER, "basis": ""}).content.decode())
    assert page.one("title").text.startswith("Error: ")
    assert summary(page) == ["Say whether this rests on evidence or on your professional judgement"]
    assert page.one("textarea", name="what").text == "The referral was closed."
    assert Draft.objects.get().answers["what"] == "The referral was closed."


def test_a_child_needs_initials_and_a_date_or_unborn(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    page = Page(raiser.post(f"/log/{dispute.reference}/child/", CHILD).content.decode())
    assert summary(page) == ["Enter the child's initials", "Enter the date of birth, or say that the child is unborn"]


def test_a_second_child_is_added_and_removed_by_buttons(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    where = f"/log/{dispute.reference}/child/"
    added = raiser.post(where, {**ONE_CHILD, "add": "1"})
    assert [one.text for one in raiser.page(added.headers["Location"]).all("h2")][:2] == ["Child 1", "Child 2"]
    both = {**ONE_CHILD, "child-TOTAL_FORMS": "2", "child-1-initials": "cd", "child-1-unborn": "on"}
    raiser.post(where, {**both, "remove": "0"})
    assert [child["initials"] for child in Draft.objects.get().answers["children"]] == ["cd"]


def test_the_first_button_of_the_children_is_continue_so_that_enter_removes_nobody(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    first = next(one for one in raiser.page(f"/log/{dispute.reference}/child/").all("button") if "form" in one.inside and "main" in one.inside)
    assert "name" not in first.attrs


def test_the_counterpart_is_named_with_why_and_when(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    words = raiser.page(f"/log/{dispute.reference}/counterpart/").one("main").text
    assert "First to your own manager Colin Reid" in words
    assert "Rashida Shah, team manager, 0117 900 0002. Because Rashida Shah holds Team manager (level 2)" in words
    assert "the response would be due Tuesday 3 March, 10am" in words


def test_the_preview_says_what_then_happens(cast: Cast, world: World, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/counterpart/", counterpart(cast))
    raiser.post(f"/log/{dispute.reference}/check/")
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    clock = dispute.clocks.get(measures="response")
    assert (clock.owner, clock.due_at) == (cast.receiver, london("2026-03-03 10:00"))


def test_urgent_asks_by_when_and_skips_the_own_manager(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    where = f"/log/{dispute.reference}/counterpart/"
    page = Page(raiser.post(where, counterpart(cast, urgent="on")).content.decode())
    assert summary(page) == ["Say by when you need a response"]
    past = Page(raiser.post(where, counterpart(cast, urgent="on", **{**SOON, "respond_by_1": "2"})).content.decode())
    assert summary(past) == ["Give a moment that has not passed"]
    again = raiser.post(where, counterpart(cast, urgent="on", **SOON))
    words = raiser.page(again.headers["Location"]).one("main").text
    assert "own manager" not in words.lower().split("who should answer")[0]
    assert "the response is due Monday 2 March, 4:30pm" in words


def test_what_was_said_to_be_in_danger_is_urgent_until_they_say_otherwise(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser, danger="yes")
    where = f"/log/{dispute.reference}/counterpart/"
    page = raiser.page(where)
    assert "checked" in page.one("input", name="urgent").attrs
    assert "This is set because you said that the child is in danger now." in page.one("main").text
    assert summary(Page(raiser.post(where, counterpart(cast, urgent="on")).content.decode())) == ["Say by when you need a response"]
    raiser.post(where, counterpart(cast))
    assert "checked" not in raiser.page(where).one("input", name="urgent").attrs


@pytest.mark.parametrize(
    ("typed", "error", "missing"),
    [
        (
            SOON,
            "Tick this, or empty what is asked only where it is urgent: By when do you need a response?",
            "You say by when you need a response: say that it is urgent, or leave the time out",
        ),
        ({"start_reason": "The risk is rising."}, NO_STAGE, NO_STAGE),
    ],
)
def test_what_was_typed_for_a_choice_that_was_not_made_is_not_dropped(
    cast: Cast, raiser: Visitor, typed: dict[str, str], error: str, missing: str
) -> None:
    dispute = answered(cast, raiser)
    where = f"/log/{dispute.reference}/counterpart/"
    page = Page(raiser.post(where, counterpart(cast, **typed)).content.decode())
    assert summary(page) == [error]
    raiser.post(where, counterpart(cast, later="1", **typed))
    assert missing in summary(Page(raiser.post(f"/log/{dispute.reference}/check/").content.decode()))


def test_a_start_above_stage_one_shows_who_acts_there(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    where = f"/log/{dispute.reference}/counterpart/"
    again = raiser.post(where, counterpart(cast, start_stage="2", start_reason="The risk is rising."))
    assert again.headers["Location"] == where
    assert "Fiona Adeyemi" in raiser.page(where).one("main").text
    assert "start above the first" in raiser.page(where).one("main").text


def test_check_answers_lists_what_is_missing_with_links(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/agency/", {"receiving": [str(cast.social_care.pk)]})
    page = Page(raiser.post(f"/log/{dispute.reference}/check/").content.decode())
    assert page.one("title").text.startswith("Error: ")
    assert "Say what outcome you want" in summary(page)
    assert page.all("a", href=f"/log/{dispute.reference}/impact/?check=1")
    assert Dispute.objects.get().state == State.DRAFT


def test_a_change_from_the_check_page_returns_to_it(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    response = raiser.post(f"/log/{dispute.reference}/impact/?check=1", IMPACT)
    assert response.headers["Location"] == f"/log/{dispute.reference}/check/"


def test_sending_says_who_was_told_and_what_comes_next(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/counterpart/", counterpart(cast))
    assert raiser.post(f"/log/{dispute.reference}/check/").headers["Location"] == f"/log/{dispute.reference}/sent/"
    words = raiser.page(f"/log/{dispute.reference}/sent/").one("main").text
    assert "Sent to your own manager" in words
    assert dispute.reference in words
    assert "Colin Reid, head of year, is asked to send on or send back by Tuesday 3 March, end of day." in words
    assert Child.objects.get().initials == "AB"


def test_sending_twice_sends_once_and_shows_the_same_page(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/counterpart/", counterpart(cast))
    first, second = (raiser.post(f"/log/{dispute.reference}/check/") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Dispute.objects.get().runs.count() == 1


def test_the_way_back_into_what_was_sent_leads_to_it_and_what_is_typed_there_is_shown(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/counterpart/", counterpart(cast))
    raiser.post(f"/log/{dispute.reference}/check/")
    for page in ("", "check/", "impact/", "past/", "delete/"):
        assert raiser.get(f"/log/{dispute.reference}/{page}").headers["Location"] == f"/d/{dispute.reference}/", page
    assert "You have sent this." in raiser.page(f"/d/{dispute.reference}/").one("main").text
    late = raiser.post(f"/log/{dispute.reference}/impact/", IMPACT)
    words = Page(late.content.decode()).one("main").text
    assert (late.status_code, IMPACT["impact"] in words, "Nothing of what you entered was saved." in words) == (409, True, True)
    assert Visitor(cast.colleague, raiser.at).get(f"/log/{dispute.reference}/check/").status_code == 404


def test_the_chosen_person_gets_it_in_place_of_the_suggested(cast: Cast, world: World) -> None:
    visitor = Visitor(cast.own_manager, world.now)
    dispute = answered(cast, visitor)
    visitor.post(f"/log/{dispute.reference}/counterpart/", counterpart(cast) | {f"holder_{cast.social_care.pk}": str(cast.receiving_senior.pk)})
    visitor.post(f"/log/{dispute.reference}/check/")
    assert dispute.requests.get().holder == cast.receiving_senior


def test_saving_for_later_keeps_half_a_page_and_resumes_there(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/agency/", {"receiving": [str(cast.social_care.pk)]})
    raiser.post(f"/log/{dispute.reference}/child/", ONE_CHILD)
    assert raiser.post(f"/log/{dispute.reference}/matter/", {"basis": "both", "later": "1"}).headers["Location"] == "/my-work/"
    assert Draft.objects.get().answers["basis"] == "both"
    assert raiser.get(f"/log/{dispute.reference}/").headers["Location"] == f"/log/{dispute.reference}/matter/"


def test_a_draft_goes_on_at_the_page_of_which_half_is_answered(cast: Cast, raiser: Visitor) -> None:
    dispute = begun(cast, raiser)
    for slug, data in {"agency": {"receiving": [str(cast.social_care.pk)]}, "child": ONE_CHILD, "matter": MATTER}.items():
        raiser.post(f"/log/{dispute.reference}/{slug}/", data)
    raiser.post(f"/log/{dispute.reference}/impact/", {"impact": "He is not safe.", "outcome_sought": "", "later": "1"})
    assert raiser.get(f"/log/{dispute.reference}/").headers["Location"] == f"/log/{dispute.reference}/impact/"
    raiser.post(f"/log/{dispute.reference}/impact/", {**IMPACT, "later": "1"})
    assert raiser.get(f"/log/{dispute.reference}/").headers["Location"] == f"/log/{dispute.reference}/tried/"


def test_a_draft_is_deleted_with_everything_typed_once(cast: Cast, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    assert raiser.page(f"/log/{dispute.reference}/delete/").one("h1").text == f"Delete the draft {dispute.reference}?"
    for _ in range(2):
        assert raiser.post(f"/log/{dispute.reference}/delete/").headers["Location"] == "/my-work/"
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("part", ["", "agency/", "check/", "delete/", "sent/"])
def test_anothers_draft_is_not_there(cast: Cast, world: World, raiser: Visitor, part: str) -> None:
    dispute = answered(cast, raiser)
    assert Visitor(cast.lead, world.now).get(f"/log/{dispute.reference}/{part}").status_code == 404


def test_the_business_unit_logs_on_behalf_of_somebody(cast: Cast, world: World) -> None:
    visitor = Visitor(cast.business_unit, world.now)
    page = visitor.page("/log/")
    assert "For whom do you log it?" in page.one("main").text
    choice = f"{cast.school.pk}:{cast.raiser.pk}"
    visitor.post("/log/", {"danger": "no", "place": choice, "door": "none"})
    dispute = Dispute.objects.get()
    assert (dispute.raiser, dispute.logged_by, dispute.raising_agency) == (cast.raiser, cast.business_unit, cast.school)


def test_a_place_that_was_not_offered_begins_nothing(cast: Cast, raiser: Visitor) -> None:
    forged = urlencode({"danger": "no", "place": f"{cast.police.pk}:{cast.raiser.pk}", "procedure": ""})
    assert raiser.post(f"/log/door/?{forged}", {"door": "none"}).headers["Location"] == "/log/"
    assert not Dispute.objects.exists()


def test_somebody_without_a_role_cannot_log(cast: Cast, world: World) -> None:
    assert Visitor(cast.nobody, world.now).get("/log/").status_code == 403


def test_a_person_may_not_have_more_drafts_than_can_be_kept_track_of(cast: Cast, world: World, raiser: Visitor) -> None:
    for _ in range(drafts.MOST_DRAFTS):
        row = drafts.begin_draft(world.person(cast.raiser), agency=cast.school.pk, now=world.now)
        drafts.save_draft(row.pk, world.person(cast.raiser), {"what": "One of many."}, now=world.now)
    words = Page(raiser.post("/log/", {"danger": "no", "door": "none"}).content.decode()).one("main").text
    assert "You have 20 drafts. Finish or delete one first." in words


def test_one_that_was_sent_back_shows_why_and_is_withdrawn_not_deleted(cast: Cast, world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say first what the police said.")
    visitor = Visitor(cast.raiser, world.now)
    check = visitor.get(f"/log/{dispute.reference}/").headers["Location"]
    words = visitor.page(check).one("main").text
    assert "Say first what the police said." in words
    assert "it then goes to your safeguarding lead" in words
    assert "First to your safeguarding lead Priya Nair" in words
    page = visitor.page(f"/log/{dispute.reference}/delete/")
    assert page.all("a", href=f"/d/{dispute.reference}/withdraw/")
    assert not page.all("button", class_="govuk-button--warning")


def test_words_are_taken_out_of_what_was_sent_back_from_its_check_page(cast: Cast, world: World) -> None:
    dispute = world.log(what="Ffion Owen was there. The child goes home.")
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Name nobody.")
    visitor, address = Visitor(cast.raiser, world.now), f"/d/{dispute.reference}/redact/"
    assert visitor.page(f"/log/{dispute.reference}/check/").all("a", href=address)
    assert Visitor(cast.lead, world.now).get(address).status_code == 404
    form = visitor.page(f"{address}?number=1")
    sent = {one.attrs["name"]: one.attrs.get("value", "") for one in form.all("input") if one.attrs.get("name")}
    texts = {one.attrs["name"]: one.text for one in form.all("textarea")} | {"text-what": "The child goes home."}
    assert visitor.post(address, sent | texts | {"why": "She is another child."}).status_code == 302
    words = visitor.page(f"/log/{dispute.reference}/check/").one("main").text
    assert "[taken out] The child goes home." in words
    assert "Ffion" not in words
