"""The learning list and the page of one action: what each person finds there, and nothing of what else was typed."""

from datetime import date
from typing import Any

import pytest

from agencies.errors import InvalidInput
from agencies.models import User
from escalation.models import Dispute, Event, LearningPoint
from escalation.states import EventKind, LearningStatus, Verb
from tests.cast import Cast
from tests.escalation.learning import ISSUE, NARRATIVE, follow, learnt, recorded
from tests.escalation.verbs import refused
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
NOW = "2026-04-14 10:00"


@pytest.fixture
def points(world: World, cast: Cast) -> dict[str, LearningPoint]:
    """One overdue, one to come, one without a day, one done; two groups."""
    first = learnt(world, issue="Overdue one.", owner=cast.subgroup_chair.pk, due_on=date(2026, 4, 10), change_needed="training")
    dispute = first.dispute
    second = recorded(world, dispute, issue="Coming one.", due_on=date(2026, 5, 1), referred_to="Policy group")
    third = recorded(world, dispute, issue="Undated one.")
    done = follow(world, recorded(world, dispute, issue="Done one."), cast.lead, status=LearningStatus.DONE, evidence="In the handbook since March.")
    return {"overdue": first, "coming": second, "undated": third, "done": done}


def seen(user: User, path: str = "/learning/", **query: str) -> list[str]:
    """The issues listed, in order."""
    page = Visitor(user, london(NOW)).page(path, **query)
    return [f"{link.text.partition('.')[0]}." for link in _links(page)]


def _links(page: Page) -> list[Any]:
    return [one for one in page.all("a") if one.attrs["href"].startswith("/learning/0")]


def test_what_is_to_do_stands_soonest_first_with_overdue_in_words(points: dict[str, LearningPoint], cast: Cast) -> None:
    assert seen(cast.business_unit) == ["Overdue one.", "Coming one.", "Undated one."]
    page = Visitor(cast.business_unit, london(NOW)).page("/learning/")
    link = "Overdue one. Quentin Hale sees to it; referred to: Practice group; recorded Monday 2 March 2026"
    assert page.all("li", class_="c-work__row")[0].spoken == f"{link}. Not begun. Training. By Friday 10 April: Overdue"
    assert _links(page)[0].text == link, "heard once, with the link"


def test_those_in_the_same_words_stand_together_below_them_where_the_first_is(points: dict[str, LearningPoint], world: World, cast: Cast) -> None:
    again = recorded(world, points["overdue"].dispute, issue="Overdue one.", owner=cast.lead.pk)
    page = Visitor(cast.business_unit, london(NOW)).page("/learning/")
    assert [one.attrs["href"] for one in _links(page)] == [f"/learning/{points[key].pk}/" if key in points else f"/learning/{again.pk}/" for key in (
        "overdue", "again", "coming", "undated",
    )]  # fmt: skip
    assert [one.text for one in page.all("h3")] == ["Overdue one. 2 of these"]
    first, second = (row.spoken for row in page.all("li", class_="c-work__row")[:2])
    assert first.startswith("Recorded Monday 2 March 2026: Overdue one. Quentin Hale sees to it")
    assert second.startswith(f"Recorded Monday 2 March 2026: Overdue one. {cast.lead.name} sees to it")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"show": "overdue"}, ["Overdue one."]),
        ({"show": "done"}, ["Done one."]),
        ({"show": "all"}, ["Overdue one.", "Coming one.", "Undated one.", "Done one."]),
        ({"show": "started"}, []),
    ],
)
def test_the_list_is_chosen_in_the_address(points: dict[str, LearningPoint], cast: Cast, query: dict[str, str], expected: list[str]) -> None:
    assert seen(cast.business_unit, **query) == expected


def test_to_whom_it_is_referred_is_chosen_by_a_key_for_what_was_typed_stands_in_no_address(points: dict[str, LearningPoint], cast: Cast) -> None:
    options = {option.text: option.attrs["value"] for option in Visitor(cast.business_unit, london(NOW)).page("/learning/").all("option")}
    key = options["Policy group"]
    assert seen(cast.business_unit, referred=key) == ["Coming one."]
    assert "olicy" not in key
    assert Visitor(cast.business_unit, london(NOW)).get("/learning/", referred="Policy group").status_code == 404


def test_the_agency_concerned_can_be_chosen_and_another_shows_none(points: dict[str, LearningPoint], cast: Cast) -> None:
    assert len(seen(cast.business_unit, agency=str(cast.social_care.pk))) == 3
    assert seen(cast.business_unit, agency=str(cast.police.pk)) == []


def test_who_may_not_know_of_the_disagreement_is_not_told_its_agencies_by_the_choice(points: dict[str, LearningPoint], cast: Cast) -> None:
    assert len(seen(cast.subgroup_member)) == 3
    for agency in (cast.social_care, cast.school, cast.police):
        assert seen(cast.subgroup_member, agency=str(agency.pk)) == []
    offered = {user: Visitor(user, london(NOW)).page("/learning/").all("option") for user in (cast.subgroup_member, cast.business_unit)}
    names = {user: {option.text for option in options} & {cast.social_care.name, cast.school.name} for user, options in offered.items()}
    assert names == {cast.subgroup_member: set(), cast.business_unit: {cast.social_care.name, cast.school.name}}


