"""Adding to the record: contacts, meetings, notes, actions, corrections, concerns and dates. None of these moves the disagreement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import Conflict, InvalidInput, NotFound
from agencies.person import Person
from agencies.words import moment
from agencies.working_days import london
from escalation.engine import anew, clockwork, own_clocks, own_move
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import checked_happened, verb
from escalation.engine.standing import as_corrected, moments
from escalation.engine.turns import asked_by
from escalation.models import AgreedAction, Event, EventBody, Request
from escalation.part_policy import is_apart, is_from_before
from escalation.policy import acts_for_raising, acts_for_receiving, takes_part
from escalation.record_policy import HAPPENS_APART, NEVER_CORRECTED, NO_MISTAKE_OF_WORDS, is_inside, may_read_action, may_read_line, stage_told
from escalation.services.lifecycle import at_stage, engage, has_begun, is_open, raising_ids, receiving_holders
from escalation.services.offices import unit_ids
from escalation.services.past_stages import confirm_past
from escalation.services.repeated import longest_of, say_anew
from escalation.services.words import coming, needed, sentences, short
from escalation.states import EventKind, Message, Side, Verb

MOST_ACTIONS = 3
"""Of a meeting or a decision, on its own page."""
CONFIRMED = gettext_noop("Another has confirmed when it happened, and dates may count from it: that stays. If it is wrong, add a note that says so.")


def is_live(case: Case, _person: Person | None = None) -> str | None:
    """None for what still runs, resolved or not, else why not."""
    return None if case.dispute.is_live else is_open(case) or _("It has ended.")


@verb(Verb.RECORD_CONTACT, ready=is_live, decides=False)
def record_contact(change: Change, *, how: str, whom: str, said: str, reached: bool, agency: UUID | None = None) -> None:
    """An attempt to reach someone (BRI-06): when, how, whom, what was said. One in which the receiver was reached stops the system's move.

    Where several agencies are asked, `agency` says of which somebody was reached: another's silence stays silence. Of what an agency that is asked
    writes down itself, it is that one which was heard.
    """
    body = {
        "how": how,
        "whom": needed(whom, "whom", _("Say whom you tried to reach.")),
        "said": needed(said, "said", _("Say what happened or what was said.")),
    }
    if agency is not None and agency not in change.case.receiving_ids | {change.case.raising_id}:
        raise InvalidInput(_("Choose one of the agencies of this disagreement."), field="agency")
    meant = _meant(change, agency)
    if reached and agency is None and len(meant) > 1 and not change.is_past:
        raise InvalidInput(_("Say of which agency you reached somebody."), field="agency")
    for request in meant if reached else ():
        engage(change, request)
    one = meant[0] if len(meant) == 1 and (agency is not None or len(change.case.requests) > 1) else None
    change.record(EventKind.CONTACT, facts={"reached": reached}, body=body, request=one)


def _meant(change: Change, agency: UUID | None) -> list[Request]:
    """The requests that a contact concerns: their own of whoever is asked, the agency's, or all where none is named."""
    asked = {agency} if agency is not None else change.case.receiving_ids
    mine = acts_for_receiving(change.actor, change.case) if change.actor is not None else frozenset()
    return [request for request in change.case.requests if request.agency_id in (mine or asked)]


@verb(Verb.ADD_NOTE, ready=has_begun, decides=False)
def add_note(change: Change, *, text: str, private: bool = False) -> None:
    """A note on the record, or one that only the person's own agency sees."""
    words = needed(text, "text", _("Write the note."))
    if private and change.agency is None:
        raise InvalidInput(_("A private note belongs to an agency of this disagreement."), field="private")
    change.record(EventKind.NOTE, body={"text": words}, private_to=change.agency if private else None)


def may_take_on(case: Case) -> frozenset[UUID]:
    """The agencies for which an action can be agreed now: none but the raising agency where what is agreed stays inside it."""
    own = frozenset({case.raising_id})
    return own if is_inside(case, case.dispute.stage) else own | case.receiving_ids


def may_do_action(case: Case, agency: UUID) -> list[Person]:
    """Who can be asked for an agreed action there: everybody with a role in the agency, by name; of those from whom it is kept, who take part."""
    people = (case.directory.person(key) for key in case.directory.snapshot.people if key not in case.conflicted_ids)
    there = (one for one in people if one is not None and agency in one.agency_ids)
    return sorted((one for one in there if not is_apart(one, case) or takes_part(one, case)), key=lambda one: one.name)


