"""My work and its search: five groups in their order, and nothing of what is not yours."""

from datetime import date, timedelta

import pytest

from agencies.models import Membership, Post
from escalation.models import ChildReference, Dispute, Notification
from escalation.selectors import worklist as selector
from escalation.services import drafts
from escalation.services.sweep import sweep
from escalation.states import Answer, Outcome, Verb
from escalation.web import my_work
from tests.bench.seeding import LATER, grow
from tests.cast import Cast
from tests.escalation.learning import learnt
from tests.escalation.verbs import routed
from tests.factories import make_cover, make_holder, make_holding
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
TUESDAY = "2026-03-03 09:00"


def headings(page: Page) -> list[str]:
    return [heading.text for heading in page.all("h2") if heading.attrs.get("id", "").startswith("group-")]


def test_a_response_due_today_stands_under_due_today_with_its_distance(cast: Cast, world: World) -> None:
    world.sent()
    page = Visitor(cast.receiver, london(TUESDAY)).page("/my-work/")
    assert headings(page) == ["Due today 1 thing"]
    row = page.all("li", class_="c-work__row")[0]
    assert row.spoken.startswith("Respond: Stage 1, ESC-")
    raised = f"Threshold or level of need, raised Monday 2 March by {cast.raiser.name}"
    assert f"from Hillside School. {raised}. Due today: Tuesday 3 March" in row.spoken
    assert "10am, in 1 working hour." in row.spoken


def test_what_is_late_comes_first_and_says_by_how_much(cast: Cast, world: World) -> None:
    world.sent()
    world.now = london("2026-03-04 09:30")
    world.sent()
    page = Visitor(cast.receiver, london("2026-03-04 10:00")).page("/my-work/")
    assert headings(page) == ["Overdue 1 thing", "Due later 1 thing"]
    assert "1 working day late" in page.all("li", class_="c-work__row")[0].text


def test_the_raiser_waits_for_the_other_side_by_name(cast: Cast, dispute: Dispute) -> None:
    page = Visitor(cast.own_manager, london("2026-03-02 11:00")).page("/my-work/")
    assert headings(page) == ["Waiting for others 1 thing"]
    assert "Waiting for Rashida Shah to respond: Stage 1, at Northshire Social Care" in page.one("main").spoken.replace(f", {dispute.reference}", "")


def test_who_only_sees_to_an_action_reads_when_it_was_raised_and_not_what_it_is_about(cast: Cast, world: World, dispute: Dispute) -> None:
    given = {"what": "Visit.", "agency": cast.social_care.pk, "due_at": world.now + timedelta(days=3), "owner": cast.other_practitioner.pk}
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, **given)
    rows = Visitor(cast.other_practitioner, world.now).page("/my-work/").all("li", class_="c-work__row")
    assert ["raised Monday 2 March." in row.spoken and "Threshold" not in row.text for row in rows] == [True]


