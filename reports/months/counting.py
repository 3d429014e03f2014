"""Counting months from the record: the one place that both the kept counts and the live ones come from."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count as Number
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import TruncMonth

from agencies.models import Agency, Partnership
from agencies.working_days import LONDON
from escalation.engine.months import month_after
from escalation.models import Referral, Request
from escalation.states import Measure, State
from reports.figures import Edition
from reports.kept_months import Count
from reports.measures.base import grouped
from reports.measures.scope import Scope
from reports.measures.timeliness import due_between, tallies
from reports.periods import Period

RESTRICTED = "restricted"
NO_AREA = "none"
FATES = {"in_time": Count.IN_TIME, "late": Count.LATE, "none": Count.MISSING}


class Line(NamedTuple):
    """How many of a kind fall into a month (its first day), for an agency or a place where these divide it."""

    month: date
    kind: Count
    agency: UUID | None
    place: str
    number: int


def last_day_of(month: date) -> date:
    """The last day of the month that begins on this day."""
    return month_after(month) - timedelta(days=1)


def count_months(
    partnership: Partnership, months: Sequence[date], kinds: Collection[Count], now: datetime, agency: Agency | None = None
) -> list[Line]:
    """The counts of these kinds in these months (first days, following each other without a gap), as the record stands at `now` (aware).

    With an agency its own alone: what it raised, was asked and owed.
    """
    span = Span(partnership, months, now, agency)
    wanted = set(kinds)
    lines: list[Line] = []
    if Count.RAISED in wanted:
        lines += span.raised()
    if Count.ASKED in wanted:
        lines += span.asked()
    if Count.AREA in wanted:
        lines += span.areas()
    if Count.CLOSED in wanted or Count.WITHDRAWN in wanted:
        lines += span.ended()
    if Count.REFERRED in wanted:
        lines += span.referred()
    if wanted & set(FATES.values()):
        lines += span.responses()
    return [line for line in lines if line.kind in wanted and line.number]


class Span:
    """Some months that follow each other."""

    def __init__(self, partnership: Partnership, months: Sequence[date], now: datetime, agency: Agency | None = None) -> None:
        self.months, self.agency = months, agency
        self.scope = Scope(partnership, Period(months[0], last_day_of(months[-1])), now, Edition.INTERNAL)

    def _by(self, rows: "QuerySet[Any]", moment: str, *groups: str, count: str = "pk") -> Iterator[tuple[date, dict[str, Any]]]:
        """The rows grouped by the month of this moment and more, each group with its `number`. A single month need not be worked out of each row."""
        month = TruncMonth(moment, tzinfo=LONDON) if len(self.months) > 1 else Value(1)
        for group in rows.order_by().annotate(of_month=month).values("of_month", *groups).annotate(number=Number(count, distinct=count != "pk")):
            found = group["of_month"]
            yield (found.date() if isinstance(found, datetime) else self.months[0]), group

    def raised(self) -> Iterator[Line]:
        """By the agency that raised it, those apart that are kept from its own leads."""
        rows = self.scope.raised() if self.agency is None else self.scope.raised().filter(raising_agency=self.agency)
        for month, group in self._by(rows, "submitted_at", "raising_agency", "is_restricted"):
            yield Line(month, Count.RAISED, group["raising_agency"], RESTRICTED if group["is_restricted"] else "", group["number"])

    def asked(self) -> Iterator[Line]:
        """By each agency that was asked, at whatever stage."""
        rows = Request.objects.filter(dispute__in=self.scope.raised())
        rows = rows if self.agency is None else rows.filter(agency=self.agency)
        for month, group in self._by(rows, "dispute__submitted_at", "agency", count="dispute"):
            yield Line(month, Count.ASKED, group["agency"], "", group["number"])

    def areas(self) -> Iterator[Line]:
        """By area; one may have several."""
        counts: Counter[tuple[date, str]] = Counter()
        for month, group in self._by(self.scope.raised(), "submitted_at", "themes"):
            counts.update(dict.fromkeys(((month, theme) for theme in group["themes"] or [NO_AREA]), group["number"]))
        for (month, theme), number in counts.items():
            yield Line(month, Count.AREA, None, theme, number)

    def ended(self) -> Iterator[Line]:
        """Closed, by the stage in which they were; and withdrawn."""
        rows = self.scope.all_disputes().filter(
            state__in=[State.CLOSED, State.WITHDRAWN], sent_at__isnull=False, ended_at__gte=self.scope.period.starts, ended_at__lt=self.scope.until
        )
        for month, group in self._by(rows, "ended_at", "state", "stage"):
            kind = Count.CLOSED if group["state"] == State.CLOSED else Count.WITHDRAWN
            yield Line(month, kind, None, str(group["stage"]), group["number"])

    def referred(self) -> Iterator[Line]:
        """Put before the partnership."""
        rows = Referral.objects.filter(
            dispute__partnership=self.scope.partnership, referred_at__gte=self.scope.period.starts, referred_at__lt=self.scope.until
        ).exclude(dispute__state=State.DRAFT)  # fmt: skip
        for month, group in self._by(rows, "referred_at"):
            yield Line(month, Count.REFERRED, None, "", group["number"])

    def responses(self) -> Iterator[Line]:
        """Responses whose moment lies in the month: in time, late, not given."""
        fates = {key: count for key, count in tallies(self.scope).items() if key in FATES}
        month = TruncMonth("due_at", tzinfo=LONDON) if len(self.months) > 1 else Value(1)
        rows = due_between(self.scope, self.scope.period.starts, self.scope.period.ends, Measure.RESPONSE)
        # Said of the clock itself too, so that its index is used; one that no agency owes is among them.
        ours = Q(agency__in=list(self.scope.agency_names)) | Q(agency=None) if self.agency is None else Q(agency=self.agency)
        rows = rows.filter(ours)
        for group in grouped(rows.annotate(of_month=month).values("of_month", "agency").annotate(**fates)):
            found = group["of_month"]
            for key, kind in FATES.items():
                yield Line(found.date() if isinstance(found, datetime) else self.months[0], kind, group["agency"], "", group[key])
