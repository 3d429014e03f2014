"""A partnership with some hundred schools and practices, and a record that grew long: its pages stay light, and everything on them is found."""

import re
from datetime import timedelta
from typing import Any

import pytest

from agencies.keys import new_key
from agencies.models import Agency, KeptForm, Membership, User
from agencies.person import person_of
from agencies.roles import AgencyKind, Role
from agencies.services.identity import kept_forms
from escalation.models import Clock, Dispute, LearningPoint, Request
from escalation.services.drafts import begin_draft
from escalation.states import Measure, Verb
from escalation.web import record_pages
from escalation.web.record_pages import pages_of
from tests.bench.weight import HTML_AIM, weigh
from tests.cast import Cast
from tests.escalation.learning import learnt
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
SCHOOLS, PRACTICES = 170, 60


@pytest.fixture
def big(cast: Cast) -> Cast:
    """The cast's partnership with very many schools and practices."""
    many = [(f"St Somebody’s Church of England Primary School {number}", AgencyKind.EDUCATION) for number in range(SCHOOLS)]
    many += [(f"Riverbank Surgery {number}", AgencyKind.HEALTH_COMMISSIONER) for number in range(PRACTICES)]
    rows = [Agency(partnership=cast.partnership, name=name, code=f"big-{at}", kind=kind) for at, (name, kind) in enumerate(many)]
    Agency.objects.bulk_create(rows)
    return cast


def html(visitor: Visitor, url: str) -> str:
    """The page, which is light."""
    text = str(visitor.get(url).content.decode())
    assert weigh(text).html < HTML_AIM, (url, weigh(text).html)
    return text


def names(page: Page) -> list[str]:
    return [one.text for one in page.all("dt")]


def test_the_directory_is_a_page_at_a_time_and_finds_an_agency_by_name_and_kind(big: Cast) -> None:
    visitor = Visitor(big.lead, MONDAY)
    assert len(names(Page(html(visitor, "/directory/")))) == 25
    assert names(Page(html(visitor, "/directory/?page=2"))) != names(Page(html(visitor, "/directory/")))
    assert names(looked_for(visitor, name="surgery riverbank 59")) == ["Riverbank Surgery 59"]
    police = looked_for(visitor, kind="police")
    assert names(police) == [big.police.name]
    assert "1 agency fits" in police.one("main").text
    assert names(looked_for(visitor, name="surgery", kind="police")) == []
    many = looked_for(visitor, name="surgery")
    onward = next(link.attrs["href"] for link in many.all("a") if "page=2" in link.attrs["href"])
    second = names(Page(html(visitor, f"/directory/{onward}")))
    assert (len(second), all("Surgery" in name for name in second)) == (25, True)
    assert "surgery" not in onward, "What was typed stands in no address."
    assert len(names(Page(html(visitor, "/directory/")))) == 25, "All of them, without what was looked for."


def looked_for(visitor: Visitor, **sent: str) -> Page:
    """What is found, at the address to which the form leads, which says nothing of what was typed."""
    answer = visitor.post("/directory/", {"find": "1", **sent})
    assert (answer.status_code, answer["Location"]) == (302, "/directory/?found=1")
    return Page(html(visitor, answer["Location"]))


class Asking:
    """The raiser at the question with which agency."""

    def __init__(self, cast: Cast) -> None:
        World(cast)
        draft = begin_draft(person_of(cast.raiser, MONDAY.date()), agency=cast.raising.pk, now=MONDAY)
        self.url, self.visitor = f"/log/{draft.reference}/agency/", Visitor(cast.raiser, MONDAY)

    def shown(self, **sent: Any) -> tuple[set[str], set[str], str]:
        """What is listed and what of it is chosen, as keys, and all words of the page."""
        answer = self.visitor.post(self.url, sent) if sent else self.visitor.get(self.url)
        text = answer.content.decode()
        assert weigh(text).html < HTML_AIM
        boxes = [one.attrs for one in Page(text).all("input", name="receiving")]
        chosen = {str(box["value"]) for box in boxes if "checked" in box}
        return {str(box["value"]) for box in boxes}, chosen, Page(text).one("main").text

    def page(self) -> Page:
        """The page as it is loaded."""
        return Page(self.visitor.get(self.url).content.decode())

    @staticmethod
    def boxes(page: Page) -> dict[str, bool]:
        """Each agency that is listed, and whether it is ticked."""
        return {str(one.attrs["value"]): "checked" in one.attrs for one in page.all("input", name="receiving")}

    def type(self, **typed: Any) -> None:
        """As the page's script keeps what was typed so far."""
        given = self.page().all("div", **{"data-keeping": ""})[0].attrs
        kept = {"kept-page": given["data-page"], "kept-action": self.url, "kept-pass": given["data-pass"]}
        assert self.visitor.post("/session/typing/", {**kept, **typed}).status_code == 200


@pytest.fixture
def asking(big: Cast) -> Asking:
    return Asking(big)


