"""A guest answers for a request: what they may, when their door closes, and what they and the others hear."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from agencies.errors import DomainError, NotAllowed, NotFound
from agencies.models import Membership, PostHolding
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
from tests.escalation.acting_guests import ANSWERS, act, to_guest
from tests.factories import make_agency, make_member
from tests.guests import invited
from tests.mail_server import MailServer
from tests.world import World, london

pytestmark = pytest.mark.django_db


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
