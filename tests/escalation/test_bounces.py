"""A mail server takes a message and says days later that it did not arrive: read from its own report, once, and never counted against an agency."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from escalation.models import Clock, Dispute, Event, Heartbeat, Notification, Request
from escalation.services.bounces.reading import folder_of, read_maildir
from escalation.services.bounces.report import LARGEST, Kind, Report, read_report
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import ClockState, Delivery, EventKind, Ground, Job, Message, Verb
from tests.cast import Cast
from tests.escalation.messages import later, message_to
from tests.mail_server import MailServer
from tests.world import MONDAY, World

KEY = "0190a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6b"
OURS = f"<{KEY}@example.org>"


def dsn(action: str = "failed", status: str = "5.1.1", *, returned: str = OURS, part: str = "text/rfc822-headers", **headers: str) -> bytes:
    """A delivery report as Postfix writes it, on the pattern of RFC 3464's own examples."""
    block = "".join(f"{name}: {value}\r\n" for name, value in (("Action", action), ("Status", status)) if value)
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in {"To": "concord@example.org", **headers}.items())
    quoted = (
        f"From: Concord <concord@example.org>\r\nTo: r@example.net\r\nMessage-ID:\r\n {returned}\r\nSubject: ESC\r\n"
        if returned
        else "Subject: none\r\n"
    )
    return (
        f"From: MAILER-DAEMON@mx.example.net\r\n{head}Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\r\n\r\n'
        "--=b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
        "--=b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n"
        "Arrival-Date: Mon, 2 Mar 2026 10:00:05 +0000\r\n\r\n"
        f"Final-Recipient: rfc822; r@example.net\r\n{block}Diagnostic-Code: smtp; 550 No such user\r\n\r\n"
        f"--=b\r\nContent-Type: {part}\r\n\r\n{quoted}\r\n--=b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", Kind.FAILED),
        ("Failed", "5.7.26", Kind.FAILED),
        # The mail system gave up after days of trying: final, whatever its code.
        ("failed", "4.4.7", Kind.FAILED),
        ("", "5.2.2", Kind.FAILED),
        ("delayed", "4.4.1", Kind.WAITS),
        ("delayed", "", Kind.WAITS),
        ("", "4.2.2", Kind.WAITS),
        ("delivered", "2.0.0", Kind.UNKNOWN),
        ("relayed", "2.6.0", Kind.UNKNOWN),
        ("", "", Kind.UNKNOWN),
    ],
)
def test_what_a_report_comes_to(action: str, status: str, kind: Kind) -> None:
    assert read_report(dsn(action, status), "example.org").kind is kind


@pytest.mark.parametrize(
    "raw",
    [
        dsn(),
        dsn(part="message/rfc822"),
        dsn(returned="", In_Reply_To=OURS),
        dsn(returned="", Delivered_To=f"bounces+{KEY.replace('-', '')}@example.org"),
    ],
    ids=["headers", "whole message", "in reply to", "tagged address"],
)
def test_our_message_is_known_by_its_id_or_by_the_address_that_it_came_back_to(raw: bytes) -> None:
    assert str(read_report(raw, "example.org").key) == KEY


@pytest.mark.parametrize("returned", ["<abc@example.org>", f"<{KEY}@elsewhere.example>", ""])
def test_a_report_about_another_message_is_not_taken_for_ours(returned: str) -> None:
    assert read_report(dsn(returned=returned), "example.org").key is None


def test_what_reached_somebody_of_the_list_behind_an_address_did_not_fail() -> None:
    raw = dsn().replace(
        b"Diagnostic-Code", b"X: y\r\n\r\nFinal-Recipient: rfc822; s@example.net\r\nAction: relayed\r\nStatus: 2.1.5\r\nDiagnostic-Code"
    )
    assert read_report(raw, "example.org").kind is Kind.UNKNOWN


ABSENCE = (
    f"From: r@example.net\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {OURS}\r\nSubject: Away\r\n\r\nStatus: 5.1.1\r\nAction: failed\r\n".encode()
)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", ABSENCE, b"Content-Type: multipart/report; boundary=\r\n\r\n", b"x" * (LARGEST + 1)])
def test_what_is_no_report_is_unknown(raw: bytes) -> None:
    assert read_report(raw, "example.org") == Report(Kind.UNKNOWN)