def test_an_answered_one_asks_the_raising_side_whether_it_settles_it(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    manager, asked = Visitor(cast.own_manager, world.now), "Say whether the response settles it"
    assert asked in manager.page("/my-work/").one("main").text
    # In the same words in the table of dates, which stays one to the ear on a telephone, where a next step that is over is none, and in the reminder.
    dates = [one.text for one in manager.page(f"/d/{dispute.reference}/").all("th", scope="row", role="rowheader")]
    assert [one.split(" Colin")[0] for one in dates if "settles" in one or "next step" in one] == [asked]
    sweep(london("2026-03-05 00:01"))
    assert Notification.objects.filter(dispute=dispute, recipient=cast.own_manager, action=asked).exists()
    assert "Waiting for Colin Reid to say whether" in Visitor(cast.receiver, world.now).page("/my-work/").one("main").text


def test_of_two_that_answered_each_row_and_each_date_names_the_agency_whose_response_is_in_question(cast: Cast, world: World) -> None:
    dispute = world.sent(cast.social_care, cast.police)
    for who in (cast.receiver, cast.police_manager):
        world.do(dispute, Verb.RESPOND, who, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    manager = Visitor(cast.own_manager, world.now)
    rows = [row.spoken for row in manager.page("/my-work/").all("li", class_="c-work__row")]
    page = manager.page(f"/d/{dispute.reference}/")
    dates = [one.text for one in page.all("th", scope="row") if "settles" in one.text]
    both = [cast.police.name, cast.social_care.name]
    for found, words in (rows, "settles it, {reference}, with {name}."), (dates, "settles it: {name}"):
        assert sorted(name for name in both for each in found if words.format(reference=dispute.reference, name=name) in each) == both
    box = page.one("section", **{"aria-labelledby": "next-step"}).text
    assert all(name in box for name in both)
    assert f"with {cast.social_care.name}." in Visitor(cast.receiver, world.now).page("/my-work/").one("li", class_="c-work__row").spoken


def test_nothing_to_do_says_so_and_what_comes_next(cast: Cast, dispute: Dispute) -> None:
    words = Visitor(cast.own_manager, london("2026-03-02 11:00")).page("/my-work/").one("main").text
    assert "Nothing needs you. Next due: Waiting for Rashida Shah" in words
    words = Visitor(cast.own_manager, london("2026-03-03 10:01")).page("/my-work/").one("main").text
    assert ("Waiting for Rashida Shah" in words, "Overdue: due" in words, "Next due" in words) == (True, True, False)


def test_who_works_for_the_partnership_and_has_nothing_to_do_reads_what_will_stand_there_and_where_else_to_look(cast: Cast) -> None:
    for user, ways in (
        (cast.subgroup_chair, ["/learning/", "/reports/standing/"]),
        (cast.subgroup_member, ["/learning/", "/reports/standing/"]),
        (cast.chair, ["/board-page/", "/reports/findings/"]),
        (cast.mediator, ["/help/guide/mediator/"]),
        (cast.panel_member, ["/reports/findings/"]),
        (cast.raiser, []),
    ):
        page = Visitor(user, MONDAY).page("/my-work/")
        assert [one.attrs["href"] for one in page.all("a") if "p" in one.inside and "main" in one.inside] == ways
        assert ("a message tells you" in page.one("main").text) is bool(ways)


def test_a_closed_one_leaves_the_list(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.WITHDRAW, cast.lead, reason="Settled by telephone.", still_at_risk=False)
    assert headings(Visitor(cast.receiver, world.now).page("/my-work/")) == []


def test_whoever_covers_sees_it_under_a_heading_that_says_for_whom(cast: Cast, dispute: Dispute) -> None:
    make_cover(cast.receiver, cast.receiving_senior, london(TUESDAY).date(), date(2026, 3, 6))
    page = Visitor(cast.receiving_senior, london(TUESDAY)).page("/my-work/")
    assert headings(page) == ["For Rashida Shah 1 thing"]
    assert "You cover for Rashida Shah until Friday 6 March 2026." in page.one("main").text
    assert dispute.reference in page.all("li", class_="c-work__row")[0].spoken


def test_what_one_covers_for_has_its_mark_on_every_row(cast: Cast, dispute: Dispute) -> None:
    make_cover(cast.receiver, cast.receiving_senior, london(TUESDAY).date(), date(2026, 3, 6))
    rows = Visitor(cast.receiving_senior, london(TUESDAY)).page("/my-work/").all("li", class_="c-work__row")
    assert ["covering for Rashida Shah" in row.text for row in rows] == [True]
    make_holding(Post.objects.get(title="Team manager"), cast.receiving_lead, rank=1)
    page = Visitor(cast.receiving_lead, london(TUESDAY)).page("/my-work/")
    assert "standing in for Rashida Shah" in page.all("li", class_="c-work__row")[0].text


def test_a_learning_action_stands_with_who_sees_to_it_and_leads_to_its_page(cast: Cast, world: World) -> None:
    point = learnt(world, owner=cast.subgroup_chair.pk, due_on=date(2026, 3, 3))
    for moment, word in ((TUESDAY, "Due today:"), ("2026-03-04 09:00", "Overdue: due")):
        page = Visitor(cast.subgroup_chair, london(moment)).page("/my-work/")
        assert headings(page) == ["Learning actions 1 thing"]
        assert page.all("li", class_="c-work__row")[0].spoken.startswith(
            f"See to a learning action, referred to: Practice group. {word} Tuesday 3 March"
        )
        assert page.all("a", href=f"/learning/{point.pk}/")
        assert "Nothing needs you" not in page.one("main").text
    assert point.dispute.reference not in page.one("main").text


def test_cover_that_has_not_begun_or_is_over_shows_nothing(cast: Cast, dispute: Dispute) -> None:
    make_cover(cast.receiver, cast.receiving_senior, date(2026, 3, 4), date(2026, 3, 6))
    for moment in (TUESDAY, "2026-03-09 09:00"):
        assert headings(Visitor(cast.receiving_senior, london(moment)).page("/my-work/")) == []


def test_a_deputy_in_the_post_of_somebody_away_sees_what_they_may_see(cast: Cast, dispute: Dispute) -> None:
    make_holding(Post.objects.get(title="Team manager"), cast.receiving_lead, rank=1)
    make_holding(Post.objects.get(title="Team manager"), cast.other_practitioner, rank=2)
    make_cover(cast.receiver, cast.receiving_senior, london(TUESDAY).date(), date(2026, 3, 6))
    page = Visitor(cast.receiving_lead, london(TUESDAY)).page("/my-work/")
    assert headings(page) == ["For Rashida Shah 1 thing"]
    assert "you are a deputy in the same post" in page.one("main").text
    assert headings(Visitor(cast.other_practitioner, london(TUESDAY)).page("/my-work/")) == []


def test_while_it_is_mediated_it_is_the_mediators_and_the_chair_waits_for_them(cast: Cast, world: World, dispute: Dispute) -> None:
    routed(world, dispute)
    mediators, chairs = (Visitor(user, world.now).page("/my-work/") for user in (cast.mediator, cast.chair))
    assert headings(mediators) == ["Due later 1 thing"]
    assert "Record what was decided" in mediators.one("main").text
    assert headings(chairs) == ["Waiting for others 1 thing"]
    assert "Waiting for Owen Grant to record what was decided" in chairs.one("main").text
    world.do(dispute, Verb.DECIDE, cast.mediator, decision="No agreement.", reasons="Both stay where they were.", agreed=False)
    assert headings(Visitor(cast.chair, world.now).page("/my-work/")) == ["Due later 1 thing"]
    assert headings(Visitor(cast.mediator, world.now).page("/my-work/")) == []


def test_what_was_sent_back_is_not_called_nothing(cast: Cast, world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say what you ask for.")
    page = Visitor(cast.raiser, world.now).page("/my-work/")
    assert headings(page) == ["Drafts 1 draft"]
    assert "Nothing needs you" not in page.one("main").text


def test_a_draft_leads_back_into_its_questions(cast: Cast, world: World) -> None:
    draft = drafts.begin_draft(world.person(cast.raiser), agency=cast.school.pk, now=world.now)
    page = Visitor(cast.raiser, world.now).page("/my-work/")
    assert headings(page) == ["Drafts 1 draft"]
    assert page.all("a", href=f"/log/{draft.reference}/")
    assert page.all(class_="c-work__due")[0].spoken == "Saved Monday 2 March, 10am"


@pytest.mark.parametrize(
    ("part", "words", "link", "finds"),
    [
        ("business_unit", "stands on the Board.", "/board/", True),
        ("lead", "stands under My agency.", "/my-agency/", True),
        ("auditor", "stand under Audits.", "/reports/audits/", True),
        ("panel_member", "When you are asked to sit on a panel it stands here", "/reports/findings/", True),
        ("administrator", "which stand in the Directory. You read no disagreement.", "/directory/", False),
    ],
)
def test_where_nothing_waits_by_name_the_page_says_where_ones_work_is(cast: Cast, part: str, words: str, link: str, finds: bool) -> None:
    page = Visitor(getattr(cast, part), london(TUESDAY)).page("/my-work/")
    assert "Nothing waits for you by name." in page.one("main").text
    assert words in page.one("main").text
    assert [one for one in page.all("a", href=link) if "main" in one.inside]
    assert bool(page.all("input", name="q")) == finds


def test_somebody_without_a_role_is_told_whom_to_ask(cast: Cast) -> None:
    page = Visitor(cast.nobody, london(TUESDAY)).page("/my-work/")
    assert "no role in an agency" in page.one("main").text


def test_the_page_takes_no_more_queries_for_more_rows(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="Yes.", actions="An assessment.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment.", kind=Outcome.AGREED_ACTION)
    visitor = Visitor(cast.receiver, world.now)
    few = visitor.queries("/my-work/")
    for _ in range(4):
        world.sent()
        world.sent(cast.social_care, cast.police)
    assert visitor.queries("/my-work/") <= max(few, 14)
    assert few <= 14


def test_a_long_list_is_counted_in_full_and_read_page_by_page(cast: Cast, world: World, dispute: Dispute) -> None:
    grow(dispute, 1, 44, wake=LATER)
    visitor = Visitor(cast.receiver, london(TUESDAY))
    first = visitor.page("/my-work/")
    assert headings(first) == ["Due today 45 things"]
    assert len(first.all("li", class_="c-work__row")) == 10
    link = next(one for one in first.all("a") if one.text.startswith("Show all 45"))
    pages = [visitor.page("/my-work/", list="today", page=page) for page in "12"]
    assert link.attrs["href"] == "/my-work/?list=today"
    assert [page.one("h1").text for page in pages] == ["Due today 45 things"] * 2
    assert [words in page.one("main").text for words, page in zip(("1 to 40 of 45,", "41 to 45 of 45,"), pages, strict=True)] == [True, True]
    rows = [row.spoken for page in pages for row in page.all("li", class_="c-work__row")]
    assert (len(rows), len(set(rows))) == (45, 45)
    nexts = [[one.attrs["href"] for one in page.all("a", rel="next")] for page in pages]
    assert nexts == [["/my-work/?list=today&page=2"], []]


def test_a_list_with_nothing_left_on_it_leads_back_to_my_work(cast: Cast, dispute: Dispute) -> None:
    visitor = Visitor(cast.receiver, london(TUESDAY))
    for asked in ({"list": "overdue"}, {"list": "today", "page": "2"}, {"list": "what"}):
        assert visitor.get("/my-work/", **asked).headers["Location"] == "/my-work/"
    assert visitor.get("/my-work/", list="today", page="0").status_code == 404


def searched(visitor: Visitor, typed: str) -> Page:
    """The page that answers a search."""
    return Page(visitor.post("/search/", {"q": typed}).content.decode())


@pytest.mark.parametrize("spelling", ["{0}", "{1}", " e s c {2}"])
def test_a_reference_is_found_in_any_case_and_spacing(cast: Cast, spelling: str, world: World) -> None:
    reference = world.sent().reference
    typed = spelling.format(reference, reference.lower().replace("-", " "), reference[4:].lower())
    response = Visitor(cast.receiver, world.now).post("/search/", {"q": typed})
    assert response.headers["Location"] == f"/d/{reference}/"


def test_the_own_agencys_reference_of_the_child_finds_it_and_another_agencys_does_not(cast: Cast, world: World, dispute: Dispute) -> None:
    assert ChildReference.objects.get().agency == cast.school
    for typed in ("s-1001", "S1001", "s / 1001", "S\u20131001"):
        assert Visitor(cast.lead, world.now).post("/search/", {"q": typed}).headers["Location"] == f"/d/{dispute.reference}/", typed
    assert "Nothing found" in searched(Visitor(cast.receiver, world.now), "S-1001").one("h1").text


def test_whoever_may_not_see_the_child_does_not_find_it_by_the_childs_reference_but_by_its_own(cast: Cast, world: World, dispute: Dispute) -> None:
    manager = make_holder(cast.social_care, 2, "Wren Abbott")
    Membership.objects.filter(user=cast.other_practitioner, agency=cast.social_care).update(supervisor=manager)
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, child=dispute.children.get().pk, reference="SC-7788")
    given = {"what": "Visit.", "agency": cast.social_care.pk, "due_at": world.now + timedelta(days=3), "owner": cast.other_practitioner.pk}
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, **given)
    follows, does = Visitor(manager, world.now), Visitor(cast.other_practitioner, world.now)
    assert "Nothing found" in searched(follows, "SC-7788").one("h1").text
    assert follows.post("/search/", {"q": dispute.reference}).headers["Location"] == f"/d/{dispute.reference}/"
    assert does.post("/search/", {"q": "sc-7788"}).headers["Location"] == f"/d/{dispute.reference}/"


@pytest.mark.engines
@pytest.mark.parametrize("typed", ["lcs-44 721", "LCS-44721", " l c s-44721 "])
def test_the_childs_reference_is_found_in_any_case_and_spacing_however_it_was_written(cast: Cast, dispute: Dispute, typed: str) -> None:
    ChildReference.objects.update(reference="Lcs-44 721")
    lead = Visitor(cast.lead, london(TUESDAY))
    assert lead.post("/search/", {"q": typed}).headers["Location"] == f"/d/{dispute.reference}/"
    assert "Nothing found" in searched(lead, "Lcs-4472").one("h1").text


def test_of_more_than_are_shown_the_heading_says_that_they_are_the_newest(cast: Cast, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (my_work, selector):
        monkeypatch.setattr(module, "MOST_FOUND", 2)
    older, *newer = (world.sent().reference for _ in range(3))
    page = searched(Visitor(cast.lead, world.now), "s-1001")
    assert page.one("h1").text == "The newest 2 of more disagreements found"
    assert "Older ones are not shown" in page.one("main").text
    assert older not in page.one("main").text
    Dispute.objects.get(reference=newer[0]).children.get().references.all().delete()
    assert searched(Visitor(cast.lead, world.now), "s-1001").one("h1").text == "2 disagreements found"


def test_a_stranger_and_a_reference_that_never_was_look_the_same(cast: Cast, world: World) -> None:
    reference = world.sent().reference
    stranger = Visitor(cast.stranger, world.now)
    known = searched(stranger, reference).one("main").text
    assert known.replace(reference, "X") == searched(stranger, "ESC-ZZZZZZ").one("main").text.replace("ESC-ZZZZZZ", "X")


def test_an_empty_search_is_an_error_beside_the_box(cast: Cast) -> None:
    page = searched(Visitor(cast.receiver, london(TUESDAY) + timedelta(hours=1)), "")
    assert page.one("title").text.startswith("Error: ")
    assert page.all(class_="govuk-error-message")


def test_what_is_looked_for_stands_in_no_address(cast: Cast, world: World) -> None:
    world.sent()
    lead = Visitor(cast.lead, world.now)
    assert lead.page("/my-work/").one("form", role="search").attrs["method"] == "post"
    assert lead.page("/search/", q="S-1001").all("li", class_="c-work__row") == []
