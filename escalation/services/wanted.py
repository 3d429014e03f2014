"""Whether a message that is about to leave is still wanted: what was true when it was written is asked again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from agencies.calendars import calendars_of
from agencies.models import Agency, Post
from agencies.person import Person, person_of
from agencies.working_days import LONDON
from escalation.engine.case import Case, assemble
from escalation.engine.turns import asked_by
from escalation.models import Clock, Dispute, Guest, LearningPoint, Notification, ProcedureVersion
from escalation.models.outbox import LONGEST_ACTION
from escalation.services.digest import is_morning_of
from escalation.services.filling import HANDED
from escalation.services.reminding import FOLLOWED, tells_of_others
from escalation.states import LIVE, ClockState, Delivery, Measure, Message, RequestState, State

# What asks for something: pointless once the disagreement has ended. The rest is news, and is told all the same.
ASKS = frozenset(
    {
        Message.ASSIGNED,
        Message.HALF_WAY,
        Message.DUE,
        Message.OVERDUE,
        Message.OFFER,
        Message.WARNING,
        Message.EXTENDED,
        Message.NO_CONTACT,
        Message.UNDELIVERED,
        Message.INVITED,
        Message.WRONG_CODES,
    }
)
# What asks for a response, or for somebody to give it, or says that one is late.
FOR_A_RESPONSE = frozenset({Message.ASSIGNED, Message.INVITED, Message.HALF_WAY, Message.DUE, Message.OVERDUE, Message.NO_CONTACT})
# What may be somebody who should not be there: it waits for no office hours.
OF_SECURITY = frozenset({Message.READ_MUCH, Message.TOOK_MUCH, Message.GIVEN, Message.WRONG_CODES, Message.OUR_PEOPLE, Message.MARKED})
# What asks by the moment of a clock of its reader's own, without being a reminder of that clock: done meanwhile, it asks for nothing any more.
BY_A_CLOCK = frozenset({Message.ASSIGNED, Message.EXTENDED, Message.ANSWERED})
OF_A_CLOCK = frozenset({Message.HALF_WAY, Message.DUE, Message.OVERDUE, Message.OFFER, Message.WARNING})

ENDED = gettext_noop("the disagreement has ended")
ANSWERED = gettext_noop("it was answered already")
CLOCK_ENDED = gettext_noop("its clock has ended")
REPLACED = gettext_noop("a newer one took its place")
NOT_THEIRS = gettext_noop("it is no longer theirs to see")
BOX_GONE = gettext_noop("it is nobody's shared mailbox any more")
NEVER_HEARD = gettext_noop("they had not been told yet")
ACCOUNT_CLOSED = gettext_noop("the account is closed")
REVIEWED = gettext_noop("a newer text was published")
SETTLED = gettext_noop("it was settled already")
SENT_MEANWHILE = gettext_noop("it was sent meanwhile")
SAID_BESIDE = gettext_noop("it leaves with what was handed over")
FOUND = gettext_noop("somebody has it by now")
MORNING_OVER = gettext_noop("its morning is over")


@dataclass(slots=True)
class Sorting:
    """A batch sorted: to send now, to keep until the office opens, and to drop (with why)."""

    send: list[Notification] = field(default_factory=list)
    keep: list[tuple[Notification, datetime]] = field(default_factory=list)
    drop: list[tuple[Notification, str]] = field(default_factory=list)


def sort_out(batch: Sequence[Notification], now: datetime) -> Sorting:
    """Sort claimed messages. A fixed number of queries a batch and three a recipient. Needs dispute, partnership, recipient and request loaded."""
    sorting = Sorting()
    waiting = _waiting_reminders(batch)
    clocks = _clocks_of([*batch, *waiting])
    replaced = _replaced(batch, [message for message in waiting if not _needless(message, clocks.ended)], clocks.limits)
    hidden = _hidden(batch, now)
    calendars = calendars_of(list({message.place.pk: message.place for message in batch}.values()))
    done, anew = _done_meanwhile(batch, now), _asked_anew(batch)
    replaced_texts, settled, gone = _replaced_texts(batch), _settled_learning(batch), _to_boxes_that_are_gone(batch)
    beside = _said_beside(batch)
    for message in batch:
        why = (
            (REVIEWED if message.pk in replaced_texts else "")
            or (SETTLED if message.learning_id in settled else "")
            or _needless(message, clocks.ended)
            or (CLOCK_ENDED if message.pk in done else "")
            or (REPLACED if message.pk in replaced | anew else "")
            or (SAID_BESIDE if message.pk in beside else "")
            or hidden.get(message.pk, "")
            or (BOX_GONE if message.pk in gone else "")
            or (MORNING_OVER if message.kind == Message.DIGEST and not is_morning_of(calendars[message.place.pk], message.created_at, now) else "")
        )
        opening = calendars[message.place.pk].next_opening(now)
        if why:
            sorting.drop.append((message, why))
        elif opening > now and not _goes_at_once(message):
            sorting.keep.append((message, opening))
        else:
            sorting.send.append(message)
    return sorting


def _goes_at_once(message: Notification) -> bool:
    return message.kind in OF_SECURITY or message.is_urgent or (message.dispute is not None and message.dispute.is_urgent)


def _needless(message: Notification, ended: set[UUID]) -> str:
    """Why it is not needed any more, from the disagreement, its request and its clock."""
    if message.kind in ASKS and message.dispute is not None and message.dispute.state not in LIVE:
        return ENDED
    if message.kind == Message.DRAFT and message.dispute is not None and message.dispute.state != State.DRAFT:
        return SENT_MEANWHILE
    request = message.request
    if request is not None and message.kind in FOR_A_RESPONSE and (request.ended_at or request.state != RequestState.AWAITING):
        return ANSWERED
    if request is not None and message.kind == Message.NO_CONTACT and request.holder_id is not None:
        return FOUND
    return CLOCK_ENDED if message.kind in OF_A_CLOCK and _clock_key(message) in ended else ""


def _clock_key(message: Notification) -> UUID | None:
    """The clock that a reminder belongs to: its key begins with it."""
    try:
        return UUID(message.key.partition(":")[0])
    except ValueError:
        return None


@dataclass(slots=True)
class _Clocks:
    """Of the clocks that reminders belong to: those that have ended, and the overall limits."""

    ended: set[UUID] = field(default_factory=set)
    limits: set[UUID] = field(default_factory=set)


def _clocks_of(batch: Sequence[Notification]) -> _Clocks:
    keys = {key for message in batch if message.kind in OF_A_CLOCK and (key := _clock_key(message))}
    found = _Clocks()
    for key, state, measures in Clock.objects.filter(pk__in=keys).values_list("pk", "state", "measures"):
        if state != ClockState.RUNNING:
            found.ended.add(key)
        if measures == Measure.CAP:
            found.limits.add(key)
    return found


def _done_meanwhile(batch: Sequence[Notification], now: datetime) -> set[UUID]:
    """What asks for something by the moment of a clock of its reader's own that has ended since it was written: whoever did it in the evening is not
    asked to in the morning. One query, none where nothing of the kind waits; those of a case where something else is asked of them by that moment."""
    asking = [message for message in batch if message.kind in BY_A_CLOCK and message.recipient_id and message.due_at]
    asking = [message for message in asking if message.kind != Message.ASSIGNED or message.request_id is None]
    if not asking:
        return set()
    disputes, people = {message.dispute_id for message in asking}, {message.recipient_id for message in asking}
    ends: defaultdict[tuple[Any, ...], list[datetime | None]] = defaultdict(list)
    theirs = Clock.objects.filter(dispute__in=disputes, owner__in=people).values_list("dispute", "owner", "due_at", "agreed_due_at", "ended_at")
    for dispute, owner, due, agreed, ended in theirs:
        for moment in {due, agreed or due}:
            ends[dispute, owner, moment].append(ended)
    by = {message.pk: ends[message.dispute_id, message.recipient_id, message.due_at] for message in asking}
    done = [message for message in asking if any(ended is not None and ended > message.created_at for ended in by[message.pk])]
    unsure = {message.dispute.pk: message.dispute for message in done if None in by[message.pk] and message.dispute is not None}
    cases: dict[UUID | None, Case] = {case.dispute.pk: case for case in assemble(list(unsure.values()), now=now)}
    return {message.pk for message in done if None not in by[message.pk] or not _still_asks(cases[message.dispute_id], message)}


def _still_asks(case: Case, message: Notification) -> bool:
    """Whether what the message asks stands in My work of its reader; of words that were cut nobody can tell."""
    asked = [str(asked_by(case, clock)) for clock in case.running() if clock.owner_id == message.recipient_id]
    return len(message.action) >= LONGEST_ACTION or any(words in message.action for words in asked)


def _asked_anew(batch: Sequence[Notification]) -> set[UUID]:
    """What asks for what a newer message of the batch asks too, in its words and more: made urgent before it left, it would name two moments."""
    newer: defaultdict[tuple[Any, ...], list[set[str]]] = defaultdict(list)
    gone = set()
    for message in sorted(batch, key=lambda message: (message.created_at, message.pk), reverse=True):
        if message.kind == Message.ASSIGNED and message.dispute_id is not None:
            whose, words = (message.dispute_id, message.request_id, message.recipient_id, message.mailbox), set(message.action.split(". "))
            if any(words < others for others in newer[whose]):
                gone.add(message.pk)
            newer[whose].append(words)
    return gone


def _replaced_texts(batch: Sequence[Notification]) -> set[UUID]:
    """Reminders to review a procedure of which a newer text was published since; no query where there is none."""
    about = {message.pk: UUID(message.key.split(":")[1]) for message in batch if message.kind == Message.REVIEW}
    newer = ProcedureVersion.objects.filter(procedure=OuterRef("procedure"), number__gt=OuterRef("number"))
    old = set(ProcedureVersion.objects.filter(pk__in=about.values()).filter(Exists(newer)).values_list("pk", flat=True)) if about else set()
    return {key for key, version in about.items() if version in old}


def _settled_learning(batch: Sequence[Notification]) -> set[UUID | None]:
    """Learning actions that were done or set aside since; no query where the batch is about none."""
    keys = {message.learning_id for message in batch if message.learning_id is not None}
    return set(LearningPoint.objects.filter(pk__in=keys, done_at__isnull=False).values_list("pk", flat=True)) if keys else set()


def _to_boxes_that_are_gone(batch: Sequence[Notification]) -> set[UUID]:
    """What of a request is for a shared mailbox that no agency and no post there has any more; two queries where the batch has any, else none."""
    boxed = [message for message in batch if message.request_id and message.mailbox and message.recipient_id is None and message.guest_id is None]
    if not boxed:
        return set()
    places, boxes = {message.place.pk for message in boxed}, {message.mailbox for message in boxed}
    known = set(Agency.objects.filter(partnership__in=places, mailbox__in=boxes).values_list("partnership", "mailbox"))
    known |= set(Post.objects.filter(agency__partnership__in=places, mailbox__in=boxes).values_list("agency__partnership", "mailbox"))
    return {message.pk for message in boxed if (message.place.pk, message.mailbox) not in known}


def _waiting_reminders(batch: Sequence[Notification]) -> list[Notification]:
    """Every reminder that waits about the disagreements of the batch's reminders, those of the batch included."""
    disputes = {message.dispute_id for message in batch if message.is_reminder and message.dispute_id is not None}
    waiting = Notification.objects.filter(dispute__in=disputes, is_reminder=True, state=Delivery.WAITING)
    return list(waiting.select_related("dispute", "request"))


