"""Partnerships to practise in: their messages go nowhere, and a trainer moves their clock and sees at once what follows."""

from dataclasses import dataclass
from datetime import datetime

from agencies import wall_clock
from agencies.models import Partnership, User
from agencies.services.practice import move_clock
from escalation.models import Notification
from escalation.services.sweep import sweep
from escalation.services.undelivered import arrived
from escalation.services.wanted import sort_out
from escalation.states import Delivery

BATCH = 200


@dataclass(frozen=True, slots=True)
class Forward:
    """What followed from moving a clock: what time it is now, how many clocks' moments had come, what moved up, how many messages were written."""

    now: datetime
    looked_at: int
    moved: int
    messages: int


def move_forward(*, actor: User | None, partnership: Partnership) -> Forward:
    """Moves the clock to the same time of the next working day, then does what the jobs would have done by then.

    Raises as `move_clock`. Messages are counted as they would have left: those that wait for the office to open are not among them.
    """
    later = move_clock(actor=actor, partnership=partnership)
    report = sweep()
    return Forward(now=later, looked_at=report.looked_at, moved=report.moved, messages=keep_messages())


def keep_messages() -> int:
    """Marks what would have left by now, on each practice partnership's own clock, as arrived, without sending it; returns how many there were.

    It can be read on the page of messages. What is no longer wanted is dropped as it would be anywhere.
    """
    return sum(_keep(partnership) for partnership in Partnership.objects.filter(is_practice=True))


def _keep(partnership: Partnership) -> int:
    now, kept = wall_clock.now_in(partnership), 0
    while batch := list(Notification.objects.to_send(now).of_practice(partnership)[:BATCH]):
        sorting = sort_out(batch, now)
        for message in sorting.send:
            arrived(message, now=now)
        for message, why in sorting.drop:
            _mark(message, state=Delivery.DROPPED, trouble=why)
        for message, opening in sorting.keep:
            _mark(message, not_before=opening)
        kept += len(sorting.send)
    return kept


def _mark(message: Notification, **fields: object) -> None:
    Notification.objects.filter(pk=message.pk, state=Delivery.WAITING).update(**fields)
