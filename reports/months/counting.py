"""Counting months from the record: the one place that both the kept counts and the live ones come from."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Expression, F, Q, QuerySet, UUIDField, Value, When
from django.db.models import Count as Number
from django.db.models.functions import Cast, TruncMonth

from agencies.models import Agency, Partnership
from agencies.months import month_after
from agencies.working_days import LONDON
from escalation.models import Referral, Request
from escalation.states import ENDED, Measure, State
from reports.figures import Edition
from reports.kept_months import Count
from reports.measures.scope import Scope, Within
from reports.measures.timeliness import due_between, tallies
from reports.periods import Period

RESTRICTED = "restricted"
NO_AREA = "none"
FATES = {"in_time": Count.IN_TIME, "late": Count.LATE, "none": Count.MISSING}


def _kept_apart(**conditions: Any) -> Case:
    """The place of what is kept from an agency's own leads, where these conditions hold; none otherwise."""
    return Case(When(**conditions, then=Value(RESTRICTED)), default=Value(""), output_field=CharField())


# Of rows with an `agency`, of a disagreement that the same agency raised.
OF_ITS_OWN = _kept_apart(dispute__is_restricted=True, dispute__raising_agency=F("agency"))


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
    partnership: Partnership,
    months: Sequence[date],
    kinds: Collection[Count],
    now: datetime,
    agency: Agency | None = None,
    *,
    within: Within | None = None,
) -> list[Line]:
    """The counts of these kinds in these months (first days, following each other without a gap), as the record stands at `now` (aware).

    With an agency its own alone: what it raised, was asked and owed. With `within` of the disagreements of this kind alone.
    """
    span = Span(partnership, months, now, agency, within)
    wanted = set(kinds)
    lines = list(span.read([ask(span) for ask, counted in GROUPED if wanted & counted]))
    if Count.AREA in wanted:
        lines += span.areas()
    if wanted & set(FATES.values()):
        lines += span.responses()
    return [line for line in lines if line.kind in wanted and line.number]


class Span:
    """Some months that follow each other."""

    def __init__(
        self, partnership: Partnership, months: Sequence[date], now: datetime, agency: Agency | None = None, within: Within | None = None
    ) -> None:
        self.months, self.agency = months, agency
        self.scope = Scope(partnership, Period(months[0], last_day_of(months[-1])), now, Edition.INTERNAL, within=within)

    def read(self, groups: "Sequence[QuerySet[Any]]") -> Iterator[Line]:
        """The lines of what `_by` gave, in one query however many there are."""
        for at, kind, agency, place, number in groups[0].union(*groups[1:], all=True) if groups else ():
            yield Line(self._month(at), Count(kind), agency, place, number)

    def _month(self, at: object) -> date:
        return at.date() if isinstance(at, datetime) else self.months[0]

    def _month_of(self, moment: str) -> "TruncMonth | Value":
        """The month of this moment. A single month need not be worked out of each row."""
        return TruncMonth(moment, tzinfo=LONDON) if len(self.months) > 1 else Value(1)

    def _by(
        self, rows: "QuerySet[Any]", moment: str, kind: Expression, *, agency: str = "", place: Expression | None = None, count: str = "pk"
    ) -> "QuerySet[Any]":
        """(month, kind, agency, place, how many) of the rows, grouped by all four."""
        owner = F(agency) if agency else Value(None, output_field=UUIDField())
        named = {"of_month": self._month_of(moment), "of_kind": kind, "of_agency": owner, "of_place": place or Value("")}
        counted = rows.order_by().annotate(**named).values(*named).annotate(number=Number(count, distinct=count != "pk"))
        found: QuerySet[Any] = counted.values_list(*named, "number")
        return found

    def raised(self) -> "QuerySet[Any]":
        """By the agency that raised it, those apart that are kept from its own leads."""
        rows = self.scope.raised() if self.agency is None else self.scope.raised().filter(raising_agency=self.agency)
        kept = _kept_apart(is_restricted=True)
        return self._by(rows, "submitted_at", Value(Count.RAISED.value), agency="raising_agency", place=kept)

    def asked(self) -> "QuerySet[Any]":
        """By each agency that was asked, at whatever stage; apart where it raised it too and it is kept from its own leads."""
        rows = Request.objects.filter(dispute__in=self.scope.raised())
        rows = rows if self.agency is None else rows.filter(agency=self.agency)
        return self._by(rows, "dispute__submitted_at", Value(Count.ASKED.value), agency="agency", place=OF_ITS_OWN, count="dispute")

    def ended(self) -> "QuerySet[Any]":
        """Closed, by the stage in which they were; and withdrawn."""
        rows = self.scope.all_disputes().filter(
            state__in=ENDED, sent_at__isnull=False, ended_at__gte=self.scope.period.starts, ended_at__lt=self.scope.until
        )
        kind = Case(When(state=State.CLOSED, then=Value(Count.CLOSED.value)), default=Value(Count.WITHDRAWN.value))
        return self._by(rows, "ended_at", kind, place=Cast("stage", CharField()))

    def referred(self) -> "QuerySet[Any]":
        """Put before the partnership."""
        rows = Referral.objects.filter(
            dispute__partnership=self.scope.partnership, referred_at__gte=self.scope.period.starts, referred_at__lt=self.scope.until
        )  # fmt: skip
        return self._by(self.scope.counted(rows, "dispute__"), "referred_at", Value(Count.REFERRED.value))

    def areas(self) -> Iterator[Line]:
        """By area; one may have several."""
        counts: Counter[tuple[date, str]] = Counter()
        rows = self.scope.raised().annotate(of_month=self._month_of("submitted_at")).values_list("of_month", "themes").annotate(number=Number("pk"))
        for at, themes, number in rows:
            counts.update(dict.fromkeys(((self._month(at), theme) for theme in themes or [NO_AREA]), number))
        for (month, theme), number in counts.items():
            yield Line(month, Count.AREA, None, theme, number)

    def responses(self) -> Iterator[Line]:
        """Responses whose moment lies in the month: in time, late, not given; apart where an agency owed them in what is kept from its own leads."""
        fates = {key: count for key, count in tallies(self.scope).items() if key in FATES}
        rows = due_between(self.scope, self.scope.period.starts, self.scope.period.ends, Measure.RESPONSE)
        # Said of the clock itself too, so that its index is used; one that no agency owes is among them.
        ours = Q(agency__in=list(self.scope.agency_names)) | Q(agency=None) if self.agency is None else Q(agency=self.agency)
        rows = rows.filter(ours)
        groups: QuerySet[Any, Any] = rows.annotate(of_month=self._month_of("due_at"), of_place=OF_ITS_OWN)
        groups = groups.values("of_month", "agency", "of_place").annotate(**fates)
        for group in groups:
            for key, kind in FATES.items():
                yield Line(self._month(group["of_month"]), kind, group["agency"], group["of_place"], group[key])


# What is counted by grouping alone, and which kinds it gives: one query for all of it.
GROUPED: tuple[tuple[Callable[[Span], "QuerySet[Any]"], frozenset[Count]], ...] = (
    (Span.raised, frozenset({Count.RAISED})),
    (Span.asked, frozenset({Count.ASKED})),
    (Span.ended, frozenset({Count.CLOSED, Count.WITHDRAWN})),
    (Span.referred, frozenset({Count.REFERRED})),
)
