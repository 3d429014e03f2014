"""What follows when a message arrived, and when it is known not to have: a request that did not arrive does not count against its agency."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from agencies import wall_clock
from escalation.engine import anew, clockwork, next_steps
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.turns import turns_of
from escalation.models import Clock, Dispute, Notification, Request
from escalation.services.lifecycle import raising_ids
from escalation.services.offices import unit_ids
from escalation.states import LIVE, ClockState, Delivery, EventKind, Message, RequestState, Side

# What carries a request: to whoever holds it, to their agency's mailbox, to somebody without an account.
BRINGS_A_REQUEST = frozenset({Message.ASSIGNED, Message.INVITED})
# What nobody else is told of when it comes back: that something came back, and that somebody without an account is not asked any more.
TOLD_OF_NOBODY = frozenset({Message.UNDELIVERED, Message.NOT_ASKED})
UNSENT = frozenset({Delivery.WAITING, Delivery.SENT})


def arrived(message: Notification, *, now: datetime) -> None:
    """The mail server took the message. Where it carried a request, that is delivered now; one that had bounced before is received from now on."""
    now = wall_clock.to_the_second(now)
    with transaction.atomic():
        if message.kind in BRINGS_A_REQUEST and message.request_id is not None:
            _request_arrived(message, message.request_id, now)
        if message.kind == Message.WARNING:
            _warning_left(message, now)
        sent = {"state": Delivery.SENT, "sent_at": now, "not_before": message.not_before, "trouble": ""}
        Notification.objects.filter(pk=message.pk).update(**sent)


def _request_arrived(message: Notification, key: UUID, now: datetime) -> None:
    # The disagreement's lock: a verb that loaded the request before us would write its old delivery back.
    Dispute.objects.select_for_update(of=("self",)).get(pk=message.dispute_id)
    request = Request.objects.get(pk=key)
    if request.bounced_at is not None:
        _receive_after_all(message, now)
    elif request.delivered_at is None:
        Request.objects.filter(pk=request.pk).update(delivered_at=now)
        _look_again(request, now)


def _warning_left(message: Notification, now: datetime) -> None:
    """The system may move it up, once the warning has given time to stop it. Under the disagreement's lock, as a request's delivery."""
    Dispute.objects.select_for_update(of=("self",)).get(pk=message.dispute_id)
    running = Clock.objects.filter(pk=warned_of(message), state=ClockState.RUNNING, warned_at__isnull=False, warning_left_at=None)
    running.update(warning_left_at=now)


def warned_of(message: Notification) -> UUID:
    """The clock of whose move a warning tells: its key begins with it."""
    return UUID(message.key.split(":", 1)[0])


def _look_again(request: Request, now: datetime) -> None:
    """What is overdue already may move up by itself from now on: the sweep looks at it again, and warns of that first."""
    overdue = Clock.objects.filter(request=request, state=ClockState.RUNNING, breached_at__isnull=False, warned_at=None)
    if overdue.update(next_check_at=now):
        Dispute.objects.filter(pk=request.dispute_id, state__in=LIVE).update(wake_at=now)


def _receive_after_all(message: Notification, now: datetime) -> None:
    """A request that had come back reached somebody: it is received now, and the clocks that were set aside start again."""
    case = load([message.dispute_id] if message.dispute_id else [], now=now)[0]
    request = _awaiting(case, message)
    if request is None:
        return
    aside = list(Clock.objects.filter(request=request, state=ClockState.SUPERSEDED, ended_at=request.bounced_at))
    change = Change(case, now=now)
    request.delivered_at, request.bounced_at = now, None
    request.received_at = now if case.dispute.is_urgent else case.calendar.next_opening(now)
    change.touch(request)
    change.record(EventKind.RECEIVED, agency=request.agency_id, request=request)
    for clock in aside:
        anew.begin_again(change, clock, request)
    commit([change])


def came_back(message: Notification, *, now: datetime, words: str, state: Delivery = Delivery.BOUNCED) -> bool:
    """The message is known not to have arrived (refused for good, given up, or nobody to receive it): marked and recorded, and others told.

    A mail server that took it may say so days later (`services/bounces`): then what it was taken for is taken back. Where it carried a request
    that nobody has received, the request's clocks end as superseded and finding another contact becomes a task of
    the raising side and the business unit. Returns False where it was marked before.
    """
    # The moment at which the request's clocks end is the one at which it came back: by that they are found again.
    now = wall_clock.to_the_second(now)
    with transaction.atomic():
        cases = load([message.dispute_id], now=now) if message.dispute_id is not None else []
        marks = {"state": state, "trouble": words[:200], "not_before": message.not_before}
        if not Notification.objects.filter(pk=message.pk, state__in=UNSENT).update(**marks):
            return False
        for case in cases:
            if case.dispute.is_live and message.kind not in TOLD_OF_NOBODY:
                _record(case, message, now)
    return True


def _record(case: Case, message: Notification, now: datetime) -> None:
    change = Change(case, now=now)
    if message.kind == Message.WARNING:
        _take_warning_back(change, message)
    request = _unreceived(case, message) or _left_unreceived(case, message)
    facts: dict[str, Any] = {"message": str(message.pk), "person": str(message.recipient_id or ""), "not_received": request is not None}
    if message.guest_id is not None:
        change.record(EventKind.BOUNCED, facts=facts | {"invited": str(message.guest_id)})
        asked = gettext_noop("A message to somebody without an account did not arrive: check the address")
    elif request is None:
        change.record(EventKind.BOUNCED, facts=facts)
        asked = gettext_noop("A message did not arrive")
    else:
        request.bounced_at, request.delivered_at = now, None
        change.touch(request)
        facts |= {"asked_at": request.sent_at.isoformat()}
        change.record(EventKind.BOUNCED, facts=facts, agency=request.agency_id, request=request)
        _set_aside(change, request)
        waits = request.state == RequestState.AWAITING and request.ended_at is None
        asked = (
            gettext_noop("A message did not arrive: another contact is needed")
            if waits
            else gettext_noop("A message did not arrive: the stage was left meanwhile")
        )
    finding = [
        turn for turn in turns_of(case) if request is not None and turn.request == request.pk and turn.owner not in {None, message.recipient_id}
    ]
    for turn in finding:
        next_steps.tell(change, turn, kind=Message.UNDELIVERED)
    concerned = [*raising_ids(case), *unit_ids(case), *([message.guest.invited_by_id] if message.guest is not None else [])]
    people = [person for person in concerned if person not in {message.recipient_id, *(turn.owner for turn in finding)}]
    change.tell(people, kind=Message.UNDELIVERED, action=asked)
    commit([change])


def _take_warning_back(change: Change, message: Notification) -> None:
    """A mail server that took the warning gave it back: it has not left, unless another of the same move did. What left before the clock was given
    another moment warned of none that comes."""
    clock = next((clock for clock in change.case.running() if clock.pk == warned_of(message)), None)
    if clock is None or clock.warned_at is None:
        return
    others = Notification.objects.filter(dispute=message.dispute_id, kind=Message.WARNING, key__startswith=f"{clock.pk}:", state=Delivery.SENT)
    if not others.filter(sent_at__gte=clock.warned_at).exists():
        clock.warning_left_at = None
        change.touch(clock)


def _awaiting(case: Case, message: Notification) -> Request | None:
    """The message's request, where the open run still waits for its response."""
    return next((request for request in case.requests if request.pk == message.request_id and request.state == RequestState.AWAITING), None)


