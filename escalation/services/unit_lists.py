"""The lists that the business unit watches, and how long each is: for the board, and for the morning's digest. Reads only what the unit may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.calendars import calendars_of
from agencies.models import Partnership
from agencies.person import Person
from agencies.words import Words
from agencies.working_days import LONDON
from escalation.engine.own_clocks import NEXT_STEP, SET_DATE
from escalation.models import Clock, Dispute, Event, LearningPoint, Referral, Request, StageRun
from escalation.services.keeping.over import under_review
from escalation.states import EventKind, Measure, RequestState, Side, State
from escalation.visibility import open_to_unit

SENIOR_STAGE = 3
TWELVE_MONTHS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class BoardList:
    """One list of the board: its key in addresses, its words, its tone, and what is in it.

    `only` says it of the disagreement itself, by the working days of the directory's edition where that was asked for already; where others' rows say
    it, `beside` gives the disagreements.
    """

    key: str
    words: Words
    tone: str
    only: Callable[[Partnership, datetime, str | None], Q] | None = None
    beside: Callable[[Partnership, datetime], QuerySet[Dispute]] | None = None

    def rows(self, partnership: Partnership, now: datetime, edition: str | None = None) -> QuerySet[Dispute]:
        """The disagreements in it."""
        if self.beside is not None:
            return self.beside(partnership, now)
        return sent(partnership).filter(self.only(partnership, now, edition) if self.only is not None else Q())


def sent(partnership: Partnership) -> QuerySet[Dispute]:
    """Live disagreements that have left the raising agency."""
    return Dispute.objects.live().filter(partnership=partnership, sent_at__isnull=False)


def running() -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own column
    """Running clocks of the disagreement, with the moment that counts: agreed actions apart."""
    clocks = Clock.objects.running().filter(dispute=OuterRef("pk"))
    return clocks.annotate(moment=Coalesce(F("agreed_due_at"), F("due_at"))).exclude(measures=Measure.ACTION)


def whose_turn() -> Subquery:
    """The name of whoever's turn it is, or who owes next, for a list of disagreements: of those asked to answer or to take the next step the soonest
    due, else of whatever else runs; an overall limit is no turn and stands last."""
    is_turn = Q(key=NEXT_STEP) | (Q(owed_by=Side.RECEIVING) & ~Q(measures=Measure.CAP))
    rank = Case(When(is_turn, then=0), When(measures=Measure.CAP, then=2), default=1)
    return Subquery(running().annotate(rank=rank).order_by("rank", "moment").values("owner__name")[:1])


def owed_first() -> Subquery:
    """The name of whoever owes what is due first of all, `Dispute.next_due_at`: not always the one whose turn it is."""
    return Subquery(running().order_by("moment").values("owner__name")[:1])


def due_soon(partnership: Partnership, now: datetime, edition: str | None = None) -> Q:
    """Due by the end of the next working day, and not overdue."""
    calendar = calendars_of([partnership], edition=edition)[partnership.pk]
    return Q(next_due_at__gte=now, next_due_at__lt=_end_of(calendar.next_working_day(_day_of(now))))


def due_today(_partnership: Partnership, now: datetime, _edition: str | None = None) -> Q:
    """Due by the end of this day in London, and not overdue."""
    return Q(next_due_at__gte=now, next_due_at__lt=_end_of(_day_of(now)))


def _day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)


def unacknowledged(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Before the chair and not acknowledged."""
    waiting = Referral.objects.filter(dispute=OuterRef("pk"), acknowledged_at=None, run__left_at=None)
    return sent(partnership).filter(Exists(waiting), state=State.OPEN)


