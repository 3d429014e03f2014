"""Deliveries that run at once, are killed, or lose their broker: each message once, and none lost."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from config.celery import app
from escalation.models import Notification
from escalation.states import Delivery, Message
from tests.cast import Cast
from tests.faults.processes import Nursery, Processes, wait_until
from tests.mail_server import MailServer
from tests.world import World

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
KILLS = 6
CHILDREN = 4


@pytest.fixture
def processes(nursery: Nursery, mail_server: MailServer, tmp_path: Path) -> Iterator[Processes]:
    """Whatever is started here is ended."""
    found = Processes(nursery, tmp_path / "processes.log", CONCORD_MAIL_PORT=str(mail_server.port))
    yield found
    found.end()


def fill(cast: Cast, count: int) -> None:
    """So many messages that may leave at once, each to an address of its own."""
    world = World(cast, now=timezone.now())
    dispute = world.sent()
    Notification.objects.all().delete()
    now = timezone.now()
    fields = {"dispute": dispute, "kind": Message.ANSWERED, "action": "Read it", "is_urgent": True, "created_at": now, "not_before": now}
    Notification.objects.bulk_create(Notification(key=f"n{at}", mailbox=f"desk{at}@example.org", **fields) for at in range(count))


def waiting() -> int:
    """How many have not been sent."""
    return Notification.objects.filter(state=Delivery.WAITING).count()


def let_leases_run_out() -> None:
    """A killed process holds its messages for four minutes: they are over."""
    Notification.objects.filter(state=Delivery.WAITING).update(not_before=timezone.now() - timedelta(seconds=1))


def doubles(server: MailServer) -> int:
    """How many mails went out twice; every repeat must carry the first one's Message-ID."""
    mails = server.taken
    by_address = Counter(mail["to"] for mail in mails)
    by_id = Counter(mail["id"] for mail in mails)
    assert sorted(by_address.values()) == sorted(by_id.values())
    return sum(count - 1 for count in by_address.values())


def test_a_mail_that_the_server_is_still_writing_down_is_not_counted_yet(mail_server: MailServer) -> None:
    (mail_server.folder / "messages.jsonl").write_text('{"to": "first@example.org"}\n{"to": "second@exam')
    assert mail_server.taken == [{"to": "first@example.org"}]


def test_three_deliveries_at_once_send_each_message_once(cast: Cast, mail_server: MailServer, processes: Processes) -> None:
    fill(cast, 200)
    for process in [processes.manage("deliver", "--batch=20") for _ in range(3)]:
        assert process.wait(timeout=60) == 0
    assert (len(mail_server.taken), doubles(mail_server), waiting()) == (200, 0, 0)


def test_deliveries_killed_at_any_moment_lose_nothing_and_repeat_one_at_most(cast: Cast, mail_server: MailServer, processes: Processes) -> None:
    """Only a kill between the server's 250 and our mark can send twice: one message a kill, with the same Message-ID."""
    fill(cast, 240)
    for _ in range(KILLS):
        before = len(mail_server.taken)
        process = processes.manage("deliver")
        wait_until(lambda n=before, p=process: len(mail_server.taken) > n or p.poll() is not None)  # type: ignore[misc]
        time.sleep(random.random() / 20)
        processes.kill(process)
        let_leases_run_out()
    assert processes.manage("deliver").wait(timeout=60) == 0
    assert len({taken["to"] for taken in mail_server.taken}) == 240
    assert waiting() == 0
    assert doubles(mail_server) <= KILLS


def test_workers_killed_and_a_broker_emptied_lose_no_message(cast: Cast, mail_server: MailServer, processes: Processes) -> None:
    """Real Redis, two workers with two children each, the task sent many times over as by two timetables."""
    fill(cast, 240)
    workers = [processes.worker(), processes.worker()]
    ask(8)
    wait_until(lambda: len(mail_server.taken) > 50)
    for worker in workers:
        processes.kill(worker)
    redis.Redis.from_url(settings.CELERY_BROKER_URL).flushall()
    let_leases_run_out()
    processes.worker()
    wait_until(lambda: all_sent_after(send=2), pause=0.5)
    assert len({taken["to"] for taken in mail_server.taken}) == 240
    assert doubles(mail_server) <= CHILDREN


def all_sent_after(*, send: int) -> bool:
    """Ask for more deliveries; whether nothing waits any more."""
    ask(send)
    return waiting() == 0


def ask(times: int) -> None:
    """Ask for a delivery."""
    for _ in range(times):
        app.send_task("escalation.tasks.deliver", expires=50)
