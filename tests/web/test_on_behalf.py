"""What the business unit enters for an agency that was asked: the page says for which, and in words that are not the unit's own."""

import pytest

from escalation.engine.perform import Seen
from escalation.models import Dispute
from escalation.states import Answer, EventKind, Verb
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db


def form(world: World, dispute: Dispute, verb: str) -> Page:
    return Visitor(world.cast.business_unit, world.now).page(f"/d/{dispute.reference}/{verb}/")


def send(world: World, dispute: Dispute, verb: str, **given: str) -> str:
    """The form as it stands, filled in so and sent; the page that comes back."""
    seen = {"seen": str(Seen.of(world.fresh(dispute)))}
    answer = Visitor(world.cast.business_unit, world.now).post(f"/d/{dispute.reference}/{verb}/", seen | given)
    return str(answer.content.decode())


def test_the_unit_is_asked_whether_the_agency_agrees_and_not_whether_its_own_does(world: World, cast: Cast, dispute: Dispute) -> None:
    theirs, own = form(world, dispute, "respond"), Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/respond/")
    assert [f"Does {cast.social_care.name} agree?" in page.one("main").text for page in (theirs, own)] == [True, False]
    assert ["our agency" in page.one("main").text for page in (theirs, own)] == [False, True]
    assert [page.one("h1").text.endswith("on the agency’s behalf") for page in (theirs, own)] == [True, False]


def test_of_two_agencies_the_unit_says_whose_receipt_it_acknowledges(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care, cast.police)
    assert "Which agency has received it?" in form(world, dispute, "acknowledge").one("main").text
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    shown = form(world, dispute, "acknowledge").one("main").text
    assert ("Which agency" in shown, f"On behalf of {cast.police.name}" in " ".join(shown.split())) == (False, True)


def test_the_record_says_for_which_agency_the_unit_acknowledged(world: World, cast: Cast, dispute: Dispute) -> None:
    send(world, dispute, "acknowledge")
    assert dispute.events.get(kind=EventKind.ACKNOWLEDGED).agency == cast.social_care
    for reader in (cast.raiser, cast.receiver):
        shown = Visitor(reader, world.now).page(f"/d/{dispute.reference}/").one("main").text
        assert "the business unit, on the agency's behalf" in shown


def test_an_agreement_without_what_the_agency_will_do_is_asked_of_the_unit_in_its_words(world: World, dispute: Dispute) -> None:
    assert "Say what the agency will do" in send(world, dispute, "respond", answer=Answer.AGREES, reasons="By telephone.")