@verb(Verb.ADD_ACTION, ready=is_live)
def add_action(change: Change, *, what: str, agency: UUID, due_at: datetime, owner: UUID | None = None) -> None:
    """An action that the sides agreed, with its own clock and reminders until it is done; who raised the matter is told (BRO-03, BRO-08)."""
    case = change.case
    words = needed(what, "what", _("Say what will be done."))
    if agency not in case.receiving_ids | {case.raising_id}:
        raise InvalidInput(_("Choose one of the agencies of this disagreement."), field="agency")
    if agency not in may_take_on(case):
        raise InvalidInput(_("This stage is inside your own agency: the other agency does not know of the action."), field="agency")
    coming(due_at, change.now, "due_at", _("Give a date that has not passed."))
    if owner is not None and owner not in {one.id for one in may_do_action(case, agency)}:
        raise InvalidInput(_("Choose someone with a role in that agency."), field="owner")
    holder = owner or case.holder_id(Side.RAISING if agency == case.raising_id else Side.RECEIVING, agency)
    event = change.record(EventKind.ACTION_AGREED, facts={"agency": str(agency), "due": due_at.isoformat()}, body={"what": words})
    action = AgreedAction(dispute=case.dispute, event=event, agency_id=agency, owner_id=holder, due_at=due_at)
    change.add(action)
    clock = own_clocks.of_action(case, action, change.now)
    clockwork.place(change, clock)
    change.tell([holder], kind=Message.ASSIGNED, action=asked_by(case, clock), due=clock.due_at)
    told = {case.dispute.raiser_id, case.dispute.lead_manager_id} - {holder, change.actor.id if change.actor else None}
    change.tell(told, kind=Message.FEEDBACK, action=gettext_noop("An action was agreed"), due=due_at)


def add_agreed(change: Change, actions: Sequence[Mapping[str, Any]]) -> None:
    """The actions that a meeting agreed or a decision asks for, each as `add_action` takes it. Raises InvalidInput beside the action's own field."""
    if len(actions) > MOST_ACTIONS:
        raise InvalidInput(_("Enter no more than {n} actions here, and add the others one by one.").format(n=MOST_ACTIONS), field="actions")
    for number, given in enumerate(actions, start=1):
        try:
            add_action(change, **given)
        except InvalidInput as error:
            raise InvalidInput(error.message, field=f"action_{number}_{error.field}") from error


def open_actions(case: Case, person: Person | None) -> list[AgreedAction]:
    """What is still to be done of what this person may read, the soonest first; all of it for the system. One query."""
    rows = AgreedAction.objects.filter(dispute=case.dispute, done_at=None).select_related("event__body")
    return [row for row in rows if person is None or may_read_action(person, case, row)]


@verb(Verb.COMPLETE_ACTION, ready=has_begun, decides=False)
def complete_action(change: Change, *, action: UUID, how: str = "") -> None:
    """An agreed action is done."""
    case = change.case
    row = next((row for row in open_actions(case, change.actor) if row.pk == action), None)
    if row is None:
        raise NotFound(_("That action is not open."))
    row.done_at = change.now
    change.touch(row)
    for clock in case.running():
        if clock.action_id == row.pk:
            clockwork.end(change, clock, clockwork.met(change, clock))
    change.record(EventKind.ACTION_DONE, facts={"action": str(action), "line": row.event.number, "stage": row.event.stage}, body={"how": how})


def _actor(change: Change) -> UUID:
    if change.actor is None:
        raise TypeError("Only a person does this.")
    return change.actor.id


def own_agencies(change: Change) -> frozenset[UUID]:
    """The agencies for which the actor acts in this disagreement."""
    case, actor = change.case, change.actor
    own = frozenset({case.raising_id}) if actor is not None and acts_for_raising(actor, case) else frozenset()
    return own | (acts_for_receiving(actor, case) if actor is not None else frozenset())


def words_to_correct(case: Case, person: Person) -> dict[int, tuple[Event, dict[str, str]]]:
    """The lines of this person's own, the newest first, each with its texts as they stand after corrections; none that they may no more know of.

    One query.
    """
    events = Event.objects.filter(dispute=case.dispute).select_related("body").order_by("-number")
    rows = [(line, getattr(line, "body", None)) for line in events]
    texts = as_corrected(reversed(rows))
    own = [
        line for line, body in rows if line.actor_id == person.id and line.kind not in NEVER_CORRECTED and body is not None and body.erased_at is None
    ]
    found = {line.number: (line, _correctable(line, texts.get(line.number, {}))) for line in own}
    return {number: row for number, row in found.items() if row[1] and may_read_line(person, case, row[0])}


