"""Partnerships to practise in: their messages go nowhere, and a trainer moves their clock and sees at once what follows."""

from dataclasses import dataclass
from datetime import datetime

from agencies import wall_clock
from agencies.calendars import calendar_of
from agencies.models import Partnership, User
from agencies.services.practice import move_clock
from agencies.working_days import Calendar, london
from escalation.models import Notification
from escalation.services.digest import write_digests_in
from escalation.services.keeping.due import end_what_is_over_in
from escalation.services.learning_due import remind_of_learning_in
from escalation.services.reviews_due import remind_of_reviews_in
from escalation.services.sweep import due_in, sweep_place
from escalation.services.undelivered import arrived
from escalation.services.upkeep_due import remind_of_upkeep_in
from escalation.services.wanted import sort_out
from escalation.states import Delivery

BATCH = 200


@dataclass(frozen=True, slots=True)
class Forward:
    """What followed in the partnership from moving its clock: what time it is there now, how many disagreements had something due, how many moved
    up by themselves, how many messages were written."""

    now: datetime
    looked_at: int
    moved: int
    messages: int


def move_forward(*, actor: User | None, partnership: Partnership) -> Forward:
    """Moves the clock to the same time of the next working day, then does in this partnership what the jobs that keep to its clock would have done by
    then: the clocks' steps, the digest of the morning in between, the reminders, and what has had its time.

    Raises as `move_clock`. Messages are counted as they would have left: those that wait for the office to open are not among them.
    """
    before = wall_clock.now_in(Partnership.objects.get(pk=partnership.pk))
    later = move_clock(actor=actor, partnership=partnership)
    place = Partnership.objects.get(pk=partnership.pk)
    calendar, looked_at, moved, messages = calendar_of(place), due_in(place, later), 0, 0
    for moment in _moments(calendar, before, later):
        moved += sweep_place(place, moment).moved
        write_digests_in(place, calendar, moment)
        remind_of_learning_in(place, calendar, moment)
        remind_of_upkeep_in(place, calendar, moment)
        remind_of_reviews_in(place, moment)
        end_what_is_over_in(place, moment)
        messages += _keep(place, moment)
    return Forward(now=later, looked_at=looked_at, moved=moved, messages=messages)


def _moments(calendar: Calendar, before: datetime, later: datetime) -> list[datetime]:
    """When the jobs would have had something to do in between: at the opening, of which alone the digest is written, and at last."""
    days = [day for day in (london(before).date(), london(later).date()) if calendar.is_working_day(day)]
    return [*(opening for day in days if before < (opening := calendar.opening(day)) < later), later]


def keep_messages() -> int:
    """Marks what would have left by now, on each practice partnership's own clock, as arrived, without sending it; returns how many there were.

    It can be read on the page of messages. What is no longer wanted is dropped as it would be anywhere.
    """
    return sum(_keep(partnership, wall_clock.now_in(partnership)) for partnership in Partnership.objects.filter(is_practice=True))


def _keep(partnership: Partnership, now: datetime) -> int:
    kept = 0
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
