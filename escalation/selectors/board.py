"""The business unit's board: figures, each with the list behind it. Reads only what the unit may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agencies.calendars import calendar_of
from agencies.models import Partnership
from agencies.person import Person
from agencies.working_days import LONDON
from escalation.models import Clock, Dispute, LearningPoint, Referral, Request
from escalation.states import ClockState, Measure, RequestState, State
from escalation.visibility import free_of_conflict

MOST = 50
SENIOR_STAGE = 3


@dataclass(frozen=True, slots=True)
class BoardList:
    """One list of the board: its key in addresses, its words, and the disagreements in it."""

    key: str
    words: str
    tone: str
    rows: Callable[[Partnership, datetime], QuerySet[Dispute]]


def _sent(partnership: Partnership) -> QuerySet[Dispute]:
    """Live disagreements that have left the raising agency."""
    return Dispute.objects.live().filter(partnership=partnership, sent_at__isnull=False)


def _running() -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own column
    """Running clocks of the disagreement, with the moment that counts: agreed actions apart."""
    clocks = Clock.objects.running().filter(dispute=OuterRef("pk"))
    return clocks.annotate(moment=Coalesce(F("agreed_due_at"), F("due_at"))).exclude(measures=Measure.ACTION)


def overdue(partnership: Partnership, now: datetime) -> QuerySet[Dispute]:
    """Something that is owed is past its moment."""
    return _sent(partnership).filter(Exists(_running().filter(moment__lt=now)))


def due_soon(partnership: Partnership, now: datetime) -> QuerySet[Dispute]:
    """Due by the end of the next working day, and not overdue."""
    day = calendar_of(partnership).next_working_day(now.astimezone(LONDON).date())
    end = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)
    return _sent(partnership).filter(Exists(_running().filter(moment__gte=now, moment__lt=end))).exclude(Exists(_running().filter(moment__lt=now)))


def senior(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Open at the third stage or above."""
    return _sent(partnership).filter(state=State.OPEN, stage__gte=SENIOR_STAGE)


