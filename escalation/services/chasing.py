"""A chase: somebody has the reminder sent again to whoever owes what is due, now or at the office's next opening."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import WrongState
from agencies.person import Person
from agencies.said import Said
from agencies.words import clock_time
from agencies.working_days import london
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.next_steps import mailbox_of
from escalation.engine.perform import verb
from escalation.engine.turns import asked_by, rests_on
from escalation.models import Clock, Event
from escalation.record_policy import may_see_clock
from escalation.services.record import is_live
from escalation.services.reminding import line_manager, request_of, who_owe, words_for
from escalation.states import EventKind, Measure, Message, Side, Verb

AGAIN_AFTER = timedelta(hours=1)
# Before anything is late.
WHENEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chased:
    """Something due, what the reminder of it says, and who gets that: people, or an agency's shared mailbox where nobody is named."""

    clock: Clock
    words: Said
    people: tuple[UUID, ...]
    mailbox: str
    is_overdue: bool


def to_chase(case: Case, person: Person, now: datetime) -> list[Chased]:
    """Everything overdue, or else what is due next, that others owe: the business unit chases both sides, the raising side the other one (BRI-06).

    The reminder goes to whoever owes it, and where it is overdue to who supervises them, as the reminder of the sweep does. What they may not know
    of, as what was agreed inside the raising agency, is not theirs to chase.
    """
    found = []
    for clock in sorted(case.running(), key=lambda each: (each.effective_due, each.key)):
        if clock.measures == Measure.CAP or rests_on(case, clock) or (clock.owed_by == Side.RAISING and not policy.oversees(person, case)):
            continue
        if not may_see_clock(clock, case, person):
            continue
        late = clock.effective_due < now
        owing = [*who_owe(case, clock), line_manager(case, clock) if late else None]
        people = tuple(user for user in dict.fromkeys(owing) if user and user != person.id and user not in case.conflicted_ids)
        mailbox = mailbox_of(case, clock.agency_id, clock.owner_id)
        if people or mailbox:
            found.append(Chased(clock, asked_by(case, clock), people, mailbox, late))
    late_ones = [each for each in found if each.is_overdue]
    return late_ones or [each for each in found if each.clock.effective_due == found[0].clock.effective_due]


def _is_any_due(case: Case, person: Person | None = None) -> str | None:
    """Whether anybody else owes anything, whenever it is due."""
    refusal = is_live(case, person)
    if refusal or person is None:
        return refusal
    return None if to_chase(case, person, WHENEVER) else _("Nothing is due from anybody else now.")


@verb(Verb.CHASE, ready=_is_any_due, decides=False)
def chase(change: Change) -> None:
    """The reminder goes out again; urgent at once, else in office hours, as every reminder. Within an hour of the last it is refused."""
    case, actor = change.case, change.actor
    if actor is None:
        raise TypeError("Only a person chases.")
    last = Event.objects.filter(dispute=case.dispute, kind=EventKind.CHASED, recorded_at__gt=change.now - AGAIN_AFTER).order_by("-number").first()
    if last is not None:
        raise WrongState(_("A reminder was sent again at {time}. Another can go an hour after it.").format(time=clock_time(london(last.recorded_at))))
    meant = to_chase(case, actor, change.now)
    event = change.record(EventKind.CHASED, facts={"clocks": [each.clock.key for each in meant], "due": meant[0].clock.effective_due.isoformat()})
    for each in meant:
        for person in each.people or (None,):
            change.tell(
                [person],
                kind=Message.OVERDUE if each.is_overdue else Message.DUE,
                action=words_for(case, each.clock, person),
                due=each.clock.effective_due,
                request=request_of(case, each.clock),
                key=f"{each.clock.pk}:{event.pk}",
                reminder=True,
                mailbox=each.mailbox,
            )


def written_to(change: Change) -> list[str]:
    """Everybody to whom this change writes, by name, a guest by theirs and a shared mailbox by its address."""
    found, guests = list[str](), {request.guest_id: request.guest for request in change.case.requests}
    for message in change.messages.values():
        person = change.case.directory.person(message.recipient_id) if message.recipient_id else None
        guest = guests.get(message.guest_id) if message.guest_id else None
        found.append(person.name if person else guest.name if guest else message.mailbox)
    return list(dict.fromkeys(filter(None, found)))


def leaves_at(change: Change) -> datetime:
    """When the first of its messages leaves."""
    return min(message.not_before for message in change.messages.values())
