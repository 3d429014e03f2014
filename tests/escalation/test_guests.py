"""Somebody without an account answers one request: who may ask them, what they are told, what they may do, and when that is over."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import Agency, PrivateMailProvider
from escalation.models import Dispute, Guest, Notification, Request
from escalation.states import EventKind, Message, Verb
from tests.escalation.acting_guests import act, to_guest
from tests.escalation.verbs import refused
from tests.factories import make_agency, make_member, make_user
from tests.guests import AMIRA, invited
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


# Who may ask somebody
@pytest.mark.parametrize("part", ["receiver", "receiving_lead", "business_unit"])
def test_the_holder_the_agencys_lead_and_the_business_unit_may_ask_somebody_without_an_account(world: World, part: str) -> None:
    dispute = world.sent()
    guest = invited(world, dispute, getattr(world.cast, part))
    assert (guest.email, guest.request.agency, guest.expires_at) == ("amira@surgery.example", world.cast.receiving, MONDAY + timedelta(days=28))
    line = dispute.events.get(kind=EventKind.GUEST_INVITED)
    assert (line.body.text["name"], line.facts["invited"]) == ("Amira Jones", str(guest.pk))


def test_a_correction_gives_the_guest_another_name_and_no_other_address_for_the_code(world: World) -> None:
    """The code would go on going to the first: the invitation is taken back, and another sent."""
    dispute = world.sent()
    guest = invited(world, dispute, world.cast.receiver)
    correction = {"number": dispute.events.get(kind=EventKind.GUEST_INVITED).number, "why": "It was mistyped."}
    with refused(dispute, InvalidInput):
        world.do(dispute, Verb.CORRECT, world.cast.receiver, text={"email": "amira@practice.example"}, **correction)
    world.do(dispute, Verb.CORRECT, world.cast.receiver, text={"name": "Amira James"}, **correction)
    guest.refresh_from_db()
    assert (guest.name, guest.email) == ("Amira James", "amira@surgery.example")


@pytest.mark.parametrize(("part", "told"), [("business_unit", {"lead", "receiving_lead"}), ("receiver", set()), ("receiving_lead", set())])
def test_whom_the_business_unit_lets_in_the_leads_of_both_sides_hear_of(world: World, part: str, told: set[str]) -> None:
    """Or the unit could read by another's eyes, and an address of its own, what it may not read yet."""
    invited(world, world.sent(), getattr(world.cast, part))
    rows = Notification.objects.filter(kind=Message.LOOKED)
    assert set(rows.values_list("recipient", flat=True)) == {getattr(world.cast, one).pk for one in told}
    assert {row.action for row in rows} <= {"See whom it asked to answer without an account"}


@pytest.mark.parametrize("part", ["own_manager", "lead", "raiser", "administrator", "chair"])
def test_nobody_else_may_where_somebody_there_holds_it(world: World, part: str) -> None:
    dispute = world.sent()
    with pytest.raises((NotAllowed, NotFound)):
        invited(world, dispute, getattr(world.cast, part))
    assert not Guest.objects.exists()


def test_the_raising_side_may_where_nobody_there_holds_it_and_the_business_unit_is_told(world: World) -> None:
    surgery = make_agency(world.cast.partnership, "Northshire Surgery", mailbox="desk@surgery.example")
    dispute = world.sent(surgery)
    guest = invited(world, dispute, world.cast.own_manager)
    assert guest.request.holder is None
    told = Notification.objects.filter(recipient=world.cast.business_unit, action__contains="without an account")
    assert told.count() == 1
    with pytest.raises(NotAllowed):
        world.do(dispute, Verb.INVITE_GUEST, world.cast.raiser, **AMIRA)


def test_the_leads_of_the_agency_that_is_to_answer_hear_whom_the_raising_side_asked_and_not_of_their_own_asking(world: World) -> None:
    dispute, lead = world.sent(), world.cast.receiving_lead
    told = Notification.objects.filter(recipient=lead, action__contains="without an account")
    invited(world, dispute, world.cast.receiver)
    assert not told.exists()
    world.do(dispute, Verb.TAKE_BACK_GUEST, world.cast.receiver)
    Request.objects.filter(dispute=dispute).update(holder=None)
    Agency.objects.filter(pk=world.cast.receiving.pk).update(mailbox="desk@surgery.example")
    invited(world, dispute, world.cast.own_manager, email="other@surgery.example")
    assert told.count() == 1


def test_one_request_has_one_guest(world: World) -> None:
    dispute = world.sent()
    invited(world, dispute)
    with pytest.raises(WrongState, match="Take that invitation back first"):
        invited(world, dispute, email="other@surgery.example")
    world.do(dispute, Verb.TAKE_BACK_GUEST, world.cast.receiver)
    assert invited(world, dispute, email="other@surgery.example").email == "other@surgery.example"


