"""`manage.py deliver` and `manage.py sweep`: one line of what was done, or a plain sentence why not."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from escalation.models import Heartbeat, Notification
from escalation.states import Delivery, Job
from escalation.tasks import deliver_messages, end_keeping, read_bounce_reports, seal_records, sweep_clocks
from tests.cast import Cast
from tests.mail_server import MailServer
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    """A partnership today, whose office is always open."""
    type(cast.partnership).objects.update(opens="00:00", closes="23:59:59")
    return World(cast, now=timezone.now())


def waiting_now() -> None:
    """Whatever the weekday: what waits may leave, and leaves at once."""
    Notification.objects.update(not_before=timezone.now(), is_urgent=True)


def said(command: str, *arguments: str) -> str:
    """What the command writes."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_it_says_in_one_line_what_was_sent(world: World, mail_server: MailServer) -> None:
    world.log()
    waiting_now()
    assert said("deliver") == f"{len(mail_server.taken)} sent, 0 to be tried again, 0 came back, 0 no longer needed.\n"
    assert len(mail_server.taken) > 0


def test_without_messages_it_reaches_for_no_server(db: None, mail_server: MailServer) -> None:
    mail_server.stop()
    assert said("deliver").startswith("0 sent")


def test_it_ends_with_an_error_where_the_server_is_away(world: World, mail_server: MailServer) -> None:
    world.log()
    waiting_now()
    mail_server.stop()
    with pytest.raises(CommandError, match="stopped the delivery.*ConnectionRefused"):
        call_command("deliver")
    assert set(Notification.objects.values_list("state", flat=True)) == {Delivery.WAITING}


@pytest.mark.parametrize("batch", ["0", "-1", "1001"])
def test_a_batch_that_makes_no_sense_is_refused(db: None, batch: str) -> None:
    with pytest.raises(CommandError, match="--batch: write a whole number from 1 to 1000"):
        call_command("deliver", f"--batch={batch}")


def test_the_sweep_says_in_one_line_what_it_did(world: World) -> None:
    world.log()
    assert said("sweep") == "0 looked at, 0 moved up, 0 put off.\n"


def test_each_recurring_task_leaves_its_heartbeat(world: World, mail_server: MailServer, settings: Any, tmp_path: Path) -> None:
    world.log()
    settings.CONCORD_BOUNCE_MAILDIR = str(tmp_path / "bounces")
    for folder in ("cur", "new", "tmp"):
        (tmp_path / "bounces" / folder).mkdir(parents=True)
    for task in (sweep_clocks, deliver_messages, seal_records, read_bounce_reports, end_keeping):
        task()
    # The scanner's is left only where there is one; passing on is told by what it could not do.
    assert set(Heartbeat.objects.values_list("name", flat=True)) == set(Job) - {Job.SCANNER, Job.PASS_ON}
