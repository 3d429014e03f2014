"""Delivery over a real SMTP connection: what leaves, what it says, what is dropped, what is tried again, and what comes back."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from escalation.models import Clock, Dispute, Event, Heartbeat, Notification, Request
from escalation.selectors.health import mail_lateness, sweep_lateness
from escalation.services import mail, outbox
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.services.undelivered import came_back
from escalation.states import Answer, ClockState, Delivery, EventKind, Job, Message, Verb
from tests.cast import Cast
from tests.mail_server import MailServer
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    """One partnership under Bristol's procedure, on a Monday at ten."""
    return World(cast)


def message_to(dispute: Dispute, user: Any, kind: str = Message.ASSIGNED) -> Notification:
    """The person's newest message of a kind."""
    found: Notification = Notification.objects.filter(dispute=dispute, recipient=user, kind=kind).latest("created_at")
    return found


def later(**more: Any) -> datetime:
    """Some time after Monday at ten."""
    return MONDAY + timedelta(**more)


# What leaves


def test_what_may_leave_is_sent_over_smtp_and_marked(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    waiting = Notification.objects.count()
    assert deliver(MONDAY).sent == waiting
    assert {taken["to"] for taken in mail_server.taken} >= {world.cast.receiver.email, world.cast.raiser.email}
    row = message_to(dispute, world.cast.receiver)
    assert (row.state, row.attempts, row.trouble) == (Delivery.SENT, 1, "")
    assert row.sent_at is not None


def test_nothing_is_sent_twice(world: World, mail_server: MailServer) -> None:
    world.sent()
    sent = deliver(MONDAY).sent
    assert deliver(MONDAY).sent == 0
    assert len({taken["id"] for taken in mail_server.taken}) == len(mail_server.taken) == sent


def test_the_message_id_follows_from_the_message_so_that_a_repeat_carries_the_same(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    deliver(MONDAY)
    row = message_to(dispute, world.cast.receiver)
    Notification.objects.filter(pk=row.pk).update(state=Delivery.WAITING)
    deliver(MONDAY)
    ids = [taken["id"] for taken in mail_server.taken if taken["to"] == world.cast.receiver.email]
    assert ids == [f"<{row.pk}@example.org>"] * 2


def test_what_was_written_after_closing_waits_for_the_opening(cast: Cast, mail_server: MailServer) -> None:
    world = World(cast, now=london("2026-03-02 18:00"))
    world.log()
    assert deliver(london("2026-03-02 18:01")).sent == 0
    assert deliver(london("2026-03-03 09:00")).sent > 0


def test_a_backlog_sent_off_at_night_is_kept_until_the_office_opens(world: World, mail_server: MailServer) -> None:
    world.sent()
    report = deliver(london("2026-03-02 22:00"))
    assert (report.sent, report.kept > 0) == (0, True)
    assert set(Notification.objects.values_list("not_before", "attempts")) == {(london("2026-03-03 09:00"), 0)}


def test_an_urgent_message_leaves_at_once(cast: Cast, mail_server: MailServer) -> None:
    world = World(cast, now=london("2026-03-07 22:00"))
    world.log(is_urgent=True, respond_by=london("2026-03-08 02:00").isoformat(), out_of_hours="Rang the night desk.")
    assert deliver(world.now).sent > 0
    assert all(taken["subject"].startswith("Urgent: ESC-") for taken in mail_server.taken)


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_send_each_message_once(world: World, mail_server: MailServer) -> None:
    for _ in range(8):
        world.sent()
    waiting = Notification.objects.count()

    def run() -> None:
        deliver(MONDAY, batch=5)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({taken["id"] for taken in mail_server.taken}) == len(mail_server.taken) == waiting


# What it says


def test_a_message_says_reference_action_due_moment_and_link(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    deliver(MONDAY)
    taken = next(taken for taken in mail_server.taken if taken["to"] == world.cast.receiver.email)
    assert taken["subject"] == f"{dispute.reference}: something needs you"
    for part in (
        dispute.reference,
        "Due: Tuesday 3 March 2026, 10am (London time)",
        f"http://testserver/d/{dispute.reference}/",
        "Why you got this",
        "Help:",
    ):
        assert part in taken["text"]
    assert f'href="http://testserver/d/{dispute.reference}/"' in taken["html"]


def test_no_message_carries_names_agencies_themes_or_what_was_typed(world: World, mail_server: MailServer) -> None:
    dispute = world.sent(what="Canary about the Zephyr family & <b>more</b>.")
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="Canary note.")
    sweep(later(days=2))
    deliver(later(days=2))
    said = " ".join(f"{taken['subject']} {taken['text']} {taken['html']}" for taken in mail_server.taken)
    names = [user.name for _, user in world.cast.users()] + [world.cast.school.name, world.cast.social_care.name, world.cast.partnership.name]
    assert not [word for word in [*names, "Canary", "Zephyr", "hreshold", "S-1001"] if word in said]


@pytest.mark.parametrize("kind", Message.values)
@pytest.mark.parametrize("urgent", [True, False])
def test_every_kind_of_message_has_its_words(world: World, kind: str, urgent: bool) -> None:
    message = Notification(dispute=world.log(), mailbox="desk@example.org", kind=kind, action="Read it & act", is_urgent=urgent, due_at=MONDAY)
    composed = mail.compose(message)
    assert isinstance(composed, EmailMultiAlternatives)
    assert composed.subject.startswith("Urgent: ESC-" if urgent else "ESC-")
    assert "Read it & act" in composed.body
    assert "Read it &amp; act" in composed.alternatives[0].content  # type: ignore[attr-defined]
    assert "Why you got this: " in composed.body


def test_the_business_units_telephone_is_the_help_line(world: World, mail_server: MailServer) -> None:
    type(world.cast.partnership).objects.update(unit_phone="0117 900 0900")
    world.log()
    deliver(MONDAY)
    assert "Help: your business unit, 0117 900 0900." in mail_server.taken[0]["text"]


# What is dropped


def dropped(message: Notification) -> str:
    """Why a message was dropped."""
    row = Notification.objects.get(pk=message.pk)
    assert row.state == Delivery.DROPPED
    return row.trouble


def test_a_request_that_was_answered_meanwhile_is_dropped(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.DISAGREES, reasons="By telephone.")
    deliver(MONDAY)
    assert dropped(message_to(dispute, world.cast.receiver)) == "it was answered already"


def test_what_asks_is_dropped_once_the_disagreement_has_ended_and_news_is_not(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Settled.", still_at_risk=False)
    deliver(MONDAY)
    assert dropped(message_to(dispute, world.cast.own_manager)) == "the disagreement has ended"
    assert Notification.objects.get(recipient=world.cast.receiver, kind=Message.CLOSED).state == Delivery.SENT


def test_somebody_who_may_no_longer_see_it_gets_nothing(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    stranger = Notification.objects.create(
        key="x", dispute=dispute, recipient=world.cast.stranger, kind=Message.ANSWERED, action="Read", created_at=MONDAY, not_before=MONDAY
    )
    deliver(MONDAY)
    assert dropped(stranger) == "it is no longer theirs to see"
    assert world.cast.stranger.email not in {taken["to"] for taken in mail_server.taken}


def test_of_several_reminders_only_the_newest_leaves(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    deliver(MONDAY)
    for hours in (5, 24, 48):
        sweep(later(hours=hours))
    deliver(later(hours=48))
    reminders = Notification.objects.filter(dispute=dispute, recipient=world.cast.receiver, is_reminder=True).order_by("created_at")
    assert [row.trouble for row in reminders][:-1] == ["a newer one took its place"] * (len(reminders) - 1)
    assert len(reminders) > 1


def test_a_reminder_of_a_clock_that_has_ended_is_dropped(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    sweep(later(hours=5))
    Clock.objects.filter(dispute=dispute, key="response").update(state=ClockState.MET, ended_at=MONDAY, next_check_at=None)
    deliver(later(hours=5))
    assert dropped(message_to(dispute, world.cast.receiver, Message.HALF_WAY)) == "its clock has ended"


def test_a_closed_account_makes_a_request_undelivered_not_silent(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    type(world.cast.receiver).objects.filter(pk=world.cast.receiver.pk).update(is_active=False)
    deliver(MONDAY)
    assert dropped(message_to(dispute, world.cast.receiver)) == "the account is closed"
    assert Request.objects.get(dispute=dispute).bounced_at is not None


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


def test_a_server_that_is_away_costs_no_attempt_and_says_so(world: World, mail_server: MailServer) -> None:
    world.sent()
    before = list(Notification.objects.order_by("pk").values_list("pk", "state", "attempts", "not_before"))
    mail_server.stop()
    report = deliver(MONDAY)
    assert "ConnectionRefusedError" in report.trouble
    assert list(Notification.objects.order_by("pk").values_list("pk", "state", "attempts", "not_before")) == before
    mail_server.start()
    assert deliver(later(hours=1)).sent == len(before)


@pytest.mark.parametrize("mode", ["refuse", "busy", "drop", "tarpit"])
def test_one_bad_address_holds_up_no_other(world: World, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(mail, "ANSWER_SECONDS", 0.5)
    for _ in range(2):
        world.sent()
    mail_server.behave(f"{mode} {world.cast.receiver.email}")
    for _ in range(2):
        deliver(MONDAY)
    states = Notification.objects.exclude(recipient=world.cast.receiver).exclude(kind=Message.UNDELIVERED).values_list("state", flat=True)
    assert set(states) == {Delivery.SENT}
    assert world.cast.receiver.email not in {taken["to"] for taken in mail_server.taken}


def test_after_two_days_of_trying_it_counts_as_not_arrived(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    Notification.objects.filter(recipient=world.cast.receiver).update(attempts=outbox.MOST_ATTEMPTS - 1)
    mail_server.behave(f"busy {world.cast.receiver.email}")
    deliver(MONDAY)
    assert message_to(dispute, world.cast.receiver).state == Delivery.FAILED
    assert Request.objects.get(dispute=dispute).bounced_at is not None


def test_what_a_killed_delivery_held_is_sent_by_a_later_one(world: World, mail_server: MailServer) -> None:
    world.sent()
    held = outbox._claim(MONDAY, 100)
    assert deliver(later(seconds=60)).sent == 0
    assert deliver(later(seconds=91)).sent == len(held)


def test_a_batch_that_takes_too_long_gives_back_what_it_has_not_sent(world: World, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sent()
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


def test_a_delivered_request_says_when(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    deliver(MONDAY)
    delivered = Request.objects.get(dispute=dispute).delivered_at
    assert delivered is not None
    assert delivered - MONDAY < timedelta(minutes=1)


def test_another_message_that_comes_back_is_recorded_and_leaves_the_clock_alone(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    deliver(MONDAY)
    sweep(later(hours=5))
    mail_server.behave(f"refuse {world.cast.receiver.email}")
    deliver(later(hours=5))
    assert Request.objects.get(dispute=dispute).bounced_at is None
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.RUNNING
    assert Notification.objects.filter(dispute=dispute, kind=Message.UNDELIVERED).exists()


def test_a_message_about_a_lost_message_that_comes_back_makes_no_other(world: World, mail_server: MailServer) -> None:
    world.sent()
    first = Notification.objects.count()
    mail_server.behave("refuse")
    deliver(MONDAY)
    assert Event.objects.filter(kind=EventKind.BOUNCED).count() == first
    assert set(Notification.objects.filter(kind=Message.UNDELIVERED).values_list("state", flat=True)) == {Delivery.BOUNCED}


def test_a_message_that_comes_back_by_hand_counts_once(world: World, mail_server: MailServer) -> None:
    dispute = world.sent()
    deliver(MONDAY)
    row = message_to(dispute, world.cast.receiver)
    assert [came_back(row, now=MONDAY, words="No such user"), came_back(row, now=MONDAY, words="No such user")] == [True, False]


# For the operator


@pytest.mark.parametrize(("ask", "job"), [(sweep_lateness, Job.SWEEP)])
def test_lateness_is_since_the_last_heartbeat(world: World, ask: Callable[[datetime], timedelta | None], job: Job) -> None:
    assert ask(MONDAY) is None
    Heartbeat.objects.create(name=job, finished_at=MONDAY)
    assert ask(later(minutes=4)) == timedelta(minutes=4)


def test_the_oldest_message_that_may_leave_says_how_late_mail_is(world: World) -> None:
    assert mail_lateness(MONDAY) is None
    world.log()
    assert mail_lateness(later(minutes=9)) == timedelta(minutes=9)


def test_a_delivery_leaves_a_heartbeat(world: World, mail_server: MailServer) -> None:
    world.log()
    report = deliver(MONDAY)
    assert Heartbeat.objects.get(name=Job.DELIVER).words == report.words()
