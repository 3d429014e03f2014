"""Partnerships to practise in: their messages go nowhere, and a trainer moves their clock and sees at once what follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from agencies import wall_clock
from agencies.calendars import calendar_of
from agencies.models import Partnership, User
from agencies.services.practice import move_clock
from agencies.working_days import Calendar, london
from escalation.models import Clock, Dispute, Notification
from escalation.services.digest import write_digests_in
from escalation.services.keeping.due import end_what_is_over_in
from escalation.services.learning_due import remind_of_learning_in
from escalation.services.reviews_due import remind_of_reviews_in
from escalation.services.sweep import due_in, sweep_place
from escalation.services.undelivered import arrived
from escalation.services.upkeep_due import remind_of_upkeep_in
from escalation.services.wanted import sort_out
from escalation.states import LIVE, Delivery, State

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
    calendar, looked_at, moved, messages, moment = calendar_of(place), due_in(place, later), 0, 0, before
    while moment < later:
        moment = min([opening for opening in _openings(calendar, before, later) if opening > moment] + [_next(place, moment, later)])
        moved += sweep_place(place, moment).moved
        if moment in {*_openings(calendar, before, later), later}:
            write_digests_in(place, calendar, moment)
            remind_of_learning_in(place, calendar, moment)
            remind_of_upkeep_in(place, calendar, moment)
            remind_of_reviews_in(place, moment)
            end_what_is_over_in(place, moment)
        messages += _keep(place, moment)
    return Forward(now=later, looked_at=looked_at, moved=moved, messages=messages)


def _openings(calendar: Calendar, before: datetime, later: datetime) -> list[datetime]:
    """When the office opens in between: of these moments alone the digest is written."""
    days = [day for day in (london(before).date(), london(later).date()) if calendar.is_working_day(day)]
    return [opening for day in days if before < (opening := calendar.opening(day)) < later]


def _next(place: Partnership, after: datetime, later: datetime) -> datetime:
    """The next minute, as the jobs run each minute, in which a clock there asks for something or a message may leave; at last the moment moved to.

    What follows from one step may be due before the next of another, so it is asked anew after each.
    """
    live = Dispute.objects.filter(partnership=place, state__in=LIVE, wake_at__gt=after, wake_at__lt=later)
    closed = Clock.objects.actions_to_check(later).filter(dispute__partnership=place, dispute__state=State.CLOSED, next_check_at__gt=after)
    waiting = Notification.objects.to_send(later).of_practice(place).filter(not_before__gt=after)
    found = [
        live.aggregate(first=Min("wake_at"))["first"],
        closed.aggregate(first=Min("next_check_at"))["first"],
        waiting.aggregate(first=Min("not_before"))["first"],
    ]
    return min([later, *(_full_minute(moment) for moment in found if moment is not None)])


def _full_minute(moment: datetime) -> datetime:
    return moment if not (moment.second or moment.microsecond) else moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


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
