"""The lists that the business unit watches, and how long each is: for the board, and for the morning's digest. Reads only what the unit may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from agencies.calendars import calendar_of
from agencies.models import Partnership
from agencies.person import Person
from agencies.working_days import LONDON
from escalation.models import Clock, Dispute, LearningPoint, Referral, Request
from escalation.services.keeping.due import under_review
from escalation.states import Measure, RequestState, State
from escalation.visibility import free_of_conflict

SENIOR_STAGE = 3


@dataclass(frozen=True, slots=True)
class BoardList:
    """One list of the board: its key in addresses, its words, and the disagreements in it."""

    key: str
    words: str
    tone: str
    rows: Callable[[Partnership, datetime], QuerySet[Dispute]]


def sent(partnership: Partnership) -> QuerySet[Dispute]:
    """Live disagreements that have left the raising agency."""
    return Dispute.objects.live().filter(partnership=partnership, sent_at__isnull=False)


def running() -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own column
    """Running clocks of the disagreement, with the moment that counts: agreed actions apart."""
    clocks = Clock.objects.running().filter(dispute=OuterRef("pk"))
    return clocks.annotate(moment=Coalesce(F("agreed_due_at"), F("due_at"))).exclude(measures=Measure.ACTION)


def overdue(partnership: Partnership, now: datetime) -> QuerySet[Dispute]:
    """Something that is owed is past its moment."""
    return sent(partnership).filter(Exists(running().filter(moment__lt=now)))


def due_soon(partnership: Partnership, now: datetime) -> QuerySet[Dispute]:
    """Due by the end of the next working day, and not overdue."""
    day = calendar_of(partnership).next_working_day(now.astimezone(LONDON).date())
    end = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)
    return sent(partnership).filter(Exists(running().filter(moment__gte=now, moment__lt=end))).exclude(Exists(running().filter(moment__lt=now)))


def due_today(partnership: Partnership, now: datetime) -> QuerySet[Dispute]:
    """Due by the end of this day in London, and not overdue."""
    day = now.astimezone(LONDON).date()
    end = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)
    return sent(partnership).filter(Exists(running().filter(moment__gte=now, moment__lt=end))).exclude(Exists(running().filter(moment__lt=now)))


def senior(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Open at the third stage or above."""
    return sent(partnership).filter(state=State.OPEN, stage__gte=SENIOR_STAGE)


def unacknowledged(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Before the chair and not acknowledged."""
    waiting = Referral.objects.filter(dispute=OuterRef("pk"), acknowledged_at=None, run__left_at=None)
    return sent(partnership).filter(Exists(waiting), state=State.OPEN)


def no_contact(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """A request that nobody holds, or whose message came back."""
    lost = Request.objects.filter(dispute=OuterRef("pk"), state=RequestState.AWAITING).filter(Q(holder=None) | Q(bounced_at__isnull=False))
    return sent(partnership).filter(Exists(lost))


def to_finish(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Resolved, with closing tasks to do."""
    return sent(partnership).filter(state=State.RESOLVED)


def everything_open(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """All that is open or has closing tasks."""
    return sent(partnership)


LISTS = (
    BoardList("overdue", "overdue now", "overdue", overdue),
    BoardList("today", "due today", "soon", due_today),
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
# Ended ones whose time to be kept is over: they have a page of their own too.
KEEPING = "keeping"


def counts(partnership: Partnership, now: datetime, *, reader: Person) -> dict[str, int]:
    """Each list's length, how many learning actions are overdue and how many ended ones are due for review, all in one query.

    Without those in which the reader has a conflict.
    """
    free, late_free = free_of_conflict(reader), free_of_conflict(reader, "dispute__")
    first, *others = [_counted(board_list.rows(partnership, now).filter(free), board_list.key) for board_list in LISTS]
    late = LearningPoint.objects.overdue(now.astimezone(LONDON).date()).filter(late_free, dispute__partnership=partnership)
    late = late.filter(dispute__sent_at__isnull=False)
    kept = under_review(partnership.pk, now).filter(free, sent_at__isnull=False)
    return dict.fromkeys([*BY_KEY, LEARNING, KEEPING], 0) | dict(first.union(*others, _counted(late, LEARNING), _counted(kept, KEEPING), all=True))


def _counted(rows: QuerySet[Any], key: str) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own columns
    """(key, length) of the list; no row where it is empty."""
    rows = rows.order_by().annotate(key=Value(key))
    return rows.values("key").annotate(n=Count("pk")).values_list("key", "n")
