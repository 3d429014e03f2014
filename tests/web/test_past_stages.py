"""Entering a stage that had happened already, on its page."""

import pytest

from escalation.engine.perform import Seen
from escalation.models import Dispute
from escalation.services import drafts
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World, answers

pytestmark = pytest.mark.django_db
TYPED = {
    **{"happened_from_0": "24", "happened_from_1": "2", "happened_from_2": "2026", "happened_from_3": "9:30am"},
    **{"happened_until_0": "26", "happened_until_1": "2", "happened_until_2": "2026", "happened_until_3": "11am"},
    **{"who": "Both managers.", "said": "The threshold.", "result": "They keep to their view.", "stage": "1"},
}


def typed(dispute: Dispute, **more: str) -> dict[str, str]:
    return TYPED | {"seen": str(Seen.of(World.fresh(dispute)))} | more


def test_it_is_checked_then_entered_and_the_page_shows_both_moments(cast: Cast, world: World, dispute: Dispute) -> None:
    manager, url = Visitor(cast.own_manager, world.now), f"/d/{dispute.reference}/enter-past-stage/"
    assert "Tuesday 24 February" in manager.post(url, typed(dispute)).content.decode()
    assert world.fresh(dispute).stage == 1
    assert manager.post(url, typed(dispute, confirmed="1")).status_code == 302
    words = manager.page(f"/d/{dispute.reference}/").one("main").text
    assert "Had happened already: Stage 1" in words
    assert "ended Thursday 26 February, 11am, recorded Monday 2 March, 10am" in words


def test_the_receiving_side_finds_the_way_to_confirm_it_beside_the_line(cast: Cast, world: World, dispute: Dispute) -> None:
    Visitor(cast.own_manager, world.now).post(f"/d/{dispute.reference}/enter-past-stage/", typed(dispute, confirmed="1"))
    links = Visitor(cast.receiving_lead, world.now).page(f"/d/{dispute.reference}/").all("a")
    assert any("/confirm-happened/?number=" in link.attrs["href"] for link in links)


def test_an_end_before_the_beginning_is_refused_beside_it_with_everything_typed(cast: Cast, world: World, dispute: Dispute) -> None:
    answer = Visitor(cast.own_manager, world.now).post(
        f"/d/{dispute.reference}/enter-past-stage/", typed(dispute, confirmed="1", happened_until_0="23")
    )
    assert answer.status_code == 400
    assert "It cannot end before it began" in answer.content.decode()
    assert "They keep to their view." in answer.content.decode()


def test_the_unit_says_on_whose_behalf(cast: Cast, world: World, dispute: Dispute) -> None:
    unit = Visitor(cast.business_unit, world.now)
    page = unit.page(f"/d/{dispute.reference}/enter-past-stage/").one("main").text
    assert "On whose behalf do you enter it?" in page
    answer = unit.post(f"/d/{dispute.reference}/enter-past-stage/", typed(dispute, confirmed="1", agency=str(cast.social_care.pk)))
    assert answer.status_code == 302


def draft_of(world: World) -> Dispute:
    """Everything answered, nothing sent."""
    person = world.person(world.cast.raiser)
    draft = drafts.begin_draft(person, agency=world.cast.school.pk, now=world.now)
    drafts.save_draft(draft.pk, person, answers(world.cast.social_care), now=world.now)
    return draft


def test_while_logging_a_stage_is_entered_shown_and_taken_back(cast: Cast, world: World) -> None:
    draft = draft_of(world)
    raiser, url = Visitor(cast.raiser, world.now), f"/log/{draft.reference}/past/"
    one = {name: value for name, value in TYPED.items() if name != "stage"}
    assert raiser.post(url, one).headers["Location"] == f"/log/{draft.reference}/check/"
    check = raiser.page(f"/log/{draft.reference}/check/").one("main").text
    assert "Stages that had happened already" in check
    assert "They keep to their view." in check
    assert "Stage 2" in raiser.page(url).one("main").text
    raiser.post(url, {"remove": "1"})
    assert "Stages that had happened already" not in raiser.page(f"/log/{draft.reference}/check/").one("main").text


def test_while_logging_what_is_out_of_order_is_refused_beside_its_field_and_kept_on_the_page(cast: Cast, world: World) -> None:
    draft = draft_of(world)
    raiser, url = Visitor(cast.raiser, world.now), f"/log/{draft.reference}/past/"
    one = {name: value for name, value in TYPED.items() if name != "stage"}
    raiser.post(url, one | {"another": "1"})
    answer = raiser.post(url, one).content.decode()
    assert "Enter stages in their order" in answer
    assert "They keep to their view." in answer


def test_one_left_half_typed_is_kept_as_it_stands_and_has_to_be_finished_or_taken_out(cast: Cast, world: World) -> None:
    draft = draft_of(world)
    raiser, url = Visitor(cast.raiser, world.now), f"/log/{draft.reference}/past/"
    half = {"happened_from_0": "24", "happened_from_1": "feb", "who": "Both managers.", "said": "The threshold."}
    assert raiser.post(url, half | {"later": "1"}).headers["Location"] == "/my-work/"
    page = raiser.page(url)
    assert [page.one("input", name=f"happened_from_{part}").attrs.get("value", "") for part in range(2)] == ["24", "feb"]
    assert "The threshold." in page.one("textarea", name="said").text
    said = "You began to enter a stage that had happened already. Finish it, or take it out."
    assert said in Page(raiser.post(f"/log/{draft.reference}/check/").content.decode()).one("main").text
    raiser.post(url, {"remove": "1"})
    assert said not in raiser.page(f"/log/{draft.reference}/check/").one("main").text
    assert raiser.page(url).one("textarea", name="said").text == ""


def test_what_is_sent_with_a_past_stage_goes_on_in_the_one_after_it(cast: Cast, world: World) -> None:
    draft = draft_of(world)
    raiser = Visitor(cast.raiser, world.now)
    raiser.post(f"/log/{draft.reference}/past/", {name: value for name, value in TYPED.items() if name != "stage"})
    raiser.post(f"/log/{draft.reference}/check/")
    assert world.fresh(draft).top_stage == 2
    assert "Had happened already: Stage 1" in raiser.page(f"/d/{draft.reference}/").one("main").text
