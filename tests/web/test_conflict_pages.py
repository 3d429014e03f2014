"""Marking a conflict of interest and lifting it on the page: asked, done, said, and refused beside the question."""

from typing import Any

import pytest

from agencies.models import User
from escalation.engine.perform import Seen
from escalation.models import Dispute
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = "My sister is the child's social worker."


def visitor(world: World, user: User) -> Visitor:
    return Visitor(user, world.now)


def sent(world: World, user: User, dispute: Dispute, slug: str = "mark-conflict", **typed: str) -> Any:
    return visitor(world, user).post(f"/d/{dispute.reference}/{slug}/", {"seen": str(Seen.of(world.fresh(dispute))), **typed})


def test_it_stands_within_more_that_one_can_do_and_says_what_follows(world: World, dispute: Dispute) -> None:
    browser = visitor(world, world.cast.receiver)
    page = browser.page(f"/d/{dispute.reference}/")
    (link,) = [one for one in page.all("a") if one.attrs.get("href") == f"/d/{dispute.reference}/mark-conflict/"]
    assert link.text == "Mark a conflict of interest"
    assert "details" in link.inside
    asked = browser.page(f"/d/{dispute.reference}/mark-conflict/").one("main").text
    assert "only somebody else can lift it" in asked
    assert "nothing of the child" in asked


def test_whoever_marks_themself_is_led_to_their_work_and_the_page_is_gone_in_the_same_session(world: World, dispute: Dispute) -> None:
    cast, where = world.cast, f"/d/{dispute.reference}/"
    browser = visitor(world, cast.receiver)
    assert browser.get(where).status_code == 200
    answer = sent(world, cast.receiver, dispute, whom=str(cast.receiver.pk), reason=WHY)
    assert answer.headers["Location"] == "/my-work/"
    assert browser.get(where).status_code == 404
    assert dispute.reference not in browser.page("/my-work/").one("main").text
    assert "Conflict of interest marked" in visitor(world, cast.own_manager).page(where).one("main").text


def test_a_practitioner_is_asked_about_themself_alone_and_a_lead_about_the_own_people_too(world: World, dispute: Dispute) -> None:
    cast, where = world.cast, f"/d/{dispute.reference}/mark-conflict/"
    assert not visitor(world, cast.raiser).page(where).all("option")
    offered = {one.attrs["value"] for one in visitor(world, cast.receiving_lead).page(where).all("option")}
    assert {str(cast.receiving_lead.pk), str(cast.receiver.pk)} <= offered
    assert str(cast.own_manager.pk) not in offered
    assert str(cast.own_manager.pk) in {one.attrs["value"] for one in visitor(world, cast.business_manager).page(where).all("option")}


def test_without_a_reason_or_for_somebody_else_s_people_it_is_refused_beside_the_question(world: World, dispute: Dispute) -> None:
    cast = world.cast
    for field, typed in (("reason", {"whom": str(cast.receiver.pk)}), ("whom", {"whom": str(cast.own_manager.pk), "reason": WHY})):
        refused = sent(world, cast.receiving_lead, dispute, **typed)
        assert refused.status_code == 400
        assert Page(refused.content.decode()).one("div", id=f"id_{field}_error").text.startswith("Error:")
    assert not world.fresh(dispute).conflicts


def test_it_is_lifted_on_its_page_by_who_oversees_them(world: World, dispute: Dispute) -> None:
    cast = world.cast
    assert f"/d/{dispute.reference}/lift-conflict/" not in visitor(world, cast.business_manager).get(f"/d/{dispute.reference}/").content.decode()
    sent(world, cast.business_manager, dispute, whom=str(cast.receiving_lead.pk), reason=WHY)
    assert visitor(world, cast.receiving_lead).get(f"/d/{dispute.reference}/").status_code == 404
    assert sent(world, cast.own_manager, dispute, "lift-conflict", whom=str(cast.receiving_lead.pk), reason="No.").status_code == 403
    assert sent(world, cast.business_manager, dispute, "lift-conflict", whom=str(cast.receiving_lead.pk), reason="A namesake.").status_code == 302
    assert visitor(world, cast.receiving_lead).get(f"/d/{dispute.reference}/").status_code == 200