def test_logging_lists_the_small_kinds_and_finds_the_others_keeping_what_was_chosen(big: Cast, asking: Asking) -> None:
    listed, _, words = asking.shown()
    assert str(big.receiving.pk) in listed
    assert len(listed) <= 25
    assert "agencies are listed here" in words
    found, chosen, words = asking.shown(find="1", find_name="surgery 59", find_kind="", receiving=[str(big.receiving.pk)])
    surgery = Agency.objects.get(name="Riverbank Surgery 59")
    assert (found, chosen) == ({str(big.receiving.pk), str(surgery.pk)}, {str(big.receiving.pk)})
    assert "1 agency fits" in words
    sent = asking.visitor.post(asking.url, {"receiving": [str(surgery.pk)], "find_name": "surgery 59", "find_kind": ""})
    assert sent.status_code == 302


def test_what_was_looked_for_and_ticked_is_there_when_the_page_is_loaded_anew_until_it_is_sent(big: Cast, asking: Asking) -> None:
    surgery = str(Agency.objects.get(name="Riverbank Surgery 59").pk)
    asking.shown(find="1", find_name="surgery 59", find_kind="", receiving=[str(big.receiving.pk)])
    again = asking.page()
    assert again.one("input", name="find_name").attrs["value"] == "surgery 59"
    assert "It has not been sent yet." in again.one("main").text
    assert asking.boxes(again) == {str(big.receiving.pk): True, surgery: False}
    # Ticked among what was found, and kept by the page's script before anybody pressed a button.
    asking.type(find_name="surgery 59", find_kind="", receiving=[surgery])
    assert asking.boxes(asking.page())[surgery]
    asking.type(find_name="no such agency", find_kind="", receiving=[surgery])
    assert asking.boxes(asking.page()) == {surgery: True}
    assert asking.visitor.post(asking.url, {"receiving": [surgery], "find_name": "", "find_kind": ""}).status_code == 302
    assert KeptForm.objects.count() == 0
    assert asking.boxes(asking.page())[surgery]


def test_where_no_more_pages_are_kept_looking_for_an_agency_says_so(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 0)
    _, _, words = asking.shown(find="1", find_name="surgery 59", find_kind="")
    assert "What you type here is not kept: " in words
    monkeypatch.undo()
    _, _, words = asking.shown(find="1", find_name="surgery 59", find_kind="")
    assert "is not kept" not in words


def test_more_than_fit_on_the_page_are_said_and_none_too(asking: Asking) -> None:
    found, _, words = asking.shown(find="1", find_kind="education")
    assert (len(found), "The first 25 of 17" in words) == (25, True)
    found, _, words = asking.shown(find="1", find_name="no such school")
    assert (found, "is called so" in words) == (set(), True)
    answer = asking.visitor.post(asking.url, {"find_name": "", "find_kind": ""})
    assert "Choose the agency you disagree with" in answer.content.decode()


@pytest.fixture
def crowded(big: Cast) -> Cast:
    """With very many people as well, in those schools."""
    schools = list(Agency.objects.filter(code__startswith="big-"))
    people = [User(email=f"person-{number}@school.example", name=f"Somebody of Their Own {number}") for number in range(600)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(partnership=big.partnership, agency=schools[at % len(schools)], user=user, role=Role.PRACTITIONER, job_title="Class teacher")
        for at, user in enumerate(people)
    )
    World(big)
    return big


def test_of_very_many_people_the_unit_finds_by_name_on_whose_behalf_it_logs(crowded: Cast) -> None:
    unit, last = Visitor(crowded.business_unit, MONDAY), User.objects.get(email="person-599@school.example")
    first = Page(html(unit, "/log/"))
    assert len(first.all("option")) < 110
    assert re.search(r"100 of 6\d\d people are listed here", first.one("main").text)
    found = unit.post("/log/", {"find": "1", "find_person": "own 599", "danger": "no", "place": "", "door": "none"}).content.decode()
    assert weigh(found).html < HTML_AIM
    for page in (Page(found), Page(html(unit, "/log/"))):
        (option,) = [one for one in page.all("option") if one.text.startswith(last.name)]
        assert "1 person fits." in page.one("main").text
        ticked = {one.attrs["name"]: one.attrs["value"] for one in page.all("input", type="radio") if "checked" in one.attrs}
        assert ticked == {"danger": "no", "door": "none"}
    begun = unit.post("/log/", {"find_person": "", "danger": "no", "place": option.attrs["value"], "door": "none"})
    assert begun.status_code == 302
    assert Dispute.objects.get(state="draft").raiser == last