@pytest.mark.parametrize("query", [{"show": "late"}, {"agency": "x"}, {"page": "0"}, {"page": "99999"}, {"page": "two"}])
def test_an_address_that_the_page_never_offers_is_not_there(points: dict[str, LearningPoint], cast: Cast, query: dict[str, str]) -> None:
    assert Visitor(cast.business_unit, london(NOW)).get("/learning/", **query).status_code == 404


def test_long_lists_go_on_page_by_page_and_cost_no_more_queries(world: World, cast: Cast) -> None:
    dispute = learnt(world, issue="Point 0.").dispute
    few = Visitor(cast.business_unit, london(NOW)).queries("/learning/")
    for number in range(1, 30):
        recorded(world, dispute, issue=f"Point {number}.", owner=cast.lead.pk)
    visitor = Visitor(cast.business_unit, london(NOW))
    assert visitor.queries("/learning/") == few <= 15
    assert len(seen(cast.business_unit)) == 25
    assert len(seen(cast.business_unit, page="2")) == 5
    assert "page=2" in next(link.attrs["href"] for link in visitor.page("/learning/").all("a") if link.attrs.get("rel") == "next")


def test_each_finds_what_is_theirs_to_follow_and_others_are_kept_out(world: World, cast: Cast) -> None:
    learnt(world)
    found = {part: Visitor(user, london(NOW)).get("/learning/").status_code for part, user in cast.users()}
    here = {"business_unit", "business_manager", "subgroup_chair", "subgroup_member", "lead", "receiving_lead", "chair", "deputy_chair", "stranger"}
    assert {part for part, status in found.items() if status == 200} == here
    assert [len(seen(getattr(cast, part))) for part in ("subgroup_member", "receiving_lead", "chair", "stranger")] == [1, 1, 0, 0]


def test_an_owner_without_such_a_role_finds_their_own_even_when_it_is_done(world: World, cast: Cast) -> None:
    point = learnt(world, owner=cast.receiving_senior.pk)
    recorded(world, point.dispute, issue="Another's.")
    assert seen(cast.receiving_senior) == [ISSUE]
    follow(world, point, cast.receiving_senior, status=LearningStatus.DONE, evidence="Taught.")
    assert seen(cast.receiving_senior) == []


def test_nothing_else_of_the_disagreement_stands_on_the_pages(world: World, cast: Cast) -> None:
    """The subgroup sees the general issue, and neither reference nor parties nor what went badly."""
    point = learnt(world, owner=cast.subgroup_chair.pk)
    text = "".join(Visitor(cast.subgroup_chair, london(NOW)).get(path).content.decode() for path in ("/learning/", f"/learning/{point.pk}/"))
    assert ISSUE in text
    hidden = [NARRATIVE, point.dispute.reference, cast.raiser.name, cast.receiver.name, "An assessment by Friday", "S-1001"]
    assert not [word for word in hidden if word in text]
    assert point.dispute.reference in Visitor(cast.lead, london(NOW)).get(f"/learning/{point.pk}/").content.decode()


def test_a_name_that_was_taken_out_of_the_issue_by_a_correction_is_out_of_the_list(world: World, cast: Cast) -> None:
    point = learnt(world, issue="Zephyr's case shows that thresholds differ.")
    number = Event.objects.get(dispute=point.dispute, kind=EventKind.LEARNING).number
    world.do(point.dispute, Verb.CORRECT, cast.own_manager, number=number, text={"issue": ISSUE}, why="It named the child.")
    assert seen(cast.subgroup_chair) == [ISSUE]


def test_words_taken_out_of_the_rest_of_the_line_leave_its_issue_where_it_is_read(world: World, cast: Cast) -> None:
    point = learnt(world)
    number = Event.objects.get(dispute=point.dispute, kind=EventKind.LEARNING).number
    world.do(point.dispute, Verb.REDACT, cast.own_manager, number=number, text={"went_badly": "was sent home."}, why="It named the child.")
    assert seen(cast.subgroup_chair) == [ISSUE]


@pytest.mark.parametrize("kind", [EventKind.LEARNING, EventKind.LEARNING_FOLLOWED])
def test_words_taken_out_of_whom_it_is_referred_to_are_out_of_every_list_too(world: World, cast: Cast, kind: EventKind) -> None:
    point = learnt(world, referred_to="Zephyr’s group")
    if kind == EventKind.LEARNING_FOLLOWED:
        follow(world, point, cast.lead, referred_to="Zephyr’s other group")
    line = Event.objects.get(dispute=point.dispute, kind=kind)
    world.do(point.dispute, Verb.REDACT, cast.lead, number=line.number, text={"referred_to": "group"}, why="It named the child.")
    assert LearningPoint.objects.get(pk=point.pk).referred_to == "[taken out] group"
    assert "Zephyr’s" not in Visitor(cast.subgroup_chair, london(NOW)).get("/learning/").content.decode()


