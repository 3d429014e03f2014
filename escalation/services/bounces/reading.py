"""Reading the reports that came back: each marks its message through the same service as a refusal, once, and what is not understood is kept."""

import logging
import mailbox
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from escalation.models import Heartbeat, Notification
from escalation.services.bounces.report import LARGEST, Kind, read_report
from escalation.services.mail import sender_domain
from escalation.services.undelivered import came_back
from escalation.states import Delivery, Job

log = logging.getLogger(__name__)
HANDLED, UNKNOWN = "Handled", "Unknown"
MOST = 1_000


@dataclass(slots=True)
class BounceReport:
    """What one reading did. `marked`: did not arrive; `before`: was known already; `waits`: only late; `unknown`: kept, not understood."""

    marked: int = 0
    before: int = 0
    waits: int = 0
    unknown: int = 0

    def words(self) -> str:
        """One line for the command and the heartbeat."""
        every = self.marked + self.before + self.waits + self.unknown
        kept = f", {self.unknown} not understood and kept" if self.unknown else ""
        return f"{every} read: {self.marked} did not arrive, {self.before} known already, {self.waits} only late{kept}"


def read_one(raw: bytes, *, now: datetime, report: BounceReport) -> bool:
    """Deal with one message; False where it is not understood. Idempotent: a message that is marked already is marked once."""
    found = read_report(raw, sender_domain())
    message = Notification.objects.select_related("dispute", "recipient").filter(pk=found.key).first() if found.key else None
    if message is None or found.kind is Kind.UNKNOWN:
        report.unknown += 1
        return False
    if found.kind is Kind.WAITS:
        report.waits += 1
    elif message.state in {Delivery.SENT, Delivery.WAITING} and came_back(message, now=now, words=found.words):
        report.marked += 1
    else:
        report.before += 1
    return True


def read_maildir(folder: Path, *, now: datetime | None = None) -> BounceReport:
    """Read what lies in the Maildir, at most MOST at a time: what was dealt with goes to its folder Handled, the rest to Unknown.

    Killed in between, it reads the same message again, which changes nothing. Raises OSError where the folder cannot be used.
    """
    box = mailbox.Maildir(folder, create=True)
    places = {True: _place(box, HANDLED), False: _place(box, UNKNOWN)}
    report, moment = BounceReport(), now or timezone.now()
    for path in _waiting(folder):
        try:
            understood = read_one(_start_of(path), now=moment, report=report)
        except FileNotFoundError:  # another reading took it
            continue
        path.replace(places[understood] / "cur" / f"{path.name.partition(':')[0]}:2,S")
    Heartbeat.objects.update_or_create(name=Job.BOUNCES, defaults={"finished_at": timezone.now(), "words": report.words()})
    return report


def keep_unknown(raw: bytes) -> None:
    """Keep a message that came by another way than the Maildir and was not understood."""
    box = mailbox.Maildir(folder_of(), create=True)
    _place(box, UNKNOWN)
    box.get_folder(UNKNOWN).add(raw[:LARGEST])


def folder_of() -> Path:
    """The Maildir of the settings; where none is named, one among the installation's own files."""
    return Path(settings.CONCORD_BOUNCE_MAILDIR or settings.VAR / "bounces")


def _place(box: mailbox.Maildir, name: str) -> Path:
    inner = box.get_folder(name) if name in box.list_folders() else box.add_folder(name)
    return Path(os.fspath(inner._path))


def _waiting(folder: Path) -> Iterator[Path]:
    """What no mail server is still writing, the oldest first."""
    paths = [path for part in ("new", "cur") for path in (folder / part).iterdir() if path.is_file()]
    yield from sorted(paths, key=lambda path: path.name)[:MOST]


def _start_of(path: Path) -> bytes:
    """The message, or so much of it that it is seen to be too long."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)