def test_who_has_a_second_factor_is_a_page_at_a_time_and_found_by_name(crowded: Cast) -> None:
    keeper, url = Visitor(crowded.business_unit, MONDAY), "/directory/second-factor/"
    first = Page(html(keeper, url))
    assert len(names(first)) == 25
    second = Page(html(keeper, url + first.one("a", rel="next").attrs["href"].removesuffix("#people")))
    assert len(names(second)) == 25
    assert not set(names(first)) & set(names(second))
    sent = keeper.post(url, {"find": "1", "name": "own 599"})
    assert not re.search("own.{1,3}599", where := sent.headers["Location"].removesuffix("#people"))
    found = Page(html(keeper, where))
    assert [name.split(" Practitioner")[0] for name in names(found)] == ["Somebody of Their Own 599"]
    assert "1 person fits." in found.one("main").text


def test_whoever_is_chosen_stays_in_the_list_whatever_is_looked_for(crowded: Cast) -> None:
    unit = Visitor(crowded.business_unit, MONDAY)
    chosen = next(str(one.attrs["value"]) for one in Page(html(unit, "/log/")).all("option") if one.attrs["value"])
    page = Page(unit.post("/log/", {"find": "1", "find_person": "nobody of that name", "place": chosen}).content.decode())
    assert [one.attrs["value"] for one in page.all("option") if "selected" in one.attrs] == [chosen]
    assert "people fits. Type less of the name." in page.one("main").text


def test_the_learning_list_stays_light_with_many_points_agencies_and_subgroups(crowded: Cast, world: World) -> None:
    point = learnt(world)
    for number in range(120):
        point.pk, point.referred_to = new_key(), f"The subgroup for learning and improvement, number {number}"
        LearningPoint.objects.bulk_create([point])
    unit = Visitor(crowded.business_unit, MONDAY)
    for asked in ("", "?show=all", "?show=all&page=4", f"?agency={crowded.school.pk}"):
        html(unit, f"/learning/{asked}")


@pytest.fixture
def busy(big: Cast, world: World) -> Cast:
    """Each of them raised something that is open, and owes a response that is overdue."""
    dispute = world.sent()
    request, clock = dispute.requests.get(), dispute.clocks.get(measures=Measure.RESPONSE)
    for number, agency in enumerate(Agency.objects.filter(code__startswith="big-")):
        dispute.pk, dispute.reference, dispute.raising_agency = new_key(), f"ESC-{100000 + number}", agency
        request.pk, request.dispute, request.agency = new_key(), dispute, agency
        clock.pk, clock.dispute, clock.request, clock.agency = new_key(), dispute, request, agency
        Dispute.objects.bulk_create([dispute])
        Request.objects.bulk_create([request])
        Clock.objects.bulk_create([clock])
    return big


def test_the_board_stays_light_where_very_many_agencies_have_something_open_and_finds_each(busy: Cast) -> None:
    unit, listed = Visitor(busy.business_unit, MONDAY + timedelta(days=9)), []
    for asked in ("", "?list=open", "?list=open&rows=2", "?list=open&rows=2&page=2"):
        page = Page(html(unit, f"/board/{asked}"))
        assert len(page.all("option")) < 20
        listed.append({one.text for one in page.all("a") if one.text.startswith("ESC-")})
        assert len(listed[-1]) == 25
    assert not listed[1] & listed[2]
    assert listed[2] == listed[3]
    answer = unit.post("/board/?list=open", {"find": "1", "name": "surgery 59"})
    assert answer["Location"] == "/board/?list=open&found=1#agencies"
    found = Page(html(unit, "/board/?list=open&found=1"))
    assert "1 agency fits." in found.one("main").text
    surgery = Agency.objects.get(name="Riverbank Surgery 59")
    assert [one.text for one in found.all("option") if str(surgery.pk) == one.attrs["value"]] == [surgery.name]
    chosen = Page(html(unit, f"/board/?list=open&agency={surgery.pk}&part=late"))
    assert [one.text for one in chosen.all("option") if "selected" in one.attrs] == [surgery.name]


def test_a_long_record_is_a_page_at_a_time_newest_first_and_whole_in_print(world: World, dispute: Dispute) -> None:
    for number in range(60):
        # Each in a minute of its own, by which the links beside them are told apart.
        world.now += timedelta(minutes=1)
        world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=f"Note {number}: " + "what was said " * 20)
    visitor, url = Visitor(world.cast.receiver, world.now), f"/d/{dispute.reference}/"
    first = Page(html(visitor, url))
    assert "Note 59:" in first.one("main").text
    assert "Note 0:" not in first.one("main").text
    seen, address = "", url
    while address:
        page = Page(html(visitor, address))
        seen += page.one("main").text
        address = next((url + one.attrs["href"] for one in page.all("a", rel="next")), "")
    assert all(seen.count(f"Note {number}:") == 1 for number in range(60))
    printed = visitor.get(f"{url}view/print/").content.decode()
    assert all(f"Note {number}:" in printed for number in range(60))
    assert visitor.get(f"{url}?page=99").status_code == 404


def test_a_page_of_the_record_holds_one_line_at_least_and_no_record_is_one_page() -> None:
    long = {"text": "x" * (record_pages.MOST + 1), "facts": [], "corrections": []}
    assert [len(page) for page in pages_of([long, long])] == [1, 1]
    assert pages_of([]) == [[]]
