"""Lists and choices in a very large partnership: a page at a time, or by part of a name that stands in no address; looking loses nothing typed."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from agencies.models import Agency, User
from escalation.models import AgreedAction, Dispute, LegalHold
from escalation.states import Route, Verb
from reports.web.views import MOST_CHECKED
from tests.bench.weight import HTML_AIM, weigh
from tests.cast import Cast
from tests.escalation.learning import learnt
from tests.escalation.verbs import before_chair
from tests.kept import kept_fixture
from tests.large import make_large
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
SURGERY = "Riverbank Surgery 41"


@kept_fixture
def world(cast: Cast) -> World:
    make_large(cast)
    return World(cast)


@pytest.fixture
def unit(world: World) -> Visitor:
    return Visitor(world.cast.business_unit, world.now)


def read(answer: Any) -> Page:
    """The page, which is light."""
    text = answer.content.decode()
    assert weigh(text).html < HTML_AIM
    return Page(text)


def looked_for(visitor: Visitor, address: str, name: str) -> Page:
    """The page of what is found, at an address that does not say what was typed."""
    answer = visitor.post(address, {"find": "1", "name": name})
    assert (answer.status_code, name.split()[0].lower() in answer["Location"].lower()) == (302, False)
    return read(visitor.get(answer["Location"]))


def pages(visitor: Visitor, address: str) -> list[Page]:
    """Every page of a list, from link to link."""
    found = [read(visitor.get(address))]
    while onward := found[-1].all("a", rel="next"):
        found.append(read(visitor.get(address + onward[0].attrs["href"].split("#")[0])))
    return found


def rows(page: Page) -> list[str]:
    return [one.text for one in page.all("th", scope="row")]


def keys(page: Page) -> list[str]:
    return [one.text for one in page.all("dt")]


def test_the_matrix_is_a_page_at_a_time_and_whole_in_print_and_as_a_file(world: World, unit: Visitor) -> None:
    listed = [name for page in pages(unit, "/directory/matrix/") for name in rows(page)]
    assert (len(listed), len(set(listed))) == (230, 230)
    assert rows(looked_for(unit, "/directory/matrix/", "surgery 41")) == [SURGERY]
    whole = f"/directory/matrix/{world.cast.partnership.slug}"
    assert sorted(rows(unit.page(f"{whole}/print/"))) == sorted(listed)
    lines = list(csv.DictReader(io.StringIO(unit.get(f"{whole}/titles.csv").content.decode())))
    assert {line["Agency"] for line in lines} == set(listed)
    assert next(line for line in lines if line["Agency"] == SURGERY)["Level 2: Team managers"] == "Designated safeguarding lead"


@pytest.mark.parametrize(("address", "listing", "name"), [("/returns/", rows, "surgery 41"), ("/directory/health/", keys, "surgery 41")])
def test_of_very_many_agencies_each_is_on_one_page_and_found_by_its_name(
    unit: Visitor, address: str, listing: Callable[[Page], list[str]], name: str
) -> None:
    listed = [each for page in pages(unit, address) for each in listing(page)]
    assert len(listed) == len(set(listed)) > 225
    assert listing(looked_for(unit, address, name)) == [SURGERY]
    assert listing(looked_for(unit, address, "no such agency")) == []


def test_a_return_of_an_agency_that_was_found_is_kept_and_one_that_is_typed_is_not_lost_by_looking(unit: Visitor) -> None:
    surgery = Agency.objects.get(name=SURGERY)
    page = looked_for(unit, "/returns/", "surgery 41")
    assert [one.attrs["value"] for one in page.all("option") if one.text == SURGERY] == [str(surgery.pk)]
    sent = {"agency": str(surgery.pk), "quarter": page.all("select", name="quarter") and "2025-10-01", "matters": "3"}
    assert unit.post("/returns/", sent).status_code == 302
    (found,) = [one for one in looked_for(unit, "/returns/", "surgery 41").all("tr") if SURGERY in one.text]
    assert found.text.startswith(f"{SURGERY} 3 Not yet")
    wrong = read(unit.post("/returns/", sent | {"matters": "some"}))
    assert [one.text for one in wrong.all("option") if "selected" in one.attrs][0] == SURGERY


def test_a_lead_of_very_many_people_finds_one_by_name(world: World) -> None:
    lead = Visitor(world.cast.lead, world.now)
    listed = [name for page in pages(lead, "/directory/people/") for name in keys(page)]
    assert len(listed) > 60
    assert keys(looked_for(lead, "/directory/people/", "own 41")) == ["Somebody of Their Own 41"]
    nobody = looked_for(lead, "/directory/people/", "nobody of this name").one("main").text
    assert ("0 people fit." in nobody, "nobody here for whom" in nobody) == (True, False)


def hold(unit: Visitor, **sent: str) -> Any:
    return unit.post("/keeping/holds/add/", {"reason": "An inquest.", "initials": "", **sent})


def test_whom_a_hold_is_about_is_found_by_name_and_nothing_else_that_was_typed_is_lost_or_judged(world: World, unit: Visitor) -> None:
    everybody = len(read(unit.get("/keeping/holds/add/")).all("option"))
    assert everybody < 300
    found = read(hold(unit, find="1", find_person="jakub nowak"))
    (option,) = [one for one in found.all("option") if "Jakub Nowak" in one.text]
    assert "1 person fits." in found.one("main").text
    assert "An inquest." in found.one("", name="reason").attrs.get("value", found.one("", name="reason").text)
    assert found.all("div", class_="govuk-error-summary") == []
    other = read(hold(unit, find="1", find_person="nobody of this name", user=option.attrs["value"]))
    assert "Jakub Nowak" in {one.text.split(",")[0] for one in other.all("option") if "selected" in one.attrs}
    assert not LegalHold.objects.exists()
    assert hold(unit, find_person="nobody of this name", user=option.attrs["value"]).status_code == 302
    assert LegalHold.objects.get().person == world.cast.police_manager


@pytest.mark.parametrize("address", ["/keeping/holds/add/", "/keeping/access/ask/", "/child/"])
def test_of_very_many_agencies_the_one_that_knows_the_child_is_found_by_name_with_all_else_as_it_was_typed(unit: Visitor, address: str) -> None:
    first = read(unit.get(address))
    assert len(first.one("select", name="agency").text) < 2_000
    typed = {"find": "1", "find_agency": "riverbank 41", "reference": "SW-1", "reason": "An inquest."}
    found = read(unit.post(address, typed))
    (choice,) = [one for one in found.all("option") if one.text == SURGERY]
    assert ("1 agency fits." in found.one("main").text, found.all("div", class_="govuk-error-summary")) == (True, [])
    assert (found.one("input", name="reference").attrs["value"], found.one("textarea", name="reason").text) == ("SW-1", "An inquest.")
    other = read(unit.post(address, {**typed, "find_agency": "nothing of this name", "agency": choice.attrs["value"]}))
    assert "None of 230 agencies is called so" in other.one("main").text
    assert SURGERY in {one.text for one in other.all("option") if "selected" in one.attrs}


@pytest.mark.parametrize("address", ["/keeping/holds/add/", "/keeping/access/ask/"])
def test_where_a_person_and_an_agency_are_looked_for_each_button_says_which(unit: Visitor, address: str) -> None:
    buttons = read(unit.get(address)).all("button", name="find")
    assert sorted(one.text for one in buttons) == ["Find a person", "Find an agency"]


def test_whoever_asks_for_access_is_found_by_name(unit: Visitor) -> None:
    found = read(unit.post("/keeping/access/ask/", {"find": "1", "find_person": "jakub", "reason": "He asks.", "identity": "Seen."}))
    assert [one.text.split(",")[0] for one in found.all("option") if "example" in one.text] == ["Jakub Nowak"]
    assert found.one("input", name="find_person").attrs["value"] == "jakub"


def test_who_sees_to_a_learning_action_is_found_by_name(world: World, unit: Visitor) -> None:
    address = f"/learning/{learnt(world).pk}/"
    assert len(read(unit.get(address)).one("select", name="owner").text) < 20_000
    found = read(unit.post(address, {"seen": "0", "find": "1", "find_person": "priya", "status": "started"}))
    owners = [one.text for one in found.all("option") if "Priya Nair" in one.text]
    assert (len(owners), [one.attrs["value"] for one in found.all("input", name="status") if "checked" in one.attrs]) == (1, ["started"])


@pytest.fixture
def sent(world: World) -> Dispute:
    return world.sent()


def test_whom_the_unit_recommends_is_found_by_name(world: World, unit: Visitor, sent: Dispute) -> None:
    address = f"/d/{sent.reference}/recommend-contact/"
    first = read(unit.get(address))
    assert len(first.all("input", name="choice")) == 25
    seen = first.one("input", name="seen").attrs["value"]
    found = read(unit.post(address, {"seen": seen, "find": "1", "find_person": "gareth", "reason": "He knows the family."}))
    (choice,) = found.all("input", name="choice")
    assert "He knows the family." in found.one("main").text
    done = unit.post(
        address, {"seen": seen, "find_person": "gareth", "reason": "He knows the family.", "choice": choice.attrs["value"], "confirmed": "1"}
    )
    assert done.status_code == 302


def test_who_does_an_action_that_a_meeting_agreed_is_found_by_name_and_stays_chosen(world: World, sent: Dispute) -> None:
    receiver, address = Visitor(world.cast.receiver, world.now), f"/d/{sent.reference}/record-meeting/"
    seen = read(receiver.get(address)).one("input", name="seen").attrs["value"]
    owner = User.objects.get(email="northshire-social-care-59@example.org")
    typed = {"seen": seen, "how": "meeting", "who": "Both managers", "summary": "They met.", "action_1_what": "A visit."}
    found = read(receiver.post(address, {**typed, "find": "1", "find_person": "own 59"}))
    assert str(owner.pk) in {one.attrs["value"] for one in found.all("option")}
    assert found.all("div", class_="govuk-error-summary") == []
    kept = read(receiver.post(address, {**typed, "find": "1", "find_person": "esi", "action_1_owner": str(owner.pk)}))
    assert [one.text for one in kept.all("option") if "selected" in one.attrs and "Own" in one.text] == [owner.name]
    agency = str(world.cast.social_care.pk)
    done = {"find_person": "esi", "agencies": [agency], "action_1_owner": str(owner.pk), "action_1_agency": agency, "action_1_when": "5"}
    assert receiver.post(address, {**typed, **done}).status_code == 302
    assert AgreedAction.objects.get().owner == owner


def test_who_sits_on_a_panel_is_found_by_name_those_concerned_are_listed_first_and_who_was_ticked_stays(world: World, sent: Dispute) -> None:
    cast = world.cast
    before_chair(world, sent)
    world.do(sent, Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    chair, address = Visitor(cast.chair, world.now), f"/d/{sent.reference}/convene/"
    page = read(chair.get(address))
    boxes = [one.attrs["value"] for one in page.all("input", name="members")]
    own = f"{cast.school.pk} {cast.own_board.pk}"
    assert (len(boxes), own in boxes[:10]) == (25, True)
    found = read(chair.post(address, {"seen": page.one("input", name="seen").attrs["value"], "find": "1", "find_person": SURGERY, "members": [own]}))
    listed = {one.attrs["value"]: "checked" in one.attrs for one in found.all("input", name="members")}
    assert (listed.pop(own), list(listed.values())) == (True, [False])


def test_the_years_page_says_what_a_few_agencies_say_of_their_figures_and_counts_the_others(unit: Visitor) -> None:
    page = read(unit.get("/reports/2025/"))
    words = page.one("main").text
    assert words.count(": not checked yet") == MOST_CHECKED
    assert (
        f"And {230 - MOST_CHECKED} more agencies: 0 say that a figure is wrong, 0 that all are right, {230 - MOST_CHECKED} have not checked yet."
        in words
    )


def test_a_chapter_with_hundreds_of_agencies_has_its_rows_on_several_pages_and_no_page_beyond(unit: Visitor) -> None:
    address = "/reports/2025/?chapter=agencies"
    first, second, last = (read(unit.get(f"{address}&page={number}")) for number in (1, 2, 5))
    assert "rows 1 to 50 of" in first.one("main").text
    assert set(rows(first)) & set(rows(second)) <= {"All"}
    nexts = [[one.attrs["href"] for one in page.all("a", rel="next") if "page=" in one.attrs["href"]] for page in (first, last)]
    assert [len(found) for found in nexts] == [1, 0]
    assert nexts[0][0].endswith("&chapter=agencies&page=2")
    assert "rows 201 to 2" in last.one("main").text
    assert unit.get(f"{address}&page=6").status_code == 404