def _correctable(line: Event, texts: Mapping[str, str]) -> dict[str, str]:
    """Of the line's texts those that can be corrected and say anything."""
    never = NO_MISTAKE_OF_WORDS.get(EventKind(line.kind), frozenset())
    return {key: words for key, words in texts.items() if words.strip() and key not in never}


@verb(Verb.CORRECT, ready=has_begun, decides=False)
def correct(change: Change, *, number: int, why: str, text: Mapping[str, str] | None = None, when: datetime | None = None) -> None:
    """A correction of one's own line: a new line that shows the old beside the new. Nothing is overwritten.

    `text` has the texts that change; `when` is when a call, a meeting or an advice happened, where that was said wrong. No clock counts from it
    before somebody else confirms it, and from then on it can be put right no more.
    """
    case = change.case
    reason = needed(why, "why", _("Say what was wrong."))
    line = Event.objects.filter(dispute=case.dispute, number=number).first()
    body = EventBody.objects.filter(event=line, erased_at=None).first() if line else None
    if line is None or body is None or line.kind in NEVER_CORRECTED or not _knows(change, line):
        raise NotFound(_("There is no such line to correct."))
    if line.actor_id != _actor(change):
        raise InvalidInput(_("You can correct only what you wrote yourself. Add a note instead."), field="number")
    text = text or {}
    unknown = set(text) - (set(body.text) - NO_MISTAKE_OF_WORDS.get(EventKind(line.kind), frozenset()))
    rows = _with_corrections(case, number)
    stands, moved = as_corrected(rows)[number], _put_right(change, line, rows, when)
    changed = {key: needed(value, f"text-{key}", _("Write the corrected text.")) for key, value in text.items() if value.strip() != stands.get(key)}
    if unknown or not (changed or moved):
        raise InvalidInput(_("Change the text of the line; nothing was changed."), field="text")
    for key, words in changed.items():
        if longest := longest_of(line, key):
            (sentences if key == "interest" else short)(words, f"text-{key}", longest)
    say_anew(change, line, {key: {before: words for before in (stands.get(key, ""), body.text[key]) if before} for key, words in changed.items()})
    facts = {"line": number, "line_kind": line.kind, "stage": stage_told(line)} | ({"happened": moved.isoformat()} if moved else {})
    change.record(EventKind.CORRECTED, facts=facts, body={"why": reason, "new": changed}, private_to=line.private_to_id)


Rows = list[tuple[Event, EventBody | None]]


def _with_corrections(case: Case, number: int) -> Rows:
    """The line, whatever corrects lines, and whatever confirms when one happened, in the order of the record. One query."""
    about = Q(number=number) | Q(kind__in=(EventKind.CORRECTED, EventKind.HAPPENED_CONFIRMED))
    rows = Event.objects.filter(about, dispute=case.dispute).select_related("body").order_by("number")
    return [(event, getattr(event, "body", None)) for event in rows]


def _put_right(change: Change, line: Event, rows: Rows, when: datetime | None) -> datetime | None:
    """When it happened in place of what stands; None where nothing is said, or the same minute. Raises InvalidInput where that stays."""
    if when is None or _minute(when) == _minute(moments(rows).get(line.number, line.happened_at)):
        return None
    if line.kind not in HAPPENS_APART:
        raise InvalidInput(_("Only of a call, a meeting or advice can you put right when it happened: dates hang on the others."), field="when")
    if _is_confirmed(rows, line.number):
        raise InvalidInput(_(CONFIRMED), field="when")
    if when > line.recorded_at:
        words = moment(london(line.recorded_at), today=london(change.now).date())
        raise InvalidInput(_("It was written down on {moment}, and cannot have happened after that.").format(moment=words), field="when")
    return checked_happened(when, change.now, "when")


def _minute(at: datetime) -> datetime:
    """What is typed has no seconds."""
    return at.replace(second=0, microsecond=0)


def _is_confirmed(rows: Rows, number: int) -> bool:
    return any(event.kind == EventKind.HAPPENED_CONFIRMED and event.facts.get("line") == number for event, _body in rows)


def happened(case: Case, line: Event) -> tuple[datetime, bool]:
    """When what the line is about happened, as it stands, and whether somebody else has confirmed it. One query."""
    rows = _with_corrections(case, line.number)
    return moments(rows).get(line.number, line.happened_at), _is_confirmed(rows, line.number)