def _unreceived(case: Case, message: Notification) -> Request | None:
    """The request that now nobody has received: this message was to bring it, and nothing else has."""
    request = _awaiting(case, message) if message.kind == Message.ASSIGNED and message.guest_id is None else None
    if request is None or request.opened_at or request.engaged_at or request.bounced_at or _came_otherwise(message):
        return None
    return request if request.holder_id == message.recipient_id else None


def _left_unreceived(case: Case, message: Notification) -> Request | None:
    """The message's request of a stage that was left on silence, before it was known that nobody had received it."""
    if message.kind != Message.ASSIGNED or message.guest_id is not None:
        return None
    request = next((row for row in case.all_requests if row.pk == message.request_id and row.state == RequestState.LAPSED), None)
    if request is None or request.opened_at or request.engaged_at or request.answered_at or request.bounced_at or _came_otherwise(message):
        return None
    return request if request.holder_id == message.recipient_id else None


def _came_otherwise(message: Notification) -> bool:
    """Did another message bring the same request to somebody, such as to whoever covers?"""
    others = Notification.objects.filter(request=message.request_id, kind__in=BRINGS_A_REQUEST, state=Delivery.SENT)
    return others.exclude(pk=message.pk).exists()


def _set_aside(change: Change, request: Request) -> None:
    """The request's clocks count for nobody: those that run end as superseded, and one that was missed meanwhile was not the agency's to meet."""
    for clock in change.case.running():
        if clock.request_id == request.pk and clock.owed_by == Side.RECEIVING:
            clockwork.set_aside(change, clock)
    for clock in Clock.objects.filter(request=request, owed_by=Side.RECEIVING, state=ClockState.MISSED):
        clock.state = ClockState.SUPERSEDED
        change.touch(clock)
