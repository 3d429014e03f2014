"""Who looked: every reading of a disagreement is kept, and the receiving side's first look marks its request as opened.

The business unit may read one before its procedure informs it: with a reason, which is kept in the read ledger, holds for an hour, and is told
to the leads of both sides.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.person import Person
from agencies.ready import Ready
from escalation import policy
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.perform import verb
from escalation.models import Dispute, Event, Reading
from escalation.policy import acts_for_receiving
from escalation.record_policy import NAMES_ANOTHER, known_lines, left_agency
from escalation.services.much_read import DAY, HOUR, check_readings, check_taken
from escalation.services.record import mark_opened
from escalation.services.words import needed, sentences
from escalation.states import EventKind, Message, Side, State, Verb

CASE, CHILD, PRINT, FILE = "case", "child", "print", "file"
# Taken out in the answer to a request for access.
ANSWER = "answer"
# A reason was given: from here on the reader of the business unit reads it, for as long as HOLDS.
EARLY, ABOUT_CHILD = "early", "about child"
HOLDS = timedelta(hours=1)
LONGEST_REASON = 200
# What a line that somebody only caused by looking has not: asked for, the database would be asked.
BODY = Event._meta.get_field("body")
# Readings that take something out, a print or a file; and those that open a disagreement, the page and who the child is among them.
TAKES = Q(part__startswith=PRINT) | Q(part__startswith=FILE)
OPENS = Q(part__in=[CASE, CHILD]) | TAKES
# All that is counted as taken out. An answer opens nothing: what is in it was opened with its reason before.
TAKES_OUT = TAKES | Q(part=ANSWER)


def _opened(reader: UUID, since: datetime) -> "QuerySet[Reading, tuple[UUID, datetime]]":
    """Each disagreement that somebody opened since then, and when last."""
    rows = Reading.objects.filter(OPENS, reader=reader, recorded_at__gt=since).order_by()
    return rows.values("dispute").annotate(last=Max("recorded_at")).values_list("dispute", "last")


_OPENED: Ready[tuple[UUID, datetime]] = Ready(_opened)


def record_reading(case: Case, person: Person, part: str, *, now: datetime, reason: str = "") -> None:
    """Keep that the person looked at this part (`case`, `child`, `print` …) at this instant, and why where they had to say so.

    One query and one insert; it never waits for a writer of the case. The writer of a draft, who alone can look at it, leaves no trace.
    Raises TooMuch for somebody who opened very many within the hour.
    """
    record_readings([case], person, part, now=now, reason=reason)


def record_readings(cases: Iterable[Case], person: Person, part: str, *, now: datetime, reason: str = "") -> None:
    """The same for several that are shown together, in the same query and insert."""
    shown = [case for case in cases if case.dispute.state != State.DRAFT]
    if not shown:
        return
    check_readings(shown, person, _OPENED, now=now)
    by = _by(person)
    Reading.objects.bulk_create(
        Reading(dispute_id=case.dispute.pk, part=part, reason=reason or case.opened_early.get(person.id, ""), recorded_at=now, **by) for case in shown
    )
    if part.startswith((PRINT, FILE)) and person.guest_of is None:
        check_taken(person.id, shown[0].dispute.partnership_id, taken_lately(person, now), now=now)


def taken_lately(person: Person, now: datetime) -> int:
    """How much the person took out within a day: each print and file once, and of each answer to a request for access each disagreement in it."""
    rows = Reading.objects.filter(TAKES_OUT, reader=person.id, recorded_at__gt=now - DAY).order_by()
    return rows.values("dispute", "part").distinct().count()


def known_looks(person: Person) -> Q:
    """Of readings of what the person may know of those that are theirs to know, as a condition on Reading: of a file only with its line, and from
    before it was sent only the raising agency's."""
    lines = Event.objects.filter(known_lines(person), dispute=OuterRef("dispute"))
    of_it = lines.annotate(read_as=Concat(Value(f"{FILE}: "), Cast("number", CharField()))).filter(read_as=OuterRef("part"))
    return (~Q(part__startswith=f"{FILE}: ") | Q(Exists(of_it))) & (left_agency(person) | Q(reader=person.id))


def unseen_for_another(lines: QuerySet[Event], person: Person) -> set[UUID]:
    """Of these lines, by key, those that name another disagreement of which the person may not know: to them they are not there. Two queries, one
    where none names any."""
    rows = lines.filter(kind__in=NAMES_ANOTHER).order_by().values_list("pk", "facts")
    named = {key: str(facts["other"]) for key, facts in rows if facts.get("other")}
    seen = Dispute.objects.named_visible_to(person).filter(reference__in=set(named.values())).values_list("reference", flat=True) if named else ()
    known = set(seen)
    return {key for key, other in named.items() if other not in known}


def note_answer(person: Person, disputes: Iterable[UUID], reason: str, now: datetime) -> None:
    """Keep that these were taken out in an answer, for its reason: a line of the read ledger for each."""
    Reading.objects.bulk_create(Reading(dispute_id=key, reader_id=person.id, part=ANSWER, reason=reason, recorded_at=now) for key in disputes)


