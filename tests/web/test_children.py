"""The child's references, links between disagreements, and everything about one child, as people meet them on pages."""

from typing import Any

import pytest

from escalation.engine.perform import Seen
from escalation.models import ChildReference, Dispute, DisputeLink, Draft, Reading
from escalation.services import drafts
from escalation.services.reading import ABOUT_CHILD
from escalation.states import Verb
from tests.cast import Cast
from tests.lot import as_written
from tests.web.signed_in import Visitor
from tests.world import World, answers

pytestmark = pytest.mark.django_db
ASKED = {"initials": "AB", "born_on_0": "1", "born_on_1": "5", "born_on_2": "2015", "reason": "A serious incident was notified."}


def post(visitor: Visitor, dispute: Dispute, slug: str, **typed: Any) -> Any:
    return visitor.post(f"/d/{dispute.reference}/{slug}/", {"seen": str(Seen.of(World.fresh(dispute))), **typed})


def words(visitor: Visitor, path: str) -> str:
    return visitor.page(path).one("main").text


def test_a_holder_adds_the_own_reference_from_the_page_about_the_child(world: World, cast: Cast, dispute: Dispute) -> None:
    holder = Visitor(cast.receiver, world.now)
    link = next(one for one in holder.page(f"/d/{dispute.reference}/view/child/").all("a") if "add-reference" in one.attrs["href"])
    child = link.attrs["href"].partition("?child=")[2]
    assert post(holder, dispute, "add-reference", child=child, reference="SC 4411").status_code == 302
    assert ChildReference.objects.get(agency=cast.social_care).reference == "SC 4411"
    assert "SC 4411" in words(holder, f"/d/{dispute.reference}/")
    assert "SC 4411" not in words(Visitor(cast.lead, world.now), f"/d/{dispute.reference}/")
    found = holder.post("/search/", {"q": "sc 4411"})
    assert found.headers["Location"] == f"/d/{dispute.reference}/"


def test_the_page_of_a_reference_names_children_by_number_alone(world: World, cast: Cast) -> None:
    dispute = world.sent(children=[{"initials": "QX", "born_on": "2015-05-01"}, {"initials": "QY", "born_on": "2018-02-03"}])
    page = as_written(words(Visitor(cast.receiver, world.now), f"/d/{dispute.reference}/add-reference/"))
    assert "Child 2" in page
    assert "QX" not in page


def test_others_about_the_child_lead_to_linking_the_two(world: World, cast: Cast) -> None:
    dispute, other = world.sent(), world.sent()
    lead = Visitor(cast.lead, world.now)
    page = lead.page(f"/d/{dispute.reference}/")
    assert "About the same child" in page.one("main").text
    assert any(one.attrs["href"] == f"/d/{dispute.reference}/link/?other={other.reference}" for one in page.all("a"))
    assert post(lead, dispute, "link", other=other.reference.lower()).status_code == 302
    assert DisputeLink.objects.count() == 1
    assert "Linked." in words(lead, f"/d/{other.reference}/")


def test_linking_to_what_one_may_not_see_reads_like_a_typing_mistake(world: World, cast: Cast) -> None:
    dispute, kept = world.sent(), world.sent(is_restricted=True)
    lead = Visitor(cast.lead, world.now)
    refusals = [post(lead, dispute, "link", other=other) for other in (kept.reference, "ESC-ZZZZZZ")]
    texts = [one.content.decode().replace(kept.reference, "ESC-ZZZZZZ") for one in refusals]
    assert [one.status_code for one in refusals] == [400, 400]
    assert _without_tokens(texts[0]) == _without_tokens(texts[1])


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_the_check_page_of_logging_names_what_there_is_about_the_child_already(world: World, cast: Cast) -> None:
    there, kept = world.sent(), world.sent(is_restricted=True, raiser=cast.colleague)
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, now=world.now)
    drafts.save_draft(draft.pk, person, answers(cast.social_care), now=world.now)
    page = words(Visitor(cast.raiser, world.now), f"/log/{draft.reference}/check/")
    assert "There may be a disagreement about this child already" in page
    assert there.reference in page
    assert kept.reference not in page
    Draft.objects.filter(dispute=draft).update(answers=answers(cast.social_care, children=[{"initials": "ZZ", "born_on": "2016-01-01"}]))
    assert "already" not in words(Visitor(cast.raiser, world.now), f"/log/{draft.reference}/check/")


def test_the_unit_confirms_before_anything_about_a_child_is_opened_and_no_address_names_it(world: World, cast: Cast, dispute: Dispute) -> None:
    unit = Visitor(cast.business_unit, world.now)
    assert "Confirm and open" in unit.post("/child/", ASKED).content.decode()
    assert not Reading.objects.filter(part=ABOUT_CHILD).exists()
    to = unit.post("/child/", ASKED | {"confirmed": "1"}).headers["Location"]
    assert to == f"/child/{Reading.objects.get(part=ABOUT_CHILD).pk}/"
    page = words(unit, to)
    assert dispute.reference in page
    assert answers()["what"] in page
    assert "1 May 2015" not in page
    assert Visitor(cast.business_manager, world.now).get(to).status_code == 404


def test_where_nothing_is_found_nothing_is_kept_and_it_says_so(world: World, cast: Cast) -> None:
    world.log()
    unit = Visitor(cast.business_unit, world.now)
    answer = unit.post("/child/", ASKED | {"confirmed": "1"})
    assert answer.headers["Location"] == "/child/"
    assert "Nothing about this child has left its agency" in words(unit, "/child/")
    assert not Reading.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"reason": "x", "initials": "AB"}, {"reason": "x", "agency": "nonsense"}, {"reference": "ESC-1"}])
def test_half_of_a_question_about_a_child_is_asked_for_the_rest(world: World, cast: Cast, typed: dict[str, str]) -> None:
    answer = Visitor(cast.business_unit, world.now).post("/child/", typed | {"confirmed": "1"})
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()


def test_a_verbs_second_case_is_written_with_the_first_or_not_at_all(world: World, cast: Cast) -> None:
    dispute, other = world.sent(), world.sent()
    world.do(other, Verb.LINK, cast.lead, other=dispute.reference)
    assert [World.fresh(one).head_number - one.head_number for one in (dispute, other)] == [1, 1]
