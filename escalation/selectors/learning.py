"""The learning list and one learning point, as somebody may read them: never what else was typed in the disagreement that they came from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.address_key import address_key
from agencies.models import Agency, User
from agencies.person import Person
from agencies.ready import Compiled, Ready
from agencies.words import day
from agencies.working_days import london
from escalation import learning_policy
from escalation.engine.standing import as_corrected, standing
from escalation.models import Dispute, Event, EventBody, LearningPoint
from escalation.querysets import DisputeQuerySet, LearningQuerySet, known_points
from escalation.states import ChangeNeeded, EventKind, LearningStatus
from escalation.visibility import was_asked

PAGE = 25
MOST_OFFERED = 100
ERASED = _("What was typed here was erased when its time to be kept had passed.")
CONFLICT = _("Not shown to you: you are marked as having a conflict in the disagreement that it came from.")
# What of a line is the point: the general issue, or the training needs of a debrief. The rest of the line stays on the disagreement's page.
WORDS = ("issue", "training")


class Show(StrEnum):
    """Which of them are listed; the statuses themselves can be asked for too."""

    UNSETTLED = "to-do"
    OVERDUE = "overdue"
    OPEN = LearningStatus.OPEN.value
    STARTED = LearningStatus.STARTED.value
    DONE = LearningStatus.DONE.value
    NOT_TAKEN_UP = LearningStatus.NOT_TAKEN_UP.value
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for; None where it does not matter."""

    show: Show = Show.UNSETTLED
    referred_to: str | None = None
    agency: UUID | None = None


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point as it is shown. `reference` only for who may know of the disagreement; days are London dates. `referred_key` names in an address whom
    it is referred to."""

    id: UUID
    issue: str
    change: str
    referred_to: str
    referred_key: str
    owner: str
    due_on: date | None
    status: LearningStatus
    is_overdue: bool
    evidence: str
    done_on: date | None
    reference: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One follow-up of a point: who, when, what it changed in words, and what was said."""

    who: str
    at: datetime
    changes: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class PointFile:
    """One point with its follow-ups, the newest first, and whether this person may move it on."""

    row: PointRow
    point: LearningPoint
    steps: tuple[Step, ...]
    may_follow: bool


def learning_list(person: Person, wanted: Wanted, *, now: datetime, page: int = 1, most: int = PAGE) -> tuple[list[PointRow], bool]:
    """A page of the points that the person may know of, what is to do first and soonest due first; and whether there are more.

    Three queries, however many there are; nothing is counted.
    """
    today = london(now).date()
    found = _matching(LearningPoint.objects.seen_by(person), wanted, person, today)
    ordered = found.order_by(F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "recorded_at", "pk")
    start = (page - 1) * most
    points = list(ordered.select_related("event__body", "evidence__body", "owner", "dispute")[start : start + most + 1])
    return _rows(points[:most], person, today), len(points) > most


def _matching(points: LearningQuerySet, wanted: Wanted, person: Person, today: date) -> LearningQuerySet:
    if wanted.show == Show.UNSETTLED:
        points = points.unsettled()
    elif wanted.show == Show.OVERDUE:
        points = points.overdue(today)
    elif wanted.show != Show.ALL:
        points = points.filter(status=LearningStatus(wanted.show.value))
    if wanted.referred_to is not None:
        points = points.filter(referred_to=wanted.referred_to)
    if wanted.agency is not None:
        points = points.filter(Exists(_known(person).filter(Q(raising_agency=wanted.agency) | was_asked(wanted.agency), pk=OuterRef("dispute"))))
    return points


def _known(person: Person) -> DisputeQuerySet:
    """The disagreements of which a point may tell this person more than its own words: those that they may know of, looked at one by one."""
    return Dispute.objects.order_by().named_visible_to(person)


def has_any(person: Person) -> bool:
    """Is there a learning point that the person may know of?"""
    return LearningPoint.objects.seen_by(person).exists()


def subgroups(person: Person) -> list[str]:
    """To whom the points that the person may know of are referred, by name."""
    named = LearningPoint.objects.seen_by(person).exclude(referred_to="").order_by("referred_to")
    return list(named.values_list("referred_to", flat=True).distinct()[:MOST_OFFERED])


def subgroups_by_key(person: Person) -> dict[str, str]:
    """The same, by how an address names each: what somebody typed stands in none."""
    return {address_key(name): name for name in subgroups(person)}


def agencies(person: Person) -> list[tuple[UUID, str]]:
    """The agencies of the disagreements from which points that the person may know of came, of those that they may know of as well; only for those
    whose work learning is."""
    if not learning_policy.has_part(person):
        return []
    points = LearningPoint.objects.seen_by(person).order_by().values("dispute")
    disputes = _known(person).filter(pk__in=points).values("pk")
    of_these = Q(pk__in=Dispute.objects.filter(pk__in=disputes).order_by().values("raising_agency"))
    of_these |= Q(requests__dispute__in=disputes)
    return list(Agency.objects.filter(of_these).distinct().order_by("name").values_list("pk", "name")[:MOST_OFFERED])


