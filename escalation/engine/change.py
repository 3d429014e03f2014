"""One change of one disagreement, built in memory: events, rows and messages, written later as a whole by `commit`."""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_noop

from agencies import wall_clock
from agencies.person import Person
from escalation.engine import chain, clockwork, next_steps, vouched
from escalation.engine.case import Case
from escalation.engine.reasons import why_told
from escalation.engine.typed import kept
from escalation.models import Clock, Event, EventBody, Guest, Notification, Request
from escalation.models.outbox import asking
from escalation.states import LIVE, EventKind, Measure, Message, State

log = logging.getLogger(__name__)
# What merely adds to the record: nobody's decision depends on it, so what another person saw stays true.
QUIET = frozenset(
    {
        EventKind.NOTE,
        EventKind.CONTACT,
        EventKind.CHASED,
        EventKind.OPENED,
        EventKind.HALF_WAY,
        EventKind.DUE,
        EventKind.OVERDUE,
        EventKind.REMINDED,
        EventKind.MOVE_OFFERED,
        EventKind.MOVE_WARNED,
        EventKind.NEXT_STEP_ASKED,
        EventKind.DATE_PASSED,
        EventKind.BROUGHT_UP,
        EventKind.CORRECTED,
        EventKind.FILED,
        EventKind.LEARNING_FOLLOWED,
        EventKind.READ_EARLY,
        EventKind.REFERENCE_ADDED,
        EventKind.CHILD_CORRECTED,
        EventKind.LINKED,
        EventKind.GUEST_INVITED,
        EventKind.GUEST_TAKEN_BACK,
        EventKind.REVIEW_DUE,
        EventKind.KEPT_LONGER,
        EventKind.LEGAL_HOLD,
        EventKind.HOLD_LIFTED,
        EventKind.FILE_ATTACHED,
        EventKind.FILE_REPLACED,
        EventKind.FILE_WITHDRAWN,
        EventKind.ERASED,
    }
)
# What whoever holds a request is asked or told about its time: its guest and the holder's team are told too.
OF_A_REQUEST = frozenset({Message.ASSIGNED, Message.HALF_WAY, Message.DUE, Message.OVERDUE, Message.EXTENDED})
# Lines that a clock wrote, of one request where its clock is of one.
OF_A_CLOCK = frozenset({EventKind.HALF_WAY, EventKind.DUE, EventKind.OVERDUE, EventKind.REMINDED, EventKind.MOVE_OFFERED, EventKind.MOVE_WARNED})
NOT_ASKED = gettext_noop("You are not asked to answer any more. Nothing is left for you to do.")


class Rank(IntEnum):
    """What a reminder tells of, seen from who gets it. Of what is not their own one alone is told in a sweep, and none beside what is."""

    OWN = 0
    OTHERS = 1
    LIMIT = 2