def test_no_broken_message_stops_the_reading() -> None:
    """A good report with bytes changed, cut and doubled at random, and parts within parts without end."""
    dice, good = random.Random(7), dsn()  # noqa: S311 - a fixed series of broken messages
    for _ in range(300):
        broken = bytearray(good)
        for _ in range(dice.randint(1, 30)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        read_report(bytes(broken[: dice.randrange(len(broken))] * dice.randint(1, 2)), "example.org")
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000))
    assert read_report(nest, "example.org").kind is Kind.UNKNOWN


@pytest.fixture
def box(tmp_path: Path, settings: Any) -> Path:
    """The Maildir to which reports are delivered."""
    settings.CONCORD_BOUNCE_MAILDIR = str(tmp_path / "bounces")
    for part in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / part).mkdir(parents=True)
    return tmp_path / "bounces"


def came(box: Path, raw: bytes, name: str = "1") -> None:
    (box / "new" / name).write_bytes(raw)


def sent_by(mail_server: MailServer, address: str) -> dict[str, Any]:
    return next(taken for taken in mail_server.taken if taken["to"] == address)


@pytest.mark.django_db
def test_a_request_that_comes_back_later_does_not_count_and_is_a_task_of_the_raising_side_and_the_unit(
    world: World, cast: Cast, mail_server: MailServer, box: Path, dispute: Dispute
) -> None:
    deliver(MONDAY)
    came(box, dsn(returned=sent_by(mail_server, cast.receiver.email)["id"]))
    assert read_maildir(box, now=later(hours=3)).words() == "1 read: 1 did not arrive, 0 known already, 0 only late"
    request = Request.objects.get(dispute=dispute)
    assert (request.delivered_at, request.bounced_at) == (None, later(hours=3))
    assert Clock.objects.get(request=request, key="response").state == ClockState.SUPERSEDED
    assert message_to(dispute, cast.receiver).trouble == "Came back: 5.1.1"
    assert message_to(dispute, cast.own_manager, Message.UNDELIVERED).action == "Find another contact: the message did not arrive"
    assert message_to(dispute, cast.own_manager, Message.UNDELIVERED).due_at == Clock.objects.running().get(owner=cast.own_manager).due_at
    for user in (cast.raiser, cast.business_unit):
        assert message_to(dispute, user, Message.UNDELIVERED).action == "A message did not arrive: another contact is needed"
    assert Heartbeat.objects.get(name=Job.BOUNCES).words.startswith("1 read")


@pytest.mark.django_db
def test_the_same_report_twice_does_it_once(world: World, cast: Cast, mail_server: MailServer, box: Path, dispute: Dispute) -> None:
    deliver(MONDAY)
    raw = dsn(returned=sent_by(mail_server, cast.receiver.email)["id"])
    for name in ("1", "2"):
        came(box, raw, name)
    assert read_maildir(box, now=later(hours=3)).words() == "2 read: 1 did not arrive, 1 known already, 0 only late"
    assert Event.objects.filter(dispute=dispute, kind=EventKind.BOUNCED).count() == 1
    assert sorted(path.parent.parent.name for path in box.glob(".*/cur/*")) == [".Handled", ".Handled"]


@pytest.mark.django_db
@pytest.mark.parametrize("reached", ["opened", "another"])
def test_what_reached_the_agency_by_another_way_stays_received(
    world: World, cast: Cast, mail_server: MailServer, box: Path, reached: str, dispute: Dispute
) -> None:
    if reached == "another":
        request, fields = Request.objects.get(dispute=dispute), {"created_at": MONDAY, "not_before": MONDAY}
        Notification.objects.create(
            key="again", dispute=dispute, request=request, recipient=cast.receiving_lead, kind=Message.ASSIGNED, action="Respond", **fields
        )
    deliver(MONDAY)
    if reached == "opened":
        Request.objects.filter(dispute=dispute).update(opened_at=later(hours=1))
    came(box, dsn(returned=sent_by(mail_server, cast.receiver.email)["id"]))
    read_maildir(box, now=later(hours=3))
    assert Request.objects.get(dispute=dispute).bounced_at is None
    assert Event.objects.filter(dispute=dispute, kind=EventKind.BOUNCED).exists()