def look(case: Case, person: Person, part: str, *, now: datetime, reason: str = "", edition: str | None = None) -> Case:
    """Look at this part: the reading is kept as `record_reading` does, and the receiving side's first look marks its request as opened.

    Gives the case, read anew and whole where this call marked it. `edition` is the directory's, where it was asked for already.
    """
    record_reading(case, person, part, now=now, reason=reason)
    marked = open_request(case.dispute.pk, person, now=now, edition=edition) if to_open(case, person) else None
    return replace(marked, opened_early=case.opened_early) if marked is not None else case


def record_again(case: Case, person: Person, part: str, *, now: datetime, reason: str = "") -> None:
    """As `record_reading`, for a page that is shown anew with what was typed on it: only where it was not opened within the hour. A query more."""
    mine = Reading.objects.filter(OPENS, dispute_id=case.dispute.pk, recorded_at__gt=now - HOUR, **_by(person))
    if not mine.exists():
        record_reading(case, person, part, now=now, reason=reason)


def _by(person: Person) -> dict[str, UUID]:
    """The reader of a reading: a user, or somebody without an account."""
    return {"reader_id": person.id} if person.guest_of is None else {"guest_id": person.id}


def recall_reason(case: Case, person: Person, *, now: datetime) -> Case:
    """The case, with the reason for which the person reads it before its stage, where they gave one within the hour. One query, for the unit only."""
    return recall_reasons([case], person, now=now)[0]


def recall_reasons(cases: list[Case], person: Person, *, now: datetime) -> list[Case]:
    """The same for several, in the same query."""
    early = {case.dispute.pk: case for case in cases if policy.may_read_early(person, case)}
    if early:
        for key, reason in _GIVEN(now - HOLDS, person.id, *early):
            early[key].opened_early[person.id] = reason
    return cases


def _given(since: datetime, reader: UUID, *disputes: UUID) -> QuerySet[Reading, tuple[UUID, str]]:
    given = Reading.objects.filter(dispute__in=disputes, reader=reader, part__in=(EARLY, ABOUT_CHILD), recorded_at__gt=since)
    return given.order_by("recorded_at").values_list("dispute", "reason")


_GIVEN: Ready[tuple[UUID, str]] = Ready(_given)


def _can_open(case: Case, person: Person | None) -> str | None:
    if case.dispute.state == State.DRAFT or case.dispute.sent_at is None:
        return _("It has not left its agency yet.")
    return _("You gave a reason within the hour, and can read it.") if person is not None and person.id in case.opened_early else None


@verb(Verb.READ_EARLY, ready=_can_open, decides=False)
def read_early(change: Change, *, reason: str) -> None:
    """The business unit reads it before the procedure informs it: for an hour, with a reason that both sides' leads are told of and can read."""
    open_early(change, checked_reason(reason), EARLY)


def checked_reason(reason: str) -> str:
    """The reason. Raises InvalidInput where there is none, or where it is longer than 200 characters."""
    return sentences(needed(reason, "reason", _("Say why you need to read it now.")), "reason", LONGEST_REASON)


def open_early(change: Change, reason: str, part: str, *, at: datetime | None = None) -> None:
    """Keep the reason, put a line on the record, and tell the leads. The reason itself lies in the read ledger, which the leads see.

    `at` is the moment with its part of a second, where what was opened in one go is told apart by it.
    """
    case, actor = change.case, change.actor
    if actor is None:
        raise TypeError("Only a person reads.")
    change.record(EventKind.READ_EARLY, facts={"about_child": part == ABOUT_CHILD})
    change.add(Reading(dispute=case.dispute, reader_id=actor.id, part=part, reason=reason, recorded_at=at or change.now))
    change.tell(sorted(leads_of(case)), kind=Message.LOOKED, action=gettext_noop("See who read it, and why"))


def leads_of(case: Case) -> frozenset[UUID]:
    """The safeguarding leads of every agency concerned; where one has none, whoever acts for it; of one kept from the leads, who raised it."""
    raising = {case.dispute.raiser_id} if case.dispute.is_restricted else _leads(case, Side.RAISING, [case.raising_id])
    return frozenset(raising) | frozenset(_leads(case, Side.RECEIVING, case.receiving_ids))


def _leads(case: Case, side: Side, agencies: Iterable[UUID]) -> set[UUID]:
    return {person for agency in agencies for person in (case.lead_ids(agency) or case.actors(side, agency))}


def to_open(case: Case, person: Person) -> bool:
    """Does this person's looking mark a request as opened? Only where they may answer it and nobody of their agency looked before."""
    mine = acts_for_receiving(person, case)
    return any(request.agency_id in mine and request.opened_at is None for request in case.requests)


def open_request(dispute_id: UUID, person: Person, *, now: datetime, edition: str | None = None) -> Case | None:
    """Mark the person's agency's requests as opened, once; the case as it stands then, whole, or None where somebody else was first.

    The case is locked and looked at again first.
    """
    with transaction.atomic():
        cases = load([dispute_id], now=now, whole=True, edition=edition)
        if not cases or not to_open(cases[0], person):
            return None
        mine = acts_for_receiving(person, cases[0])
        change = Change(cases[0], now=now, actor=person, agency=min(mine))
        mark_opened(change)
        commit([change])
        for event in change.events:
            BODY.set_cached_value(event, None)
        cases[0].record += change.events
    return cases[0]