def _point(known: Compiled, key: UUID) -> "QuerySet[LearningPoint]":
    """The point of a key, where it is among those known."""
    rows = LearningPoint.objects.named_among(known).filter(pk=key)
    return rows.select_related("event__body", "evidence__body", "owner", "dispute__partnership")


_POINT: Ready[LearningPoint] = Ready(_point)


def point_file(person: Person, key: UUID, *, now: datetime) -> PointFile | None:
    """The point with what was done for it; None for what is not there or not this person's to see. Six queries."""
    point = _POINT.first(known_points(person), key)
    if point is None:
        return None
    row = _rows([point], person, london(now).date())[0]
    steps = tuple(_steps(point)) if learning_policy.reads(person, point) else ()
    return PointFile(row, point, steps, learning_policy.may_follow(person, point))


def _rows(points: Sequence[LearningPoint], person: Person, today: date) -> list[PointRow]:
    texts = _texts([line for point in points for line in (point.event, point.evidence) if line is not None])
    disputes = {point.dispute_id for point in points}
    known = dict(Dispute.objects.named_visible_to(person).filter(pk__in=disputes).values_list("pk", "reference")) if disputes else {}
    return [_row(point, person, texts, known, today) for point in points]


Texts = dict[tuple[UUID, int], dict[str, str]]


def _row(point: LearningPoint, person: Person, texts: Texts, known: dict[UUID, str], today: date) -> PointRow:
    reads = learning_policy.reads(person, point)
    return PointRow(
        id=point.pk,
        issue=_said(point.event, WORDS, texts) if reads else str(CONFLICT),
        change=str(ChangeNeeded(point.change_needed).label) if point.change_needed in set(ChangeNeeded) else "",
        referred_to=point.referred_to,
        referred_key=address_key(point.referred_to) if point.referred_to else "",
        owner=point.owner.name if point.owner else "",
        due_on=point.due_on,
        status=LearningStatus(point.status),
        is_overdue=point.done_at is None and point.due_on is not None and point.due_on < today,
        evidence=_said(point.evidence, ("evidence",), texts) if point.evidence and reads else "",
        done_on=london(point.done_at).date() if point.done_at else None,
        reference=known.get(point.dispute_id, ""),
        recorded_at=point.recorded_at,
    )


def _said(event: Event, keys: Iterable[str], texts: Texts) -> str:
    """The words of a line under the first of the keys that it has, as they stand."""
    if _body(event) is None:
        return ""
    words = texts.get((event.dispute_id, event.number))
    return str(ERASED) if words is None else next((words[key] for key in keys if words.get(key)), "")


def _texts(lines: Sequence[Event]) -> Texts:
    """What stands of each line's words, by disagreement and number, where any does: after corrections, and what was left where some were taken out.
    One query."""
    disputes = {line.dispute_id for line in lines}
    later = Event.objects.filter(dispute__in=disputes, kind__in=[EventKind.CORRECTED, EventKind.ERASED]).select_related("body") if lines else []
    rows: defaultdict[UUID, list[tuple[Event, EventBody | None]]] = defaultdict(list)
    for event in sorted({*lines, *later}, key=lambda event: event.number):
        rows[event.dispute_id].append((event, _body(event)))
    return {(dispute, number): words for dispute, found in rows.items() for number, words in as_corrected(standing(found)).items()}


def _body(event: Event) -> EventBody | None:
    return getattr(event, "body", None)


def _steps(point: LearningPoint) -> Iterable[Step]:
    lines = Event.objects.filter(dispute=point.dispute_id, kind=EventKind.LEARNING_FOLLOWED, facts__point=str(point.pk))
    events = list(lines.select_related("body", "actor").order_by("-number"))
    named = {UUID(event.facts["owner"]) for event in events if event.facts.get("owner")}
    people = dict(User.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}
    texts = _texts(events)
    for event in events:
        who = event.actor.name if event.actor else ""
        yield Step(who, event.recorded_at, tuple(_changes_of(event, people, texts)), _said(event, ("evidence",), texts))


def _changes_of(event: Event, people: dict[UUID, str], texts: Texts) -> Iterable[str]:
    """What a follow-up changed, in words. To whom it goes was typed: it lies in the line's body, and in older lines among the facts."""
    facts = event.facts
    if "status" in facts:
        yield str(LearningStatus(facts["status"]).label)
    if "owner" in facts:
        yield _owner_words(people, facts["owner"])
    if "due_on" in facts:
        due = date.fromisoformat(facts["due_on"]) if facts["due_on"] else None
        yield gettext("By {day}").format(day=day(due, year=True)) if due else gettext("No day is set")
    said = _said(event, ("referred_to",), texts)
    if goes_to := facts.get("referred_to") if said in {"", ERASED} else said:
        yield gettext("Referred to {whom}").format(whom=goes_to)
    elif "referred_to" in facts:
        yield gettext("No longer referred on")


def _owner_words(people: dict[UUID, str], owner: str) -> str:
    if not owner:
        return gettext("Nobody sees to it for now")
    return gettext("{name} sees to it").format(name=people.get(UUID(owner)) or gettext("Somebody who has left"))
