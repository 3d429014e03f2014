"""Sending what the outbox holds: claimed, asked again whether it is wanted, handed to the mail server, and marked, one by one.

A claim is a lease: it moves `not_before` a little into the future and is committed before anything is sent, so that no transaction stays
open while the mail server thinks, two deliveries never hold the same message, and what a killed process held is sent by the next one. Only
a kill between the server's answer and our mark can send a message twice, and then with the same Message-ID.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from escalation.models import Heartbeat, Notification
from escalation.services.mail import Attempt, Fate, Postman
from escalation.services.undelivered import arrived, came_back
from escalation.services.wanted import ACCOUNT_CLOSED, BOX_GONE, NOT_THEIRS, sort_out
from escalation.states import Delivery, Job, Message

log = logging.getLogger(__name__)
# A message may take 8 answers of the server (mail.ANSWER_SECONDS): a batch stops handing over early enough for its lease to outlast the last.
LEASE = timedelta(minutes=4)
BATCH_SECONDS = 45
RUN_SECONDS = 50
MOST_ATTEMPTS = 60
LONGEST_WAIT = timedelta(hours=1)
LOST_IN_A_ROW = 2


@dataclass(slots=True)
class DeliveryReport:
    """What one delivery did. `trouble` says why it stopped early."""

    sent: int = 0
    dropped: int = 0
    kept: int = 0
    later: int = 0
    bounced: int = 0
    trouble: str = ""

    def words(self) -> str:
        """One line for the command and the heartbeat."""
        counts = f"{self.sent} sent, {self.later} to be tried again, {self.bounced} came back, {self.dropped} no longer needed"
        kept = f", {self.kept} kept until the office opens" if self.kept else ""
        return f"{counts}{kept}{f'; stopped: {self.trouble}' if self.trouble else ''}"[:200]


def deliver(now: datetime | None = None, batch: int = 100) -> DeliveryReport:
    """Send what may leave now, in batches of `batch`, for at most RUN_SECONDS; returns what was done.

    Where the mail server cannot be reached nothing is claimed and no attempt is counted: messages leave late, none is lost. One address
    that is refused holds up no other. Two deliveries at once are harmless.
    """
    run = _Run(now or timezone.now())
    try:
        while not run.report.trouble and run.seconds() < RUN_SECONDS and Notification.objects.to_send(run.now()).for_the_world().exists():
            run.report.trouble = run.postman.open()
            if not run.report.trouble and not _batch(run, batch):
                break
    finally:
        run.postman.close()
    Heartbeat.objects.update_or_create(name=Job.DELIVER, defaults={"finished_at": timezone.now(), "words": run.report.words()})
    return run.report


class _Run:
    """One delivery: its clock, its connection, its report."""

    def __init__(self, started_at: datetime) -> None:
        self.report = DeliveryReport()
        self.postman = Postman()
        self.lost = 0
        self._started_at = started_at
        self._began = time.monotonic()

    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._began

    def now(self) -> datetime:
        """The moment it is, on the clock of whoever asked for the delivery."""
        return self._started_at + timedelta(seconds=self.seconds())


def _batch(run: _Run, size: int) -> int:
    """Claim and deal with one batch; returns how many were claimed."""
    claimed = _claim(run.now(), size)
    sorting = sort_out(claimed, run.now())
    for message, why in sorting.drop:
        _drop(message, why, run)
    for message, opening in sorting.keep:
        run.report.kept += 1
        _put_back(message, opening)
    began = run.seconds()
    for at, message in enumerate(sorting.send):
        if run.lost >= LOST_IN_A_ROW or run.seconds() - began > BATCH_SECONDS:
            _release(sorting.send[at:])
            break
        _hand_over(message, run)
    if run.lost >= LOST_IN_A_ROW:
        run.report.trouble = "the mail server broke off twice"
    return len(claimed)


def _claim(now: datetime, size: int) -> list[Notification]:
    """Take up to `size` messages that may leave, urgent ones first; those that another delivery is taking are skipped.

    In memory each keeps its own `not_before` and the attempts it had.
    """
    with transaction.atomic():
        waiting = Notification.objects.to_send(now).for_the_world().order_by("-is_urgent", "not_before", "pk")
        keys = list(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:size])
        claimed = Notification.objects.filter(pk__in=keys).select_related("dispute__partnership", "partnership", "recipient", "request", "guest")
        messages = list(claimed.order_by("-is_urgent", "not_before", "pk"))
        Notification.objects.filter(pk__in=keys).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return messages


def _hand_over(message: Notification, run: _Run) -> None:
    attempt = run.postman.send(message)
    run.lost = run.lost + 1 if attempt.fate is Fate.LOST else 0
    if attempt.fate is Fate.SENT:
        arrived(message, now=run.now())
        run.report.sent += 1
    elif attempt.fate is Fate.REFUSED:
        came_back(message, now=run.now(), words=attempt.words)
        run.report.bounced += 1
    else:
        _try_later(message, attempt, run)


def _try_later(message: Notification, attempt: Attempt, run: _Run) -> None:
    """Wait twice as long as the last time, at most an hour; after some two days it counts as not arrived."""
    if message.attempts + 1 >= MOST_ATTEMPTS:
        came_back(message, now=run.now(), words=f"Given up: {attempt.words}", state=Delivery.FAILED)
        run.report.bounced += 1
        return
    wait = min(timedelta(minutes=2 ** min(message.attempts, 10)), LONGEST_WAIT)
    waiting = Notification.objects.filter(pk=message.pk, state=Delivery.WAITING)
    waiting.update(not_before=run.now() + wait, trouble=attempt.words[:200])
    run.report.later += 1


def _drop(message: Notification, why: str, run: _Run) -> None:
    """No longer needed. A request whose recipient is gone has reached nobody: that is said, not dropped in silence."""
    gone = why in {ACCOUNT_CLOSED, NOT_THEIRS} or (why == BOX_GONE and message.request is not None and message.request.holder_id is None)
    if message.kind == Message.ASSIGNED and message.request_id and gone:
        came_back(message, now=run.now(), words=why, state=Delivery.DROPPED)
    else:
        marks = {"state": Delivery.DROPPED, "trouble": why, "not_before": message.not_before}
        Notification.objects.filter(pk=message.pk, state=Delivery.WAITING).update(**marks)
    run.report.dropped += 1


def _put_back(message: Notification, at: datetime) -> None:
    """Unclaimed, as if it had not been taken."""
    Notification.objects.filter(pk=message.pk, state=Delivery.WAITING).update(not_before=at, attempts=message.attempts)


def _release(messages: Sequence[Notification]) -> None:
    for message in messages:
        _put_back(message, message.not_before)
