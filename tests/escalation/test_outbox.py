"""Delivery over a real SMTP connection: what leaves, what it says, what is dropped, what is tried again, and what comes back."""

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils.html import strip_tags

from escalation.models import Clock, Dispute, Heartbeat, Notification, Request
from escalation.selectors.health import mail_lateness, sweep_lateness
from escalation.services import mail
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import Answer, ClockState, Delivery, Job, Measure, Message, Side, Verb
from tests.cast import Cast
from tests.escalation.messages import later, message_to
from tests.mail_server import MailServer
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db


# What leaves


@pytest.mark.engines
def test_what_may_leave_is_sent_over_smtp_and_marked(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    waiting = Notification.objects.count()
    assert deliver(MONDAY).sent == waiting
    assert {taken["to"] for taken in mail_server.taken} >= {world.cast.receiver.email, world.cast.raiser.email}
    row = message_to(dispute, world.cast.receiver)
    assert (row.state, row.attempts, row.trouble) == (Delivery.SENT, 1, "")
    assert row.sent_at is not None


@pytest.mark.engines
def test_nothing_is_sent_twice(dispute: Dispute, mail_server: MailServer) -> None:
    sent = deliver(MONDAY).sent
    assert deliver(MONDAY).sent == 0
    assert len({taken["id"] for taken in mail_server.taken}) == len(mail_server.taken) == sent


def test_the_message_id_follows_from_the_message_so_that_a_repeat_carries_the_same(world: World, dispute: Dispute, mail_server: MailServer) -> None:
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


def test_a_backlog_sent_off_at_night_is_kept_until_the_office_opens(dispute: Dispute, mail_server: MailServer) -> None:
    report = deliver(london("2026-03-02 22:00"))
    assert (report.sent, report.kept > 0) == (0, True)
    assert set(Notification.objects.values_list("not_before", "attempts")) == {(london("2026-03-03 09:00"), 0)}


def test_what_is_about_security_leaves_at_once_and_news_beside_it_waits_for_the_office(world: World, mail_server: MailServer) -> None:
    dispute, saturday, security = world.sent(), london("2026-03-07 22:00"), {Message.GIVEN, Message.READ_MUCH, Message.TOOK_MUCH, Message.WRONG_CODES}
    Notification.objects.all().delete()
    for kind in (*security, Message.LOOKED):
        about = {"dispute": dispute} if kind in {Message.WRONG_CODES, Message.LOOKED} else {"partnership": world.cast.partnership}
        row = {"key": kind, "recipient": world.cast.business_unit, "action": "See", "created_at": saturday, "not_before": saturday}
        Notification.objects.create(kind=kind, **row, **about)
    assert deliver(saturday).sent == len(security)
    assert set(Notification.objects.filter(state=Delivery.SENT).values_list("kind", flat=True)) == security


def test_an_urgent_message_leaves_at_once(cast: Cast, mail_server: MailServer) -> None:
    world = World(cast, now=london("2026-03-07 22:00"))
    world.log(is_urgent=True, respond_by=london("2026-03-08 02:00").isoformat(), out_of_hours="Rang the night desk.")
    assert deliver(world.now).sent > 0
    assert all(taken["subject"].startswith("Urgent: ESC-") for taken in mail_server.taken)


@pytest.mark.engines
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


def test_a_message_says_reference_action_due_moment_and_link(world: World, dispute: Dispute, mail_server: MailServer) -> None:
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


@pytest.mark.parametrize("kind", Message.values)
def test_every_kind_says_why_it_came_and_what_to_do_where_it_is_not_yours(world: World, kind: str) -> None:
    """The same in both forms; what it says of a page is what the page says."""
    composed = mail.compose(Notification(dispute=world.log(), mailbox="desk@example.org", kind=kind, action="Read it", due_at=MONDAY))
    page = " ".join(strip_tags(composed.alternatives[0].content).split())  # type: ignore[attr-defined]
    why, over = re.search(r"Why you got this: (.+)\n(.+)\nHelp:", composed.body).groups()  # type: ignore[union-attr]
    assert len(why.split()) > 4
    assert re.search(r"hand|tell|choose|put it off|end when", over.lower())
    assert all(" ".join(part.split()).partition('"')[0].partition("http")[0].replace("'", "’").rstrip(": ") in page for part in (why, over))
    assert 'choose "' not in over or f'"{Verb.REASSIGN.label}"' in over


def test_no_kind_of_message_carries_a_word_of_the_case_whatever_it_is_about(world: World) -> None:
    dispute = world.sent(what="Canary about the Zephyr family.")
    names = [user.name for _, user in world.cast.users()] + [world.cast.school.name, world.cast.social_care.name, "Canary", "Zephyr", "S-1001"]
    for kind in Message.values:
        composed = mail.compose(Notification(dispute=dispute, recipient=world.cast.receiver, kind=kind, action="Read it", due_at=MONDAY))
        said = f"{composed.subject} {composed.body} {composed.alternatives[0].content}"  # type: ignore[attr-defined]
        assert not [word for word in names if word in said], kind


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


def test_a_request_that_was_answered_meanwhile_is_dropped(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.DISAGREES, reasons="By telephone.")
    deliver(MONDAY)
    assert dropped(message_to(dispute, world.cast.receiver)) == "it was answered already"


def test_what_asks_is_dropped_once_the_disagreement_has_ended_and_news_is_not(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Settled.", still_at_risk=False)
    deliver(MONDAY)
    assert dropped(message_to(dispute, world.cast.own_manager)) == "the disagreement has ended"
    assert Notification.objects.get(recipient=world.cast.receiver, kind=Message.CLOSED).state == Delivery.SENT


def test_somebody_who_may_no_longer_see_it_gets_nothing(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    stranger = Notification.objects.create(
        key="x", dispute=dispute, recipient=world.cast.stranger, kind=Message.ANSWERED, action="Read", created_at=MONDAY, not_before=MONDAY
    )
    deliver(MONDAY)
    assert dropped(stranger) == "it is no longer theirs to see"
    assert world.cast.stranger.email not in {taken["to"] for taken in mail_server.taken}


@pytest.mark.engines
def test_of_several_reminders_only_the_newest_leaves(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    deliver(MONDAY)
    for hours in (5, 24, 48):
        sweep(later(hours=hours))
    deliver(later(hours=48))
    reminders = Notification.objects.filter(dispute=dispute, recipient=world.cast.receiver, is_reminder=True).order_by("created_at")
    assert [row.trouble for row in reminders][:-1] == ["a newer one took its place"] * (len(reminders) - 1)
    assert len(reminders) > 1


def test_a_reminder_of_a_clock_that_has_ended_is_dropped(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    sweep(later(hours=5))
    Clock.objects.filter(dispute=dispute, key="response").update(state=ClockState.MET, ended_at=MONDAY, next_check_at=None)
    deliver(later(hours=5))
    assert dropped(message_to(dispute, world.cast.receiver, Message.HALF_WAY)) == "its clock has ended"


def test_a_newer_reminder_that_is_itself_needless_takes_no_place(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    sweep(later(hours=5))
    older = message_to(dispute, world.cast.receiver, Message.HALF_WAY)
    ended = {"state": ClockState.MET, "started_at": MONDAY, "due_at": MONDAY, "ended_at": MONDAY}
    over = Clock.objects.create(dispute=dispute, stage=1, key="told", measures=Measure.TOLD, owed_by=Side.RECEIVING, **ended)
    fields = {"dispute": dispute, "recipient": world.cast.receiver, "kind": Message.DUE, "action": "Do it", "is_reminder": True}
    Notification.objects.create(key=f"{over.pk}:due:0:x", created_at=later(hours=6), not_before=MONDAY, **fields)
    deliver(later(hours=6))
    assert Notification.objects.get(pk=older.pk).state == Delivery.SENT


def test_a_closed_account_makes_a_request_undelivered_not_silent(world: World, dispute: Dispute, mail_server: MailServer) -> None:
    type(world.cast.receiver).objects.filter(pk=world.cast.receiver.pk).update(is_active=False)
    deliver(MONDAY)
    assert dropped(message_to(dispute, world.cast.receiver)) == "the account is closed"
    assert Request.objects.get(dispute=dispute).bounced_at is not None


# For the operator


@pytest.mark.parametrize(("ask", "job"), [(sweep_lateness, Job.SWEEP)])
def test_lateness_is_since_the_last_heartbeat(world: World, ask: Callable[[datetime], timedelta | None], job: Job) -> None:
    assert ask(MONDAY) is None
    Heartbeat.objects.create(name=job, finished_at=MONDAY)
    assert ask(later(minutes=4)) == timedelta(minutes=4)


@pytest.mark.engines
def test_the_oldest_message_that_may_leave_says_how_late_mail_is(world: World) -> None:
    assert mail_lateness(MONDAY) is None
    world.log()
    assert mail_lateness(later(minutes=9)) == timedelta(minutes=9)


def test_a_delivery_leaves_a_heartbeat(world: World, mail_server: MailServer) -> None:
    world.log()
    report = deliver(MONDAY)
    assert Heartbeat.objects.get(name=Job.DELIVER).words == report.words()
