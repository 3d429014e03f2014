"""What the business unit enters for an agency that was asked: the page says for which, and in words that are not the unit's own."""

import pytest

from agencies.errors import InvalidInput
from escalation.engine.perform import Seen
from escalation.models import Dispute, Request
from escalation.states import Answer, EventKind, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, refused
from tests.factories import make_holder
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
    assert ["We agree" in page.one("main").text for page in (theirs, own)] == [False, True]
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


def people(world: World, dispute: Dispute) -> dict[str, str]:
    """Whom the unit may hand it to: the words of each choice, and its value."""
    page = form(world, dispute, "reassign")
    values = {one.attrs["id"]: one.attrs["value"] for one in page.all("input", name="to")}
    return {label.text: values[label.attrs["for"]] for label in page.all("label") if label.attrs.get("for") in values}


def test_the_unit_hands_it_on_in_each_agency_and_reads_which(world: World, cast: Cast) -> None:
    make_holder(cast.police, 2, "Nadia Malik", title="Sergeant")
    dispute = world.sent(cast.social_care, cast.police)
    found = people(world, dispute)
    places = {place for place in (cast.school.name, cast.social_care.name, cast.police.name) if any(place in words for words in found)}
    assert places == {cast.school.name, cast.social_care.name, cast.police.name}
    to = next(value for words, value in found.items() if "Nadia Malik" in words)
    send(world, dispute, "reassign", to=to, reason="The inspector is away.")
    holders = dict(Request.objects.filter(dispute=dispute).values_list("agency__name", "holder__name"))
    assert holders == {cast.social_care.name: cast.receiver.name, cast.police.name: "Nadia Malik"}


def test_where_two_were_asked_a_program_says_in_which_agency_it_is_handed_on(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care, cast.police)
    with refused(dispute, InvalidInput, "Say in which agency"):
        world.do(dispute, Verb.REASSIGN, cast.business_unit, to=cast.receiving_lead.pk)


def test_nobody_is_offered_of_an_agency_that_is_not_asked_any_more(world: World, cast: Cast) -> None:
    """Moved up against one of two: nothing is held in the other."""
    dispute = world.sent(cast.social_care, cast.police)
    for who in (cast.receiver, cast.police_manager):
        world.do(dispute, Verb.RESPOND, who, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="It does not settle it.", against=[cast.social_care.pk])
    assert [cast.police.name in " ".join(people(world, dispute)), cast.social_care.name in " ".join(people(world, dispute))] == [False, True]


def test_before_the_partnership_nothing_is_offered_to_hand_on_in_the_agency_that_was_asked(world: World, cast: Cast, dispute: Dispute) -> None:
    offers = [str(Verb.REASSIGN.label) in Visitor(cast.receiving_lead, world.now).page(f"/d/{dispute.reference}/").one("main").text]
    before_chair(world, dispute)
    offers.append(str(Verb.REASSIGN.label) in Visitor(cast.receiving_lead, world.now).page(f"/d/{dispute.reference}/").one("main").text)
    assert offers == [True, False]