def _replaced(batch: Sequence[Notification], wanted: Sequence[Notification], limits: set[UUID]) -> set[UUID]:
    """Reminders for which a newer one, itself still wanted, waits for the same person and disagreement: of what they owe one about the same clock,
    of an overall limit and of what others owe any."""
    newest: dict[tuple[Any, ...], Notification] = {}
    for message in sorted(wanted, key=lambda message: (message.created_at, message.pk)):
        whose = (message.dispute_id, message.recipient_id, message.mailbox)
        newest[whose] = newest[(*whose, _clock_key(message))] = message
    latest = {whose: message.pk for whose, message in newest.items()}
    gone = set()
    for message in batch:
        whose = (message.dispute_id, message.recipient_id, message.mailbox)
        is_own = message.action == FOLLOWED or not (_clock_key(message) in limits or tells_of_others(message.action, message.said))
        if message.is_reminder and latest.get((*whose, _clock_key(message)) if is_own else whose) != message.pk:
            gone.add(message.pk)
    return gone


def _said_beside(batch: Sequence[Notification]) -> set[UUID]:
    """Reminders of what is handed to the same person in the same batch, in the same words and by the same moment: whoever takes it over in the night
    in which it falls due hears once, for that message says whether the moment has passed. Whatever drops it drops them too."""
    handed: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
    for message in batch:
        words = message.action.split(". ")
        if message.kind == Message.ASSIGNED and words[0] == HANDED:
            handed[_whose(message)] |= set(words)
    return {message.pk for message in batch if message.is_reminder and message.action in handed.get(_whose(message), ())}