def test_of_several_agencies_each_asks_its_own(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    with pytest.raises(InvalidInput):
        invited(world, dispute, world.cast.business_unit)
    assert invited(world, dispute, world.cast.police_manager).request.agency == world.cast.police
    with pytest.raises(InvalidInput, match="cannot be invited"):
        invited(world, dispute, world.cast.receiver)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Enter the person’s own"), ("amira", "Enter an e-mail address"), ("a" * 250 + "@x.example", "254 characters"),
        ("desk@surgery.example", "shared mailbox"), ("UNIT@northshire.example", "shared mailbox"),
    ],
)  # fmt: skip
def test_a_code_goes_to_one_persons_own_address(world: World, email: str, words: str) -> None:
    make_agency(world.cast.partnership, "Northshire Surgery", mailbox="desk@surgery.example")
    world.cast.partnership.unit_email = "unit@northshire.example"
    world.cast.partnership.save()
    with pytest.raises(InvalidInput, match=words):
        invited(world, world.sent(), email=email)


def test_whoever_is_listed_or_has_a_part_in_it_does_not_come_in_by_a_second_door(world: World) -> None:
    cast = world.cast
    dispute = world.sent(disputed_person=str(cast.receiving_board.pk))
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(cast.receiving_senior.pk)])
    for user in (cast.receiving_senior, cast.receiving_board, cast.raiser):
        user.is_active = False
        user.save()
    for user in (cast.own_manager, cast.police_manager, cast.receiving_senior, cast.receiving_board, cast.raiser):
        with pytest.raises(InvalidInput, match="cannot be invited"):
            invited(world, dispute, email=user.email.upper())


def test_an_address_that_signs_in_elsewhere_or_is_listed_for_others_alone_is_answered_as_one_that_nobody_has(world: World) -> None:
    """Trying addresses tells a holder nothing of who has an account: not in another partnership, not among another agency's practitioners."""
    cast = world.cast
    make_member(make_user("Perry", email="perry@hillside.example"), cast.raising, "practitioner")
    closed = make_user("Cleo", email="cleo@surgery.example", is_active=False)
    for email in (cast.stranger.email, "perry@hillside.example", closed.email, "nobody@surgery.example"):
        guest = invited(world, world.sent(), email=email)
        assert (guest.email, to_guest(Message.INVITED)[-1][0]) == (email, email)


def test_a_colleague_without_a_post_is_asked_by_handing_over_and_the_unit_knows_everybodys_address(world: World) -> None:
    cast, colleague = world.cast, make_user("Perry", email="perry@care.example")
    make_member(colleague, cast.receiving, "practitioner")
    for part in (cast.receiver, cast.business_unit):
        with pytest.raises(InvalidInput, match="cannot be invited"):
            invited(world, world.sent(), part, email=colleague.email)


def test_whoever_is_marked_with_a_conflict_has_no_door_as_a_guest_either(world: World) -> None:
    """Out of the inviter's sight they may have been asked at their own address before."""
    cast, other = world.cast, make_user("Perry", email="perry@hillside.example")
    make_member(other, cast.raising, "practitioner")
    dispute = world.log()
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    guest = invited(world, dispute, email="Perry@hillside.example")
    world.do(dispute, Verb.MARK_CONFLICT, cast.lead, whom=cast.own_senior.pk, reason="Another.")
    assert not ended(guest)
    world.do(dispute, Verb.MARK_CONFLICT, cast.lead, whom=other.pk, reason="She is his aunt.")
    assert ended(guest)
    with pytest.raises(NotFound):
        act(world, guest)


def ended(guest: Guest) -> bool:
    return not Request.objects.filter(guest=guest.pk).exists()


@pytest.mark.parametrize(
    ("mailbox", "email"),
    [
        ("", "amira@surgery.example"), ("desk@surgery.example", "amira@gmail.com"), ("desk@gmail.com", "amira@gmail.com"),
        ("desk@surgery.example", "amira@notsurgery.example"), ("desk@hillside.example", "amira@hillside.example"),
    ],
)  # fmt: skip
def test_the_raising_side_asks_at_the_agencys_own_address_and_the_unit_at_any(world: World, mailbox: str, email: str) -> None:
    """A private address, one at a provider's, or one like the raising side's own shows nothing: else the raising side could answer itself."""
    surgery = make_agency(world.cast.partnership, "Northshire Surgery", mailbox=mailbox)
    world.cast.raising.mailbox = "office@hillside.example"
    world.cast.raising.save()
    dispute = world.sent(surgery)
    with pytest.raises(InvalidInput, match="Ask the business unit"):
        invited(world, dispute, world.cast.own_manager, email=email)
    assert invited(world, dispute, world.cast.business_unit, email=email).email == email


def test_an_address_at_a_provider_that_was_added_shows_nothing_either(world: World) -> None:
    surgery = make_agency(world.cast.partnership, "Northshire Surgery", mailbox="desk@mail.example")
    PrivateMailProvider.objects.create(partnership=world.cast.partnership, domain="mail.example")
    with pytest.raises(InvalidInput, match="Ask the business unit"):
        invited(world, world.sent(surgery), world.cast.own_manager, email="amira@mail.example")