class Change:
    """What happens to one case now. Verbs call `record`, `touch`, `add` and `tell`; they know no clocks and no tables' writing order.

    It happens at `now`, to the second. `is_past` says that it happened before the product was there and is entered from an earlier log: nobody is
    told.
    """

    def __init__(
        self,
        case: Case,
        *,
        now: datetime,
        actor: Person | None = None,
        happened: datetime | None = None,
        agency: UUID | None = None,
        is_past: bool = False,
    ) -> None:
        self.case = case
        self.now = wall_clock.to_the_second(now)
        self.actor = actor
        self.happened = happened or self.now
        self.agency = agency
        self.is_past = is_past
        self.added: list[Model] = []
        self.touched: dict[type[Model], dict[UUID, Model]] = {}
        self.events: list[Event] = []
        self.messages: dict[str, Notification] = {}
        self._ranks: dict[str, Rank] = {}
        # A draft's answers go once the disagreement has left the own agency's hop, or is withdrawn.
        self.drops_draft = False
        # What is done once every row is written, in the same transaction: erasing what a line of this change says is erased.
        self.afterwards: list[Callable[[], None]] = []
        # Another disagreement that the same verb changes, written with this one.
        self.beside: Change | None = None
        # The product's own clocks that began with it, or passed to somebody: whoever has them now hears of it when it ends.
        self.begun: list[Clock] = []
        # Who was who in it before; nothing where no line says anything yet.
        self._before = vouched.standing(case) if case.dispute.head_number else vouched.NOTHING
        # Who was asked without an account when it began: those who no longer are when it ends are told.
        self._asked = [(request, request.guest) for request in case.awaiting if request.guest is not None]

    def record(
        self,
        kind: EventKind,
        *,
        facts: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        agency: UUID | None = None,
        request: Request | None = None,
        private_to: UUID | None = None,
        happened: datetime | None = None,
        by_itself: bool = False,
    ) -> Event:
        """Write a line of the record and let the clockwork act on it.

        `facts` are choices, keys and moments; `body` what was typed. `agency` is on whose behalf, by default the change's. `request` is the
        receiving agency's request that it belongs to, where it belongs to one: only that one's clocks move. `happened` is when, where it is
        another moment than the change's. `by_itself` says that nobody did it, and now: time passed, whoever's change notices. Raises InvalidInput
        for typed text that cannot be kept. What a guest does names no account: the facts name the guest.
        """
        self._close_line()
        dispute, actor = self.case.dispute, None if by_itself else self.actor
        is_guest = actor is not None and actor.guest_of is not None
        whose = self.case.said_of(request.agency_id) if request is not None and kind in OF_A_CLOCK else {}
        text = kept(body) if body else {}
        salt = chain.new_salt() if text else ""
        event = Event(
            dispute_id=dispute.pk,
            number=dispute.head_number + 1,
            kind=kind,
            stage=dispute.stage,
            actor_id=actor.id if actor is not None and not is_guest else None,
            agency_id=agency or (None if by_itself else self.agency),
            private_to_id=private_to,
            happened_at=happened or (self.now if by_itself else self.happened),
            recorded_at=self.now,
            facts=(facts or {}) | whose | ({"guest": str(actor.id)} if actor is not None and is_guest else {}),
            body_digest=chain.body_digest(salt, text) if text else "",
            previous=dispute.head_digest,
        )
        dispute.head_number = event.number
        self.events.append(event)
        self.add(event)
        if text:
            self.add(EventBody(event=event, salt=salt, text=text))
        self.touch(dispute)
        clockwork.react(self, kind, request)
        return event

    def _close_line(self) -> None:
        """The last line says nothing more: it is hashed, and the next one hangs on it."""
        if self.events and not self.events[-1].digest:
            self.events[-1].digest = self.case.dispute.head_digest = chain.event_digest(self.events[-1])

    def add(self, row: Model) -> None:
        """A new row, written with the rest."""
        self.added.append(row)

    def touch(self, row: Model) -> None:
        """A row that changed; rows that are themselves new need no touching, and are left alone."""
        if not row._state.adding:
            self.touched.setdefault(type(row), {})[row.pk] = row

    def tell(
        self,
        recipients: Iterable[UUID | None],
        *,
        kind: str,
        action: str,
        due: datetime | None = None,
        request: Request | None = None,
        key: str | None = None,
        reminder: bool = False,
        rank: Rank = Rank.OWN,
        mailbox: str = "",
    ) -> None:
        """Put a message in the outbox for each person, once: reference, action and due moment, never case detail. None of what is past.

        Nobody with a conflict hears of it. It leaves at once where the disagreement is urgent, else in the partnership's office hours. Who covers
        for a holder gets it too. In one sweep each person gets one message about each thing that they owe, the newest, and of the rest one
        alone, by its `rank`: see `_takes_its_place`.
        """
        if self.is_past:
            return
        recipients = list(recipients)
        stem = key or str(self.events[-1].pk)
        for person in dict.fromkeys(self._with_cover(recipients)):
            if person in self.case.conflicted_ids:
                continue
            address = "" if person else mailbox
            full = f"{stem}:{person or address}"
            if (person is None and not address) or full in self.messages or (reminder and self._has_said(person, address, kind, action, due)):
                continue
            if not self._takes_its_place(person, address, stem, kind, rank, reminder=reminder):
                continue
            self._ranks[full] = rank
            self._post(full, request, kind, action, due, reminder=reminder, person=person, mailbox=address)
        for asked in self._told_of(recipients, kind, request):
            self.tell_guest(asked, kind=kind, action=action, due=due, key=stem, reminder=reminder)
            self._tell_team(asked, stem, kind, action, due, reminder=reminder)

    def tell_apart(self, person: UUID, *, kind: str, action: str) -> None:
        """Put a message in the outbox that is about the partnership alone and leaves at once: to somebody who may not know of the disagreement."""
        key, place = f"{self.events[-1].pk}:{person}:apart", self.case.dispute.partnership_id
        marks = {"created_at": self.now, "not_before": self.now, **asking(action)}
        self.messages[key] = Notification(key=key, partnership_id=place, recipient_id=person, kind=kind, **marks)

    def tell_guest(
        self, request: Request, *, kind: str, action: str, due: datetime | None = None, key: str | None = None, reminder: bool = False
    ) -> None:
        """Put a message for the request's guest in the outbox: it leads to their own door. Nothing where nobody without an account was asked."""
        guest = request.guest
        if self.is_past or guest is None or (self.actor is not None and guest.pk == self.actor.id):
            return
        full = f"{key or self.events[-1].pk}:{guest.pk}"
        if full in self.messages:
            return
        if not self._takes_its_place(None, guest.email, full, kind, Rank.OWN, reminder=reminder):
            return
        self._post(full, request, kind, action, due, reminder=reminder, mailbox=guest.email, guest=guest)

    def _tell_who_is_not_asked_any_more(self) -> None:
        """Each guest whose door this change closed, but one who answered: taken back, answered by somebody else, or gone on."""
        waiting = self.case.awaiting if self.case.dispute.state == State.OPEN else []
        for request, guest in self._asked:
            mine = request in waiting and request.guest_id == guest.pk
            if mine or self.is_past or (self.actor is not None and self.actor.id == guest.pk):
                continue
            key = f"{self.events[-1].pk}:{guest.pk}:over"
            if self._takes_its_place(None, guest.email, key, Message.NOT_ASKED, Rank.OWN, reminder=False):
                self._post(key, request, Message.NOT_ASKED, NOT_ASKED, None, reminder=False, mailbox=guest.email, guest=guest)

    def _post(
        self, key: str, request: Request | None, kind: str, action: str, due: datetime | None, *, reminder: bool,
        person: UUID | None = None, mailbox: str = "", guest: Guest | None = None,
    ) -> None:  # fmt: skip
        self.messages[key] = Notification(
            key=key,
            dispute_id=self.case.dispute.pk,
            request_id=request.pk if request is not None else None,
            recipient_id=person,
            mailbox=mailbox,
            guest_id=guest.pk if guest is not None else None,
            kind=kind,
            why=why_told(self.case, person) if person is not None else "",
            **asking(action),
            due_at=due,
            is_urgent=self.case.dispute.is_urgent,
            is_reminder=reminder,
            created_at=self.now,
            not_before=self.now if self.case.dispute.is_urgent else self._next_opening,
        )

    def _tell_team(self, request: Request, stem: str, kind: str, action: str, due: datetime | None, *, reminder: bool) -> None:
        """The shared mailbox of the post in which the request is held is told as well; reading still needs somebody who signs in."""
        holder = request.holder_id
        box = self.case.directory.mailbox_of(request.agency_id, holder, request.holder_post) if holder is not None else ""
        if box and f"{stem}:{box}" not in self.messages and self._takes_its_place(None, box, stem, kind, Rank.OWN, reminder=reminder):
            self._post(f"{stem}:{box}", request, kind, action, due, reminder=reminder, mailbox=box)

    def _told_of(self, recipients: Collection[UUID | None], kind: str, request: Request | None) -> list[Request]:
        """The requests that wait for an answer and of whose time their holder is told: their guest and the holder's team are told too."""
        meant = self.case.awaiting if kind in OF_A_REQUEST else []
        return [each for each in meant if each.holder_id in recipients and (request is None or request.pk == each.pk)]

    @cached_property
    def _next_opening(self) -> datetime:
        """When a message that waits for the office leaves."""
        return self.case.calendar.next_opening(self.now)

    def _with_cover(self, recipients: Iterable[UUID | None]) -> list[UUID | None]:
        """The recipients, each holder among them followed by whoever covers for them today; nobody covers for who raised a restricted one."""
        case = self.case
        if not case.directory.snapshot.covers:  # Nobody is away today.
            return list(recipients)
        held, run = [(request.holder_id, request.agency_id) for request in case.requests], case.run
        if run is not None and not case.dispute.is_restricted:
            held.append((run.holder_id, case.raising_id))
        found: list[UUID | None] = []
        for person in recipients:
            found += [person, *(case.cover_of(person, agency) for holder, agency in held if person is not None and person == holder)]
        return found

    def has_told(self, person: UUID | None, words: str) -> bool:
        """News of this change asked this of the person already, or told of what happened and of all that is theirs: not of one clock alone."""
        news = [(key, message) for key, message in self.messages.items() if message.recipient_id == person and not message.is_reminder]
        return any(not self._about(key) or str(words) in message.action.split(". ") for key, message in news)

    def _has_said(self, person: UUID | None, address: str, kind: str, action: str, due: datetime | None) -> bool:
        """A message of this change says the same to the same person."""
        found = (message for message in self.messages.values() if (message.recipient_id, message.mailbox) == (person, address))
        return any((message.kind, message.action, message.due_at) == (kind, str(action), due) for message in found)

    def _takes_its_place(self, person: UUID | None, address: str, stem: str, kind: str, rank: Rank, *, reminder: bool) -> bool:
        """Make room for a message of the sweep. A newer one takes the place of an older one about the same clock and of what is not the reader's own;
        a reminder never that of news of it or of a warning. What somebody owes by another clock is told beside it.
        """
        if self.actor is not None:
            return True
        mine = {key: message for key, message in self.messages.items() if (message.recipient_id, message.mailbox) == (person, address)}
        if not mine:
            return True
        about, news = self._about(stem), [key for key, message in mine.items() if not message.is_reminder]
        if reminder and rank == Rank.OWN:
            if any(self._about(key) in {"", about} for key in news):
                return False
            gone = [key for key in mine if self._ranks.get(key) or (key not in news and self._about(key) in {"", about})]
        elif reminder:
            if news or any(self._ranks.get(key, Rank.OWN) < rank for key in mine):
                return False
            gone = list(mine)
        else:
            others = [key for key in mine if about and not self._ranks.get(key) and self._about(key) not in {"", about}]
            # What is asked anew stands beside what is told of another clock.
            beside = [key for key in others if key not in news or Message.ASSIGNED in {kind, mine[key].kind}]
            if kind != Message.MOVED_UP and any(mine[key].kind == Message.WARNING for key in news if key not in beside):
                return False
            gone = [key for key in mine if key not in beside]
        for key in gone:
            del self.messages[key]
        return True

    def _about(self, key: str) -> str:
        """The running clock that a message of this key is about; empty for none."""
        stem = key.partition(":")[0]
        return stem if any(str(clock.pk) == stem for clock in self.case.running()) else ""

    def finish(self) -> None:
        """Fix the disagreement's next moment, and count the change where a decision may depend on it. Called once, by `commit`."""
        dispute = self.case.dispute
        self._tell_who_is_not_asked_any_more()
        # What an agency keeps to itself is no news for anybody else: to them nothing has changed.
        if any(event.kind not in QUIET and event.private_to_id is None for event in self.events):
            dispute.revision += 1
        next_steps.tell_of_passed(self)
        if dispute.state in LIVE:
            next_steps.ensure_next_step(self)
            next_steps.record_asked(self)
            next_steps.tell_of_begun(self)
            dispute.wake_at = next_steps.next_look(self.case, self.now)
            dispute.next_due_at = min((c.effective_due for c in self.case.running() if c.measures != Measure.ACTION), default=None)
        else:
            for clock in self.case.running():
                # What the sides agreed to do is followed until it is done, also once the matter is closed (BRI-16).
                if dispute.state != State.CLOSED or clock.action_id is None:
                    clockwork.leave(self, clock)
            dispute.wake_at = dispute.next_due_at = None
        self.touch(dispute)
        self._vouch()
        self._close_line()

    def _vouch(self) -> None:
        """The last line vouches for what stands beside the lines from now on, where this change left that otherwise.

        Where the change has no line one is written for it, and the operator's log names it: what no line vouches for would look altered by hand.
        """
        if not self.case.dispute.head_number:
            return
        rows = [row for row in self.added if isinstance(row, vouched.HELD)]
        rows += [row for kind in vouched.HELD for row in self.touched.get(kind, {}).values() if isinstance(row, kind)]
        said = vouched.vouch(self.case, self._before, rows)
        if said and not self.events:
            parts = sorted({name.partition(":")[0] for name in said})
            log.error("A change without a line of its own left otherwise: %s. A line was written for it.", ", ".join(parts))
            self.record(EventKind.BROUGHT_UP, facts={"parts": parts})
        if said:
            self.events[-1].facts = self.events[-1].facts | {vouched.VOUCHED: said}

    def clock(self, key: str, request: Request | None = None) -> Clock | None:
        """The running clock of this key (of this request, where one is given)."""
        return next((c for c in self.case.running() if c.key == key and (request is None or c.request_id == request.pk)), None)