def _whose(message: Notification) -> tuple[Any, ...]:
    return (message.dispute_id, message.recipient_id, message.mailbox, message.due_at)


def _hidden(batch: Sequence[Notification], now: datetime) -> dict[UUID, str]:
    """Messages to people whose account is closed, or who may no longer know of the disagreement; to guests whose door is closed."""
    found = _hidden_from_guests(batch, now)
    by_person: defaultdict[UUID, list[Notification]] = defaultdict(list)
    for message in batch:
        if message.recipient_id is not None:
            by_person[message.recipient_id].append(message)
    for messages in by_person.values():
        user = messages[0].recipient
        if user is None or not user.is_active:
            found |= {message.pk: ACCOUNT_CLOSED for message in messages}
            continue
        person = person_of(user, now.astimezone(LONDON).date())
        theirs = Dispute.objects.named_visible_to(person).filter(pk__in={message.dispute_id for message in messages if message.dispute_id})
        points = {message.learning_id for message in messages if message.learning_id}
        learning = LearningPoint.objects.filter(pk__in=points).seen_by(person).values_list("pk", flat=True) if points else []
        seen = {*theirs.values_list("pk", flat=True), *learning}
        found |= {message.pk: NOT_THEIRS for message in messages if not _is_theirs(message, person, seen)}
    return found


