"""Somebody without an account answers one request: who may ask them, what they are told, what they may do, and when that is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from agencies.errors import DomainError, InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import Agency, Membership, PostHolding, PrivateMailProvider
from agencies.person import Person
from agencies.roles import Role
from escalation import policy
from escalation.engine import chain
from escalation.engine.case import load
from escalation.engine.perform import perform
from escalation.models import Dispute, Event, Guest, Notification, Reading, Request
from escalation.selectors.case_file import case_file
from escalation.services.guest_door import person_of_guest
from escalation.services.handover import hand_over
from escalation.services.outbox import deliver
from escalation.services.reading import record_reading
from escalation.services.seals import reading_digest
from escalation.services.sweep import sweep
from escalation.services.undelivered import came_back
from escalation.services.wanted import sort_out
from escalation.states import Answer, Delivery, EventKind, Ground, Message, RequestState, State, Verb
from tests.cast import Cast
from tests.escalation.verbs import refused
from tests.factories import make_agency, make_member, make_user
from tests.guests import AMIRA, invited
from tests.mail_server import MailServer
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
ANSWERS = {"answer": Answer.PARTLY, "reasons": "We saw him on Friday.", "actions": "We will see him again."}


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def act(world: World, guest: Guest, verb: Verb = Verb.RESPOND, **given: Any) -> None:
    perform(guest.dispute_id, verb, actor=person_of_guest(guest), now=world.now, **(given or (ANSWERS if verb == Verb.RESPOND else {})))


def to_guest(kind: Message) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(guest__isnull=False, kind=kind).values_list("mailbox", "action"))


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


# What they may do


def test_a_guest_answers_and_the_record_says_who_let_them_in(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    act(world, guest)
    request = Request.objects.get(dispute=dispute)
    assert (request.state, request.answer, request.answered_at) == (RequestState.ANSWERED, Answer.PARTLY, world.now)
    line = dispute.events.get(kind=EventKind.ANSWERED)
    assert (line.actor, line.agency, line.facts["on_behalf"], line.facts["guest"]) == (None, world.cast.receiving, False, str(guest.pk))
    assert line.digest == chain.event_digest(line)
    file = case_file(load([dispute.pk], now=world.now, lock=False)[0], world.person(world.cast.own_manager), world.now)
    answered = next(entry for entry in file.entries if entry.kind == EventKind.ANSWERED)
    assert answered.who == "Amira Jones, Practice manager (guest invited by Rashida Shah, address checked by code)"
    assert answered.agency == world.cast.receiving.name
    assert Notification.objects.filter(recipient=world.cast.own_manager, kind=Message.ANSWERED).exists()


def test_a_guest_acknowledges_before_answering(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    act(world, guest, Verb.ACKNOWLEDGE)
    assert Request.objects.get(dispute=dispute).engaged_at == world.now
    assert dispute.events.get(kind=EventKind.ACKNOWLEDGED).agency == world.cast.receiving
    act(world, guest)


def test_a_guest_may_do_nothing_else(world: World) -> None:
    guest = person_of_guest(invited(world, world.sent()))
    case = load([Dispute.objects.get().pk], now=world.now, lock=False)[0]
    assert policy.actions_for(guest, case) == [Verb.ACKNOWLEDGE, Verb.RESPOND]


def answered(world: World, dispute: Dispute, guest: Guest) -> None:
    act(world, guest)


def by_the_holder(world: World, dispute: Dispute, guest: Guest) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiver, **ANSWERS)


def moved_up(world: World, dispute: Dispute, guest: Guest) -> None:
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="Tonight.")


def withdrawn(world: World, dispute: Dispute, guest: Guest) -> None:
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Settled.", still_at_risk=False)


def taken_back(world: World, dispute: Dispute, guest: Guest) -> None:
    world.do(dispute, Verb.TAKE_BACK_GUEST, world.cast.business_unit, reason="A wrong address.")


def handed_on(world: World, dispute: Dispute, guest: Guest) -> None:
    world.do(dispute, Verb.REASSIGN, world.cast.receiver, to=world.cast.receiving_lead.pk)


def recommended(world: World, dispute: Dispute, guest: Guest) -> None:
    world.do(dispute, Verb.RECOMMEND_CONTACT, world.cast.business_unit, agency=world.cast.receiving.pk, person=world.cast.receiving_lead.pk)


def left_behind(world: World, dispute: Dispute, guest: Guest) -> None:
    """The holder leaves, and another of the agency takes over what they held."""
    cast = world.cast
    given = {"actor": cast.business_unit, "place": cast.receiving, "last_day": None, "now": world.now}
    hand_over(leaver=cast.receiver, successor=cast.receiving_lead, **given)


ENDS = (answered, by_the_holder, moved_up, withdrawn, taken_back, handed_on, recommended, left_behind)


@pytest.mark.parametrize("end", ENDS)
def test_the_door_closes_with_the_request(world: World, end: Any) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    person = person_of_guest(guest)
    assert Guest.objects.open(world.now).get() == guest
    assert Dispute.objects.visible_to(person).get() == dispute
    end(world, dispute, guest)
    assert not Guest.objects.open(world.now).exists()
    assert not Dispute.objects.visible_to(person).exists()
    with pytest.raises(DomainError):
        perform(dispute.pk, Verb.RESPOND, actor=person, now=world.now, **ANSWERS)
    assert Event.objects.filter(dispute=dispute, kind=EventKind.ANSWERED).count() == (end in {answered, by_the_holder})
    over = "You are not asked to answer any more. Nothing is left for you to do."
    assert to_guest(Message.NOT_ASKED) == ([] if end is answered else [("amira@surgery.example", over)])


def test_another_holder_ends_the_invitation_on_the_record_and_may_ask_them_again(world: World) -> None:
    dispute, lead = world.sent(), world.cast.receiving_lead
    guest = invited(world, dispute)
    handed_on(world, dispute, guest)
    line = dispute.events.get(kind=EventKind.GUEST_TAKEN_BACK)
    assert (line.facts["invited"], line.actor) == (str(guest.pk), world.cast.receiver)
    again = invited(world, dispute, lead)
    act(world, again)
    assert Request.objects.get(dispute=dispute).state == RequestState.ANSWERED


def test_the_invitation_stands_where_the_same_person_or_nobody_holds_the_request(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    world.do(dispute, Verb.REASSIGN, world.cast.receiving_lead, to=world.cast.receiver.pk)
    assert Guest.objects.open(world.now).get() == guest
    Membership.objects.filter(agency=world.cast.receiving).exclude(user=world.cast.receiver).delete()
    PostHolding.objects.filter(post__agency=world.cast.receiving).exclude(user=world.cast.receiver).delete()
    make_member(world.cast.stranger, world.cast.receiving, Role.PRACTITIONER)
    left = {"actor": world.cast.business_unit, "place": world.cast.receiving, "last_day": None, "now": world.now}
    hand_over(leaver=world.cast.receiver, successor=world.cast.stranger, **left)
    assert Request.objects.get(dispute=dispute).holder is None
    assert Guest.objects.open(world.now).get() == guest


def test_the_door_closes_after_four_weeks(world: World) -> None:
    guest = invited(world, world.sent())
    assert Guest.objects.open(guest.expires_at - timedelta(seconds=1)).exists()
    assert not Guest.objects.open(guest.expires_at).exists()


def test_a_guest_of_another_disagreement_gets_nowhere(world: World) -> None:
    mine, other = invited(world, world.sent()), world.sent()
    with pytest.raises(NotFound):
        perform(other.pk, Verb.RESPOND, actor=person_of_guest(mine), now=world.now, **ANSWERS)
    forged = Person(id=mine.pk, name="", guest_of=Request.objects.get(dispute=other).pk)
    assert not Dispute.objects.visible_to(forged).exists()


def test_taking_back_is_for_those_who_may_ask_and_for_who_asked(world: World) -> None:
    surgery = make_agency(world.cast.partnership, "Northshire Surgery", mailbox="desk@surgery.example")
    dispute = world.sent(surgery)
    invited(world, dispute, world.cast.own_manager)
    world.do(dispute, Verb.TAKE_BACK_GUEST, world.cast.own_manager)
    assert dispute.events.get(kind=EventKind.GUEST_TAKEN_BACK).actor == world.cast.own_manager
    held = world.sent()
    invited(world, held)
    with pytest.raises(NotAllowed):
        world.do(held, Verb.TAKE_BACK_GUEST, world.cast.own_manager)


def test_a_restricted_disagreement_is_answered_by_a_guest_of_the_other_side(world: World) -> None:
    dispute = world.log(is_restricted=True)
    act(world, invited(world, dispute))
    assert world.fresh(dispute).state == State.OPEN
    assert Request.objects.get(dispute=dispute).state == RequestState.ANSWERED


# Who holds it, whose turn it is


def test_the_guest_is_shown_where_it_says_who_holds_it(world: World) -> None:
    surgery = make_agency(world.cast.partnership, "Northshire Surgery", mailbox="desk@surgery.example")
    dispute = world.sent(surgery)
    invited(world, dispute, world.cast.own_manager)
    file = case_file(load([dispute.pk], now=world.now, lock=False)[0], world.person(world.cast.own_manager), world.now)
    assert (file.step.person, file.step.post) == ("Amira Jones", "Practice manager, asked without an account")
    assert file.holdings[0].guest == "Asked without an account: Amira Jones, Practice manager, until Monday 30 March, 10am"


# Messages


def test_the_invitation_carries_a_link_and_no_detail(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    deliver(world.now)
    taken = next(taken for taken in mail_server.taken if taken["to"] == [guest.email] or guest.email in str(taken["to"]))
    row = Notification.objects.get(guest=guest)
    assert (row.state, row.kind, row.due_at) == (Delivery.SENT, Message.INVITED, london("2026-03-03 10:00"))
    assert taken["subject"] == f"{dispute.reference}: you are asked to answer"
    assert Request.objects.get(dispute=dispute).delivered_at is not None


def test_reminders_go_to_the_guest_as_to_the_holder(world: World) -> None:
    dispute = world.sent()
    invited(world, dispute)
    sweep(london("2026-03-02 14:30"))
    sweep(london("2026-03-03 10:01"))
    assert to_guest(Message.HALF_WAY) == [("amira@surgery.example", "Respond: Stage 1")]
    assert Notification.objects.filter(guest__isnull=False).count() == Notification.objects.filter(recipient=world.cast.receiver).count()


def test_what_waits_for_a_guest_is_dropped_when_the_door_has_closed(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    world.do(dispute, Verb.TAKE_BACK_GUEST, world.cast.receiver)
    batch = list(Notification.objects.filter(guest=guest).select_related("dispute__partnership", "partnership", "recipient", "request", "guest"))
    assert sorted(why for _, why in sort_out(batch, world.now).drop) == ["it is no longer theirs to see", "they had not been told yet"]


def test_who_had_heard_that_they_are_asked_hears_that_they_are_not_with_no_link(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    deliver(world.now)
    by_the_holder(world, dispute, guest)
    deliver(world.now)
    letter: Any = [letter for letter in mail.outbox if letter.to == [guest.email]][-1]
    assert letter.subject == f"{dispute.reference}: you are not asked any more"
    for body in (str(letter.body), str(letter.alternatives[0][0])):
        assert "You are not asked to answer any more" in body
        assert not any(word in body for word in ("/guest/", guest.link, guest.agency.name))


def test_nobody_looks_for_another_address_where_that_news_came_back(world: World) -> None:
    dispute = world.sent()
    taken_back(world, dispute, invited(world, dispute))
    message = Notification.objects.select_related("guest").get(kind=Message.NOT_ASKED)
    assert came_back(message, now=world.now, words="550 no such person")
    assert not Notification.objects.filter(kind=Message.UNDELIVERED).exists()


def test_an_invitation_that_comes_back_is_told_to_who_asked(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    message = Notification.objects.select_related("guest").get(guest=guest)
    assert came_back(message, now=world.now, words="550 no such person")
    assert Notification.objects.filter(recipient=world.cast.receiver, kind=Message.UNDELIVERED, action__contains="check the address").exists()
    assert Request.objects.get(dispute=dispute).bounced_at is None


# Who looked


def test_a_guests_look_stands_in_the_read_ledger_under_a_digest_of_its_own(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    case = load([dispute.pk], now=world.now, lock=False)[0]
    record_reading(case, person_of_guest(guest), "case", now=world.now)
    row = Reading.objects.get()
    assert (row.reader, row.guest) == (None, guest)
    other = Reading(pk=row.pk, dispute=dispute, reader_id=guest.pk, part="case", recorded_at=row.recorded_at)
    assert reading_digest(row) != reading_digest(other)