def unacknowledged(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Before the chair and not acknowledged."""
    waiting = Referral.objects.filter(dispute=OuterRef("pk"), acknowledged_at=None, run__left_at=None)
    return _sent(partnership).filter(Exists(waiting), state=State.OPEN)


def no_contact(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """A request that nobody holds, or whose message came back."""
    lost = Request.objects.filter(dispute=OuterRef("pk"), state=RequestState.AWAITING).filter(Q(holder=None) | Q(bounced_at__isnull=False))
    return _sent(partnership).filter(Exists(lost))


def to_finish(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Resolved, with closing tasks to do."""
    return _sent(partnership).filter(state=State.RESOLVED)


def everything_open(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """All that is open or has closing tasks."""
    return _sent(partnership)


LISTS = (
    BoardList("overdue", "overdue now", "overdue", overdue),
    BoardList("soon", "due by the next working day", "soon", due_soon),
    BoardList("senior", "open at stage 3 or above", "", senior),
    BoardList("unacknowledged", "waiting for the chair", "soon", unacknowledged),
    BoardList("no-contact", "with nobody who can act", "overdue", no_contact),
    BoardList("finish", "resolved, closing tasks to do", "", to_finish),
    BoardList("open", "open in all", "", everything_open),
)
BY_KEY = {board_list.key: board_list for board_list in LISTS}
# A figure whose list is a page of its own: the learning actions that are overdue.
LEARNING = "learning"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One disagreement as the unit sees it before it is informed: no words of the parties."""

    reference: str
    raising: str
    receiving: str
    stage: str
    due: datetime | None
    holder: str
    state: str


def counts(partnership: Partnership, now: datetime, *, reader: Person) -> dict[str, int]:
    """Each list's length, and how many learning actions are overdue, all in one query."""
    free, late_free = free_of_conflict(reader), free_of_conflict(reader, "dispute__")
    first, *others = [_counted(board_list.rows(partnership, now).filter(free), board_list.key) for board_list in LISTS]
    late = LearningPoint.objects.overdue(now.astimezone(LONDON).date()).filter(late_free, dispute__partnership=partnership)
    late = late.filter(dispute__sent_at__isnull=False)
    return dict.fromkeys([*BY_KEY, LEARNING], 0) | dict(first.union(*others, _counted(late, LEARNING), all=True))


def _counted(rows: QuerySet[Any], key: str) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own columns
    """(key, length) of the list; no row where it is empty."""
    rows = rows.order_by().annotate(key=Value(key))
    return rows.values("key").annotate(n=Count("pk")).values_list("key", "n")


def rows_of(key: str, partnership: Partnership, now: datetime, *, reader: Person, agency: UUID | None = None) -> tuple[list[BoardRow], bool]:
    """The list's rows, soonest due first, and whether there are more than are shown. Three queries, however many rows."""
    found = BY_KEY[key].rows(partnership, now).filter(free_of_conflict(reader))
    if agency is not None:
        found = found.filter(Q(raising_agency=agency) | Q(requests__agency=agency)).distinct()
    soonest = _running().order_by("moment").values("moment")[:1]
    owner = _running().order_by("moment").values("owner__name")[:1]
    listed = list(
        found.annotate(soonest=Subquery(soonest), owner=Subquery(owner))
        .select_related("raising_agency", "version")
        .order_by(F("soonest").asc(nulls_last=True), "pk")[: MOST + 1]
    )
    receiving = _receiving([dispute.pk for dispute in listed])
    rows = [
        BoardRow(d.reference, d.raising_agency.name, receiving.get(d.pk, ""), _stage_words(d), d.soonest, d.owner or "", State(d.state).label)
        for d in listed[:MOST]
    ]
    return rows, len(listed) > MOST


def _receiving(disputes: list[UUID]) -> dict[UUID, str]:
    """The receiving agencies' names by disagreement."""
    found: dict[UUID, list[str]] = {}
    for dispute, name in Request.objects.filter(dispute__in=disputes).values_list("dispute", "agency__name").distinct().order_by("agency__name"):
        found.setdefault(dispute, []).append(name)
    return {dispute: ", ".join(names) for dispute, names in found.items()}


def _stage_words(dispute: Dispute) -> str:
    return f"Stage {dispute.stage}" if dispute.stage else "Own agency"


def by_stage(partnership: Partnership, *, reader: Person) -> list[tuple[int, int]]:
    """(stage, how many are open in it), in order."""
    rows = _sent(partnership).filter(free_of_conflict(reader), state=State.OPEN).values("stage").annotate(n=Count("pk")).order_by("stage")
    return [(row["stage"], row["n"]) for row in rows]


def by_agency(partnership: Partnership, now: datetime, *, reader: Person) -> list[tuple[str, int, int, int]]:
    """(agency, raised and open, received and awaiting, overdue) for every agency with any, all in one query."""
    free = free_of_conflict(reader, "dispute__")
    raised = _sent(partnership).filter(free_of_conflict(reader), state=State.OPEN)
    awaiting = Request.objects.filter(free, dispute__partnership=partnership, state=RequestState.AWAITING, dispute__state=State.OPEN)
    clocks = Clock.objects.running().filter(free, dispute__partnership=partnership, request__isnull=False)
    late = clocks.annotate(moment=Coalesce(F("agreed_due_at"), F("due_at"))).filter(moment__lt=now)
    found: dict[str, list[int]] = {}
    asked = [_by_name(raised, "raising_agency", 0), _by_name(awaiting, "agency", 1), _by_name(late, "agency", 2)]
    for name, place, number in asked[0].union(*asked[1:], all=True):
        found.setdefault(name, [0, 0, 0])[place] = number
    return [(name, mine, theirs, due) for name, (mine, theirs, due) in sorted(found.items()) if mine or theirs]


def _by_name(rows: QuerySet[Any], agency: str, place: int) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own columns
    """(agency's name, place, how many) of each agency that has any of these rows."""
    named = rows.order_by().annotate(name=F(f"{agency}__name"), place=Value(place))
    return named.values("name", "place").annotate(n=Count("pk")).values_list("name", "place", "n")


def in_time(partnership: Partnership, now: datetime, *, reader: Person) -> tuple[int, int]:
    """(met in time, all that were due) of the responses whose procedure's moment lay in the last 90 days."""
    due = Clock.objects.filter(
        free_of_conflict(reader, "dispute__"),
        dispute__partnership=partnership,
        measures=Measure.RESPONSE,
        is_procedural=True,
        due_at__gte=now - timedelta(days=90),
        due_at__lte=now,
    )
    settled = due.exclude(state__in=[ClockState.NOT_NEEDED, ClockState.SUPERSEDED])
    found = settled.aggregate(met=Count("pk", filter=Q(state=ClockState.MET)), due=Count("pk"))
    return found["met"], found["due"]