def no_contact(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """What is asked of nobody by name, a stage or request that nobody holds, a message that came back, a matter over which nobody presides."""
    unheld = StageRun.objects.filter(dispute=OuterRef("pk"), holder=None, left_at=None)
    unowned = Clock.objects.of_nobody().filter(dispute=OuterRef("pk"))
    lost = Request.objects.filter(dispute=OuterRef("pk"), state=RequestState.AWAITING).filter(Q(holder=None) | Q(bounced_at__isnull=False))
    unled = Referral.objects.filter(dispute=OuterRef("pk"), chair=None, decided_at=None, run__left_at=None)
    return sent(partnership).filter(Q(Exists(unowned)) | Q(Exists(unheld)) | Q(Exists(lost)) | Q(Exists(unled), state=State.OPEN))


def no_date(partnership: Partnership, _now: datetime) -> QuerySet[Dispute]:
    """Where the sides were to set the date of a response and their day for it is over: the raising side's holder is asked to set one."""
    missing = Clock.objects.running().filter(dispute=OuterRef("pk"), key=SET_DATE)
    return sent(partnership).filter(Exists(missing), state=State.OPEN)


def closed_with_a_gap(partnership: Partnership, now: datetime) -> QuerySet[Dispute]:
    """Closed in the last 12 months without all that the procedure asks for, the business unit having said why. Reopened ones are not."""
    noted = Event.objects.filter(kind=EventKind.GAP_RECORDED, facts__what="closing", recorded_at__gte=now - TWELVE_MONTHS)
    last = noted.filter(recorded_at=F("dispute__ended_at")).order_by().values("dispute")
    return Dispute.objects.filter(pk__in=last, partnership=partnership, state=State.CLOSED, sent_at__isnull=False)


LISTS = (
    BoardList("overdue", _("overdue now"), "overdue", lambda _, now, _edition: Q(next_due_at__lt=now)),
    BoardList("today", _("due today"), "soon", due_today),
    BoardList("soon", _("due by the next working day"), "soon", due_soon),
    BoardList("senior", _("open at stage 3 or above"), "", lambda *_: Q(state=State.OPEN, stage__gte=SENIOR_STAGE)),
    BoardList("unacknowledged", _("waiting for the chair"), "soon", beside=unacknowledged),
    BoardList("no-contact", _("with nobody who can act"), "overdue", beside=no_contact),
    BoardList("no-date", _("with no date agreed"), "overdue", beside=no_date),
    BoardList("finish", _("resolved, closing tasks to do"), "", lambda *_: Q(state=State.RESOLVED)),
    BoardList("gap", _("closed with a gap in the last 12 months"), "", beside=closed_with_a_gap),
    BoardList("open", _("open in all"), "", lambda *_: Q()),
)
BY_KEY = {board_list.key: board_list for board_list in LISTS}
# A figure whose list is a page of its own: the learning actions that are overdue.
LEARNING = "learning"
# Ended ones whose time to be kept is over: they have a page of their own too.
KEEPING = "keeping"


def counts(partnership: Partnership, now: datetime, *, reader: Person, edition: str | None = None) -> dict[str, int]:
    """Each list's length, how many learning actions are overdue and how many ended ones are due for review, in two queries.

    Without those in which the reader has a conflict. What a disagreement says itself is counted in one pass over the live ones.
    """
    free = open_to_unit(reader)
    own = {each.key: Count("pk", filter=each.only(partnership, now, edition)) for each in LISTS if each.only is not None}
    found = sent(partnership).filter(free).order_by().aggregate(**own)
    late = learning_overdue(partnership, now, free)
    kept = under_review(partnership.pk, now).filter(free, sent_at__isnull=False)
    others = [_counted(each.rows(partnership, now).filter(free), each.key) for each in LISTS if each.only is None]
    beside = _counted(late, LEARNING).union(*others, _counted(kept, KEEPING), all=True)
    return dict.fromkeys([*BY_KEY, LEARNING, KEEPING], 0) | found | dict(beside)


def learning_overdue(partnership: Partnership, now: datetime, free: Q) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own column
    """The overdue points of disagreements that were sent. Each one's disagreement is looked up by itself: joined, PostgreSQL reads every disagreement
    that there is, for it takes the points that are undone and past their day for many times as many."""
    whose = Dispute.objects.filter(free, pk=OuterRef("dispute"), sent_at__isnull=False).order_by().values("partnership")[:1]
    return LearningPoint.objects.overdue(_day_of(now)).annotate(whose=Subquery(whose)).filter(whose=partnership.pk)


def _counted(rows: QuerySet[Any], key: str) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own columns
    """(key, length) of the list; no row where it is empty."""
    rows = rows.order_by().annotate(key=Value(key))
    return rows.values("key").annotate(n=Count("pk")).values_list("key", "n")
