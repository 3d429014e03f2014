"""What the mail server puts off is tried again; what it refuses for good comes back, and a request that came back is nobody's fault."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.models import Clock, Dispute, Event, Notification, Request
from escalation.services import outbox
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.services.undelivered import came_back
from escalation.states import ClockState, Delivery, EventKind, Message, Verb
from tests.escalation.messages import later, message_to
from tests.mail_server import MailServer
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


# What is tried again


@pytest.mark.parametrize("mode", ["busy", "drop"])
def test_what_the_server_puts_off_is_tried_again_with_growing_waits(world: World, mail_server: MailServer, mode: str) -> None:
    dispute = world.log()
    mail_server.behave(mode)
    for _ in range(3):
        deliver(later(days=1))
        Notification.objects.filter(state=Delivery.WAITING).update(not_before=MONDAY)
    deliver(later(days=1))
    row = message_to(dispute, world.cast.own_manager)
    assert row.attempts == 4
    assert timedelta(minutes=7) < row.not_before - later(days=1) < timedelta(minutes=10)
    mail_server.behave("ok")
    Notification.objects.filter(state=Delivery.WAITING).update(not_before=MONDAY)
    assert deliver(later(days=1)).sent > 0


def test_a_server_that_is_away_costs_no_attempt_and_says_so(dispute: Dispute, mail_server: MailServer) -> None:
    before = list(Notification.objects.order_by("pk").values_list("pk", "state", "attempts", "not_before"))
    mail_server.stop()
    report = deliver(MONDAY)
    assert "ConnectionRefusedError" in report.trouble
    assert list(Notification.objects.order_by("pk").values_list("pk", "state", "attempts", "not_before")) == before
    mail_server.start()
    assert deliver(later(hours=1)).sent == len(before)


@pytest.mark.parametrize("mode", ["refuse", "busy", "drop", "tarpit"])
def test_one_bad_address_holds_up_no_other(world: World, mail_server: MailServer, settings: Any, mode: str) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    for _ in range(2):
        world.sent()
    mail_server.behave(f"{mode} {world.cast.receiver.email}")
    for _ in range(2):
        deliver(MONDAY)
    states = Notification.objects.exclude(recipient=world.cast.receiver).exclude(kind=Message.UNDELIVERED).values_list("state", flat=True)
    assert set(states) == {Delivery.SENT}
    assert world.cast.receiver.email not in {taken["to"] for taken in mail_server.taken}


def test_after_two_days_of_trying_it_counts_as_not_arrived(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    Notification.objects.filter(recipient=world.cast.receiver).update(attempts=outbox.MOST_ATTEMPTS - 1)
    mail_server.behave(f"busy {world.cast.receiver.email}")
    deliver(MONDAY)
    assert message_to(dispute, world.cast.receiver).state == Delivery.FAILED
    assert Request.objects.get(dispute=dispute).bounced_at is not None


@pytest.mark.engines
def test_what_a_killed_delivery_held_is_sent_by_a_later_one(dispute: Dispute, mail_server: MailServer) -> None:
    held = outbox._claim(MONDAY, 100)
    assert deliver(later(seconds=200)).sent == 0
    assert deliver(later(seconds=241)).sent == len(held)


def test_a_batch_that_takes_too_long_gives_back_what_it_has_not_sent(
    dispute: Dispute, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH_SECONDS", -1)
    monkeypatch.setattr(outbox, "RUN_SECONDS", 0.2)
    assert deliver(MONDAY).sent == 0
    assert set(Notification.objects.values_list("state", "attempts")) == {(Delivery.WAITING, 0)}


# What came back


def bounce(world: World, server: MailServer, mode: str = "refuse") -> Dispute:
    """A request whose message the server refuses for good."""
    dispute = world.sent()
    server.behave(f"{mode} {world.cast.receiver.email}")
    deliver(MONDAY)
    return dispute


@pytest.mark.parametrize("mode", ["refuse", "full"])
def test_a_refused_request_is_not_received_and_its_clock_counts_against_nobody(world: World, mail_server: MailServer, mode: str) -> None:
    dispute = bounce(world, mail_server, mode)
    assert message_to(dispute, world.cast.receiver).state == Delivery.BOUNCED
    request = Request.objects.get(dispute=dispute)
    assert (request.bounced_at is not None, request.delivered_at) == (True, None)
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.SUPERSEDED
    assert Event.objects.filter(dispute=dispute, kind=EventKind.BOUNCED).exists()


def test_it_becomes_a_task_of_the_raising_side_and_the_unit_is_told(world: World, mail_server: MailServer) -> None:
    dispute = bounce(world, mail_server)
    told = set(Notification.objects.filter(dispute=dispute, kind=Message.UNDELIVERED).values_list("recipient__email", flat=True))
    assert told >= {world.cast.own_manager.email, world.cast.business_unit.email}
    assert Clock.objects.get(dispute=dispute, state=ClockState.RUNNING).owner == world.cast.own_manager


def test_the_system_does_not_move_up_what_came_back(world: World, mail_server: MailServer) -> None:
    dispute = bounce(world, mail_server)
    for days in (1, 2, 3):
        sweep(later(days=days))
    assert world.fresh(dispute).stage == 1


def test_a_new_contact_who_is_reached_starts_the_clock_again(world: World, mail_server: MailServer) -> None:
    dispute = bounce(world, mail_server)
    world.now = later(hours=2)
    world.do(dispute, Verb.RECOMMEND_CONTACT, world.cast.business_unit, agency=world.cast.receiving.pk, person=world.cast.receiving_lead.pk)
    deliver(later(hours=2))
    request = Request.objects.get(dispute=dispute)
    assert (request.bounced_at, request.delivered_at is not None) == (None, True)
    clock = Clock.objects.get(dispute=dispute, key="response", state=ClockState.RUNNING)
    assert clock.due_at - later(hours=26) < timedelta(minutes=2)
    assert clock.owner == world.cast.receiving_lead


def test_a_delivered_request_says_when(dispute: Dispute, mail_server: MailServer) -> None:
    deliver(MONDAY)
    delivered = Request.objects.get(dispute=dispute).delivered_at
    assert delivered is not None
    assert delivered - MONDAY < timedelta(minutes=1)


def test_another_message_that_comes_back_is_recorded_and_leaves_the_clock_alone(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    deliver(MONDAY)
    sweep(later(hours=5))
    mail_server.behave(f"refuse {world.cast.receiver.email}")
    deliver(later(hours=5))
    assert Request.objects.get(dispute=dispute).bounced_at is None
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.RUNNING
    assert Notification.objects.filter(dispute=dispute, kind=Message.UNDELIVERED).exists()


def test_a_message_about_a_lost_message_that_comes_back_makes_no_other(dispute: Dispute, mail_server: MailServer) -> None:
    first = Notification.objects.count()
    mail_server.behave("refuse")
    deliver(MONDAY)
    assert Event.objects.filter(kind=EventKind.BOUNCED).count() == first
    assert set(Notification.objects.filter(kind=Message.UNDELIVERED).values_list("state", flat=True)) == {Delivery.BOUNCED}


def test_a_message_that_comes_back_by_hand_counts_once(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    deliver(MONDAY)
    row = message_to(dispute, world.cast.receiver)
    assert [came_back(row, now=MONDAY, words="No such user"), came_back(row, now=MONDAY, words="No such user")] == [True, False]
