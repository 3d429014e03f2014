"""What an agency has open, for its lead, its seniors and its board member: each figure with the list behind it, of what the person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.calendars import calendars_of
from agencies.models import Agency
from agencies.person import Person
from agencies.words import Words
from agencies.working_days import LONDON, Calendar
from escalation.models import AgreedAction, Clock, Dispute, Request
from escalation.selectors.board import owed_by_another
from escalation.selectors.words import Due, due_at
from escalation.services.unit_lists import owed_first, whose_turn
from escalation.states import RequestState, State

MOST = 50
SENIOR_STAGE = 3


@dataclass(frozen=True, slots=True)
class OwnList:
    """One list: its key in addresses, its words, its tone, and which of the agency's live disagreements are in it."""

    key: str
    words: Words
    tone: str
    only: Callable[[Agency, datetime, Calendar], Q]


def _owed(agency: Agency, **within: datetime) -> Q:
    """With a running clock of the agency's own whose moment that counts lies there. They are few, and read once instead of for each disagreement."""
    clocks = Clock.objects.running().filter(agency=agency).annotate(moment=Coalesce("agreed_due_at", "due_at"))
    return Q(pk__in=clocks.filter(**within).order_by().values("dispute"))


def _soon(agency: Agency, now: datetime, calendar: Calendar) -> Q:
    day = calendar.next_working_day(now.astimezone(LONDON).date())
    end = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)
    return _owed(agency, moment__gte=now, moment__lt=end)


def _awaited(agency: Agency, *_: object) -> Q:
    return Q(pk__in=Request.objects.filter(agency=agency, state=RequestState.AWAITING).order_by().values("dispute"))


def _actions(agency: Agency, now: datetime, _calendar: Calendar) -> Q:
    return Q(Exists(AgreedAction.objects.filter(dispute=OuterRef("pk"), agency=agency, done_at=None, due_at__lt=now)))


LISTS = (
    OwnList("overdue", _("overdue from us"), "overdue", lambda agency, now, _calendar: _owed(agency, moment__lt=now)),
    OwnList("soon", _("due from us by the next working day"), "soon", _soon),
    OwnList("awaiting", _("waiting for our response"), "", _awaited),
    OwnList("raised", _("raised by us and open"), "", lambda agency, *_: Q(raising_agency=agency)),
    OwnList("senior", _("open at stage 3 or above"), "", lambda *_: Q(state=State.OPEN, stage__gte=SENIOR_STAGE)),
    OwnList("finish", _("resolved, closing tasks to do"), "", lambda *_: Q(state=State.RESOLVED)),
    OwnList("actions", _("with an action of ours overdue"), "overdue", _actions),
    OwnList("open", _("open in all"), "", lambda *_: Q()),
)
BY_KEY = {each.key: each for each in LISTS}


def open_to(person: Person, agency: Agency) -> QuerySet[Dispute]:
    """What is live, concerns the agency and may be seen by the person: whence its lists and their lengths are taken. One query at the most."""
    return Dispute.objects.live().of_agency_visible_to(agency.pk, person)


def counts(seen: QuerySet[Dispute], agency: Agency, now: datetime, *, edition: str | None = None) -> dict[str, int]:
    """How long each list is among those seen (`open_to`), in one query; the directory's `edition` where it was asked for already, else in two."""
    calendar = _calendar_of(agency, edition)
    return seen.aggregate(**{key: Count("pk", filter=each.only(agency, now, calendar)) for key, each in BY_KEY.items()})


def _calendar_of(agency: Agency, edition: str | None) -> Calendar:
    return calendars_of([agency.partnership], edition=edition)[agency.partnership_id]


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One disagreement: the agencies that were asked, when what is next is due, whose turn it is, and who owes what is due where that is another."""

    dispute: Dispute
    asked: str
    due: Due | None
    owed_by: str
    holder: str


def rows_of(key: str, seen: QuerySet[Dispute], agency: Agency, now: datetime, *, edition: str | None = None) -> tuple[list[OwnRow], bool]:
    """The list's disagreements among those seen (`open_to`), the next to be looked at first; and whether there are more. Two queries."""
    calendar = _calendar_of(agency, edition)
    rows = seen.filter(BY_KEY[key].only(agency, now, calendar))
    found = list(rows.annotate(owner=whose_turn(), first=owed_first()).select_related("raising_agency").order_by("wake_at", "pk")[: MOST + 1])
    names: dict[UUID, list[str]] = {}
    asked = Request.objects.filter(dispute__in=[row.pk for row in found]).values_list("dispute", "agency__name").distinct().order_by("agency__name")
    for dispute, name in asked:
        names.setdefault(dispute, []).append(name)
    return [
        OwnRow(
            row,
            ", ".join(names.get(row.pk, [])),
            due_at(row.next_due_at, now, calendar, elapsed=row.is_urgent) if row.next_due_at else None,
            owed_by_another(row.first, row.owner),
            row.owner or "",
        )
        for row in found[:MOST]
    ], len(found) > MOST