def _hidden_from_guests(batch: Sequence[Notification], now: datetime) -> dict[UUID, str]:
    """What is for an open door is not sent to a closed one; that it has closed is told where it has, and only to who had heard of it."""
    guests = {message.guest_id for message in batch if message.guest_id is not None}
    if not guests:
        return {}
    let_in = set(Guest.objects.open(now).filter(pk__in=guests).values_list("pk", flat=True))
    heard = set(Notification.objects.filter(guest__in=guests, state=Delivery.SENT).values_list("guest", flat=True))
    found: dict[UUID, str] = {}
    for message in batch:
        is_over = message.kind == Message.NOT_ASKED
        if message.guest_id is None or (message.guest_id in heard - let_in if is_over else message.guest_id in let_in):
            continue
        found[message.pk] = NEVER_HEARD if is_over else NOT_THEIRS
    return found


def _is_theirs(message: Notification, person: Person, seen: set[UUID]) -> bool:
    """They see the disagreement or the learning action; what is about neither is the business unit's, but for what is about the directory."""
    about = message.dispute_id or message.learning_id
    if about is not None:
        return about in seen
    if message.kind == Message.CONTACTS:
        return message.partnership_id == person.partnership_id
    if message.kind in {
        Message.GIVEN,
        Message.OUR_PEOPLE,
        Message.MARKED,
        Message.REST,
    }:  # whoever led the agency then, and may have been put out since
        return message.partnership_id in person.partnership_ids
    return message.partnership_id in person.units