@verb(Verb.CONTINUE_CONCERN, ready=has_begun, decides=False)
def continue_concern(change: Change, *, concern: str) -> None:
    """Someone still believes the child at risk, whatever the outcome: it is their responsibility to say so (BRI-21)."""
    words = needed(concern, "concern", _("Say what still worries you."))
    change.case.dispute.has_continuing_concern = True
    change.record(EventKind.CONCERN, body={"concern": words})
    heard = {*raising_ids(change.case), *_once_ended(change.case), *receiving_holders(change.case), *unit_ids(change.case)}
    heard -= {change.actor.id if change.actor else None}
    change.tell(sorted(heard, key=str), kind=Message.UNIT, action=gettext_noop("A continuing concern was recorded"))


def _once_ended(case: Case) -> set[UUID]:
    """Of what has ended, who else of the raising side hears of a concern: whoever held it last and still may, and the safeguarding leads, who may
    reopen it; of what is kept from the agency's people none of these who had it before."""
    runs = [run for run in case.runs if not is_from_before(case, run)] if case.run is None else []
    held = {run.holder_id for run in runs[-1:] if run in case.unit_hops or case.may_hold(run.holder_id, case.raising_id)}
    leads = case.lead_ids(case.raising_id) if case.run is None and not case.dispute.is_restricted else frozenset()
    return {user for user in held if user is not None} | leads


def _knows(change: Change, line: Event) -> bool:
    """May whoever acts know of this line? To the others it is not there."""
    return change.actor is None or may_read_line(change.actor, change.case, line)


def lines_to_confirm(case: Case, person: Person) -> list[tuple[Event, datetime]]:
    """What others entered later than it happened, the newest first, of what this person may know of and no agency keeps to itself, each with when it
    happened as that stands. One query."""
    entered = Q(happened_at__lt=F("recorded_at")) | Q(kind__in=(*HAPPENS_APART, EventKind.CORRECTED))
    lines = list(Event.objects.filter(entered, dispute=case.dispute, private_to=None).exclude(kind=EventKind.SUBMITTED).order_by("number"))
    moved = moments((line, None) for line in lines)
    rows = ((line, moved.get(line.number, line.happened_at)) for line in reversed(lines))
    return [(line, at) for line, at in rows if at < line.recorded_at and line.actor_id != person.id and may_read_line(person, case, line)]


@verb(Verb.CONFIRM_HAPPENED, ready=at_stage, decides=False)
def confirm_happened(change: Change, *, number: int, up_to: int | None = None) -> None:
    """The receiving side or the business unit confirms that something happened when the other side says: its clocks start then.

    When it was raised with whoever wrote it down moves no clock: the other side had not heard of it. `up_to` is the newest line that there was when
    they read it: a moment that was put right since is confirmed by nobody who has not seen it.
    """
    rows = _with_corrections(change.case, number)
    line = next((event for event, _body in rows if event.number == number), None)
    at = moments(rows).get(number, line.happened_at) if line is not None else change.now
    # The confirmation is everybody's to read: what an agency keeps to itself is confirmed by nobody, and moves no clock.
    if line is None or at >= line.recorded_at or line.kind == EventKind.SUBMITTED or line.private_to_id is not None or not _knows(change, line):
        raise NotFound(_("That line has no earlier moment to confirm."))
    if change.actor is not None and line.actor_id == change.actor.id:
        raise InvalidInput(_("Someone else confirms it."), field="number")
    if up_to is not None and number in moments((event, None) for event, _body in rows if event.number > up_to):
        raise Conflict(_("Since you opened the page it was put right when that happened. Look at it again, then confirm it."))
    if line.kind == EventKind.PAST_STAGE:
        moved = confirm_past(change, line)
    else:
        mine = acts_for_receiving(change.actor, change.case) if change.actor is not None else frozenset()
        moved = anew.start_earlier(change, kind=EventKind(line.kind), recorded=line.recorded_at, happened=at, by=mine)
    change.record(EventKind.HAPPENED_CONFIRMED, facts={"line": number, "happened": at.isoformat(), "clocks": moved})


def mark_opened(change: Change) -> None:
    """The receiving side opened its request: it is received, and the system may act on its silence."""
    case = change.case
    mine = acts_for_receiving(change.actor, case) if change.actor else frozenset()
    fresh = [request for request in case.requests if request.agency_id in mine and request.opened_at is None]
    for request in fresh:
        request.opened_at = change.now
        change.touch(request)
        for clock in [clock for clock in case.running() if clock.request_id == request.pk and own_move.waits_anew(clock)]:
            clock.next_check_at = change.now
            change.touch(clock)
    if fresh:
        change.record(EventKind.OPENED)