def test_a_correction_of_whom_it_is_referred_to_is_what_every_list_goes_by_and_is_no_longer_than_that_may_be(world: World, cast: Cast) -> None:
    point = learnt(world, referred_to="Practice group")
    correction = {"number": Event.objects.get(dispute=point.dispute, kind=EventKind.LEARNING).number, "why": "It was another."}
    with refused(point.dispute, InvalidInput, "120") as caught:
        world.do(point.dispute, Verb.CORRECT, cast.own_manager, text={"referred_to": "x" * 121}, **correction)
    world.do(point.dispute, Verb.CORRECT, cast.own_manager, text={"referred_to": "Training group"}, **correction)
    now = LearningPoint.objects.get(pk=point.pk)
    assert (now.referred_to, caught.value.field) == ("Training group", "text-referred_to")
    assert now.revision == point.revision + 1, "a page that was open before does not write the former words again"


def test_who_has_a_conflict_sees_that_there_is_one_and_not_what_it_says(world: World, cast: Cast) -> None:
    point = learnt(world)
    Dispute.objects.filter(pk=point.dispute_id).update(conflicts=[str(cast.subgroup_chair.pk)])
    text = Visitor(cast.subgroup_chair, london(NOW)).get(f"/learning/{point.pk}/").content.decode()
    assert "Not shown to you" in text
    assert ISSUE not in text


def posted(user: User, point: LearningPoint, **typed: str) -> Any:
    """What a person sends from the page, the rest as it stands."""
    form = {"seen": "0", "status": "open", "evidence": "", "owner": "", "referred_to": "Practice group", **typed}
    return Visitor(user, london(NOW)).post(f"/learning/{point.pk}/", form)


def test_an_action_is_moved_on_in_three_pages(world: World, cast: Cast) -> None:
    point = learnt(world)
    day = {"due_on_0": "12", "due_on_1": "june", "due_on_2": "2026"}
    answer = posted(cast.subgroup_member, point, status="started", owner=str(cast.lead.pk), evidence="On the agenda of May.", **day)
    assert (answer.status_code, answer["Location"]) == (302, "/learning/")
    now = LearningPoint.objects.get(pk=point.pk)
    assert (now.status, now.owner, now.due_on) == (LearningStatus.STARTED, cast.lead, date(2026, 6, 12))
    text = Visitor(cast.lead, london(NOW)).page(f"/learning/{point.pk}/").one("main").text
    assert "Ruth Osei, Tuesday 14 April, 10am: Under way. Priya Nair sees to it. By Friday 12 June 2026. On the agenda of May." in text


def test_a_list_that_was_narrowed_is_gone_back_to_as_it_stood(points: dict[str, LearningPoint], cast: Cast) -> None:
    visitor = Visitor(cast.business_unit, london(NOW))
    visitor.page("/learning/", show="overdue")
    page = visitor.page(f"/learning/{points['overdue'].pk}/")
    back = page.one("a", class_="govuk-back-link")
    assert (back.text, back.attrs["href"]) == ("Back to Learning", "/learning/?show=overdue")
    form = {"status": LearningStatus.STARTED, "owner": str(cast.subgroup_chair.pk), "seen": page.one("input", name="seen").attrs["value"]}
    assert visitor.post(f"/learning/{points['overdue'].pk}/", form)["Location"] == "/learning/?show=overdue"


def test_what_is_done_without_a_word_of_what_was_done_goes_back_with_everything_typed(world: World, cast: Cast) -> None:
    point = learnt(world)
    answer = posted(cast.lead, point, status="done", referred_to="Another group")
    page = Page(answer.content.decode())
    assert answer.status_code == 400
    assert page.all("a", href="#id_evidence")[0].text == "Say what was done, or why it is not taken up"
    assert page.all("input", name="referred_to")[0].attrs["value"] == "Another group"


def test_somebody_who_was_second_is_told_and_keeps_what_was_typed(world: World, cast: Cast) -> None:
    point = learnt(world)
    follow(world, point, cast.business_unit, due_on=date(2026, 5, 1))
    answer = posted(cast.lead, point, status="started", evidence="We have begun with the school.")
    assert answer.status_code == 409
    assert "We have begun with the school." in answer.content.decode()


def test_who_may_only_read_it_gets_no_form_and_no_way_round_it(world: World, cast: Cast) -> None:
    point = learnt(world)
    page = Visitor(cast.receiving_lead, london(NOW)).page(f"/learning/{point.pk}/")
    assert not page.all("form", method="post", action="")[1:]
    assert "Move it on" not in page.one("main").text
    assert posted(cast.receiving_lead, point, status="started").status_code == 403
    assert posted(cast.raiser, point, status="started").status_code == 404


def test_the_boards_figure_is_the_length_of_the_list_it_leads_to(points: dict[str, LearningPoint], cast: Cast) -> None:
    page = Visitor(cast.business_unit, london(NOW)).page("/board/")
    figure = next(link for link in page.all("a", class_="c-figures__link") if "learning" in link.attrs["href"])
    assert figure.text == "1 learning action overdue"
    assert len(seen(cast.business_unit, figure.attrs["href"].partition("?")[0], show="overdue")) == 1