@pytest.mark.django_db
def test_a_report_that_comes_after_the_stage_was_left_still_takes_the_silence_from_the_agency(
    world: World, cast: Cast, mail_server: MailServer, box: Path, dispute: Dispute
) -> None:
    """After five days of trying: the stage was moved up on no response meanwhile."""
    deliver(MONDAY)
    sweep(later(days=1, minutes=1))
    world.now = later(days=2)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.NO_RESPONSE)
    first = Request.objects.get(dispute=dispute, run__stage=1)
    assert Clock.objects.get(request=first, key="response").state == ClockState.MISSED
    came(box, dsn(status="4.4.7", returned=sent_by(mail_server, cast.receiver.email)["id"]))
    read_maildir(box, now=later(days=5))
    assert Clock.objects.get(request=first, key="response").state == ClockState.SUPERSEDED
    assert world.fresh(dispute).stage == 2


@pytest.mark.django_db
def test_what_is_only_late_changes_nothing(world: World, cast: Cast, mail_server: MailServer, box: Path, dispute: Dispute) -> None:
    deliver(MONDAY)
    came(box, dsn("delayed", "4.4.1", returned=sent_by(mail_server, cast.receiver.email)["id"]))
    assert read_maildir(box).waits == 1
    assert message_to(dispute, cast.receiver).state == Delivery.SENT


@pytest.mark.django_db
def test_what_is_not_understood_is_kept_and_counted(world: World, box: Path) -> None:
    came(box, ABSENCE, "1")
    came(box, dsn(), "2")
    report = read_maildir(box)
    assert report.words() == "2 read: 0 did not arrive, 0 known already, 0 only late, 2 not understood and kept"
    assert {path.read_bytes() for path in box.glob(".Unknown/cur/*")} == {ABSENCE, dsn()}
    assert list((box / "new").iterdir()) == []


@pytest.mark.django_db
def test_with_an_address_for_bounces_each_message_can_be_told_by_where_it_comes_back_to(
    world: World, cast: Cast, mail_server: MailServer, box: Path, settings: Any, dispute: Dispute
) -> None:
    settings.CONCORD_BOUNCE_ADDRESS = "bounces@example.org"
    deliver(MONDAY)
    taken = sent_by(mail_server, cast.receiver.email)
    row = message_to(dispute, cast.receiver)
    assert (taken["from"], taken["sender"]) == ("Concord <concord@example.org>", f"bounces+{row.pk.hex}@example.org")
    came(box, dsn(returned="", To=taken["sender"]))
    assert read_maildir(box).marked == 1


@pytest.mark.django_db
def test_without_one_it_comes_back_to_the_sender(world: World, cast: Cast, mail_server: MailServer) -> None:
    world.sent()
    deliver(MONDAY)
    assert sent_by(mail_server, cast.receiver.email)["sender"] == "concord@example.org"


@pytest.mark.django_db
def test_a_mail_servers_pipe_hands_over_one_message_and_the_unknown_is_kept(
    world: World,
    cast: Cast,
    mail_server: MailServer,
    box: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    dispute: Dispute,
) -> None:
    deliver(MONDAY)
    for raw in (dsn(returned=sent_by(mail_server, cast.receiver.email)["id"]), b"Buy now"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("read_bounces", "--stdin")
    assert capsys.readouterr().out.splitlines()[0] == "1 read: 1 did not arrive, 0 known already, 0 only late."
    assert message_to(dispute, cast.receiver).state == Delivery.BOUNCED
    assert [path.read_bytes() for path in folder_of().glob(".Unknown/*/*") if path.is_file()] == [b"Buy now"]


@pytest.mark.django_db
def test_the_command_reads_the_maildir_and_names_what_is_none(box: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("read_bounces")
    assert capsys.readouterr().out == "0 read: 0 did not arrive, 0 known already, 0 only late.\n"
    with pytest.raises(CommandError, match="is no Maildir"):
        call_command("read_bounces", "--maildir", str(tmp_path / "nothing"))
    assert Notification.objects.count() == 0
