"""The page that moves a disagreement up, where several agencies were asked, and the way back from its check page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from escalation.engine.perform import Seen
from escalation.models import Dispute, Request
from escalation.states import RequestState, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of, press
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
TYPED = {"ground": "risk", "to": "2", "reason": "They hold the decision tonight."}


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast, now=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def both(world: World, cast: Cast) -> Dispute:
    """Asked of social care and of the police."""
    return world.sent(cast.social_care, cast.police)


def send(world: World, dispute: Dispute, cast: Cast, **typed: Any) -> Any:
    form = {"seen": str(Seen.of(world.fresh(dispute))), **TYPED, **typed}
    return Visitor(cast.own_manager, timezone.now()).post(f"/d/{dispute.reference}/move-up/", form)


def asked(dispute: Dispute) -> set[UUID]:
    return set(Request.objects.filter(dispute=dispute, run__stage=2).values_list("agency", flat=True))


def test_every_agency_that_has_not_settled_is_ticked_and_one_can_be_left_out(world: World, both: Dispute, cast: Cast) -> None:
    page = Visitor(cast.own_manager, timezone.now()).page(f"/d/{both.reference}/move-up/")
    assert {box.attrs["value"] for box in page.all("input", name="against") if "checked" in box.attrs} == {
        str(cast.social_care.pk),
        str(cast.police.pk),
    }
    assert send(world, both, cast, against=[str(cast.police.pk)], confirmed="1").status_code == 302
    assert asked(both) == {cast.police.pk}


def test_who_is_named_at_an_agency_that_is_left_out_does_not_bring_it_back(world: World, both: Dispute, cast: Cast) -> None:
    named = {f"holder_{cast.social_care.pk}": str(cast.receiving_senior.pk)}
    send(world, both, cast, against=[str(cast.police.pk)], confirmed="1", **named)
    assert asked(both) == {cast.police.pk}


def test_at_least_one_is_asked_and_no_other_can_be(world: World, both: Dispute, cast: Cast) -> None:
    for wrong in ([], [str(cast.school.pk)]):
        answer = send(world, both, cast, against=wrong, confirmed="1")
        page = Page(answer.content.decode())
        assert answer.status_code == 400
        assert "Which agencies are asked there?" in page.one(class_="govuk-error-summary").text
    assert world.fresh(both).stage == 1


def test_one_that_has_settled_is_not_offered_again(world: World, both: Dispute, cast: Cast) -> None:
    world.do(both, Verb.RESPOND, cast.receiver, answer="agrees", reasons="Yes.", actions="A visit.", agency=cast.social_care.pk)
    world.do(both, Verb.ACCEPT, cast.own_manager, wording="A visit.", agency=cast.social_care.pk)
    assert not Visitor(cast.own_manager, timezone.now()).page(f"/d/{both.reference}/move-up/").all("input", name="against")
    send(world, both, cast, confirmed="1")
    assert asked(both) == {cast.police.pk}
    assert Request.objects.get(dispute=both, agency=cast.social_care).state == RequestState.SETTLED


def test_with_one_agency_nothing_more_is_asked(world: World, cast: Cast, dispute: Dispute) -> None:
    assert not Visitor(cast.own_manager, timezone.now()).page(f"/d/{dispute.reference}/move-up/").all("input", name="against")
    assert send(world, dispute, cast, confirmed="1").status_code == 302
    assert asked(dispute) == {cast.social_care.pk}


def test_the_check_page_names_them_and_the_way_back_keeps_every_answer(world: World, both: Dispute, cast: Cast) -> None:
    checked = Page(send(world, both, cast, against=[str(cast.police.pk)]).content.decode())
    said = checked.one("main").text
    assert ("Northshire Police" in said, "Northshire Social Care" in said, TYPED["reason"] in said) == (True, False, True)
    again = Page(send(world, both, cast, against=[str(cast.police.pk)], change="1").content.decode())
    assert [box.attrs["value"] for box in again.all("input", name="against") if "checked" in box.attrs] == [str(cast.police.pk)]
    assert TYPED["reason"] in again.one("textarea", name="reason").text
    assert world.fresh(both).stage == 1


def test_the_chair_gives_it_back_to_the_agencies_on_the_page(cast: Cast) -> None:
    """Enfield: a new run of the last stage between the agencies, both sides asked again."""
    journey = Journey(cast, "enfield", "2026-03-04 10:00").sent()
    for _ in range(2):
        journey.do(Verb.MOVE_UP, journey.holder(), ground="risk", reason="He is home tonight.", told_other_side=True)
    journey.do(Verb.REFER, cast.lead, ground="risk", efforts="Three talks.", reason="No agreement.", told_other_side=True)
    assert "Back to the agencies" in page_of(journey, cast.chair, "choose-route/")
    assert press(journey, cast.chair, Verb.CHOOSE_ROUTE, route="back", reason="The heads have not met.").status_code == 302
    assert (journey.stage, journey.now.runs.get(left_at=None).number) == (3, 6)
    assert journey.asked()
