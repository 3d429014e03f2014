"""What an agency has open, for its lead, its seniors and its board member: each figure with the list behind it, of what the person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.calendars import calendar_of, calendars_of
from agencies.models import Agency
from agencies.person import Person
from agencies.words import Words
from agencies.working_days import LONDON
from escalation.models import AgreedAction, Clock, Dispute, Request
from escalation.selectors.words import Due, due_at
from escalation.services.unit_lists import running
from escalation.states import RequestState, State

MOST = 50
SENIOR_STAGE = 3


@dataclass(frozen=True, slots=True)
class OwnList:
    """One list: its key in addresses, its words, its tone, and which of the agency's live disagreements are in it."""

    key: str
    words: Words
    tone: str
    only: Callable[[Agency, datetime], Q]


def _owed(agency: Agency) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own column
    """The agency's own running clocks of the disagreement, with the moment that counts."""
    return Clock.objects.running().filter(dispute=OuterRef("pk"), agency=agency).annotate(moment=Coalesce("agreed_due_at", "due_at"))


def _soon(agency: Agency, now: datetime) -> Q:
    day = calendar_of(agency.partnership).next_working_day(now.astimezone(LONDON).date())
    end = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)
    return Q(Exists(_owed(agency).filter(moment__gte=now, moment__lt=end)))


def _asked(agency: Agency, **more: str) -> Q:
    return Q(Exists(Request.objects.filter(dispute=OuterRef("pk"), agency=agency, **more)))


def _actions(agency: Agency, now: datetime) -> Q:
    return Q(Exists(AgreedAction.objects.filter(dispute=OuterRef("pk"), agency=agency, done_at=None, due_at__lt=now)))


LISTS = (
    OwnList("overdue", _("overdue from us"), "overdue", lambda agency, now: Q(Exists(_owed(agency).filter(moment__lt=now)))),
    OwnList("soon", _("due from us by the next working day"), "soon", _soon),
    OwnList("awaiting", _("waiting for our response"), "", lambda agency, _: _asked(agency, state=RequestState.AWAITING)),
    OwnList("raised", _("raised by us and open"), "", lambda agency, _: Q(raising_agency=agency)),
    OwnList("senior", _("open at stage 3 or above"), "", lambda *_: Q(state=State.OPEN, stage__gte=SENIOR_STAGE)),
    OwnList("finish", _("resolved, closing tasks to do"), "", lambda *_: Q(state=State.RESOLVED)),
    OwnList("actions", _("with an action of ours overdue"), "overdue", _actions),
)
BY_KEY = {each.key: each for each in LISTS}


def _open(person: Person, agency: Agency) -> QuerySet[Dispute]:
    """What is live, concerns the agency and may be seen by the person."""
    mine = Q(raising_agency=agency) | _asked(agency)
    return Dispute.objects.live().filter(mine).among_many_visible_to(person)


def counts(person: Person, agency: Agency, now: datetime) -> dict[str, int]:
    """How long each list is for this person, in one query."""
    return _open(person, agency).aggregate(**{key: Count("pk", filter=each.only(agency, now)) for key, each in BY_KEY.items()})


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One disagreement: the agencies that were asked, when what is next is due, and who owes it."""

    dispute: Dispute
    asked: str
    due: Due | None
    holder: str


def rows_of(key: str, person: Person, agency: Agency, now: datetime, *, edition: str | None = None) -> tuple[list[OwnRow], bool]:
    """The list's disagreements, the next to be looked at first; and whether there are more. Two queries, however many rows."""
    rows = _open(person, agency).filter(BY_KEY[key].only(agency, now))
    owner = Subquery(running().order_by("moment").values("owner__name")[:1])
    found = list(rows.annotate(owner=owner).select_related("raising_agency").order_by("wake_at", "pk")[: MOST + 1])
    names: dict[UUID, list[str]] = {}
    asked = Request.objects.filter(dispute__in=[row.pk for row in found]).values_list("dispute", "agency__name").distinct().order_by("agency__name")
    for dispute, name in asked:
        names.setdefault(dispute, []).append(name)
    calendar = calendars_of([agency.partnership], edition=edition)[agency.partnership_id]
    return [
        OwnRow(
            row,
            ", ".join(names.get(row.pk, [])),
            due_at(row.next_due_at, now, calendar, elapsed=row.is_urgent) if row.next_due_at else None,
            row.owner or "",
        )
        for row in found[:MOST]
    ], len(found) > MOST
