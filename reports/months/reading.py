"""Reading months: kept counts where they stand, live ones for the month that runs and for what may have changed since."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import DateTimeField, F, Min, Sum, UUIDField, Value

from agencies.models import Agency, Partnership
from agencies.months import month_after, month_of, months_between
from escalation.models import ChangedMonth, Dispute
from reports.kept_months import Count, KeptMonth, MonthCount
from reports.measures.scope import Within
from reports.months.counting import FATES, RESTRICTED, count_months
from reports.periods import Quarter

FRESH = timedelta(minutes=10)  # So long a count of the month that runs may be shown, with its moment.


class Months:
    """A partnership's months as they are counted at `now` (an aware instant). Which are kept is asked for once.

    `without` is what is not counted for whoever reads them: kept counts are of all, and what is left out is counted by itself and taken from them.
    """

    def __init__(self, partnership: Partnership, now: datetime, *, without: Within | None = None) -> None:
        self.partnership, self.now = partnership, now
        self._is_for_all = without is None
        # Nearly always there is nothing of the kind.
        is_any = without is not None and Dispute.objects.filter(without(""), partnership=partnership).exists()
        self._without = without if is_any else None

    @cached_property
    def _known(self) -> dict[date, tuple[UUID, datetime] | None]:
        """By month the key of what is kept of it and when it was counted; None where it changed since."""
        kept = KeptMonth.objects.filter(partnership=self.partnership).values_list("month", "pk", "counted_at")
        no_key, no_moment = Value(None, output_field=UUIDField()), Value(None, output_field=DateTimeField())
        changed = ChangedMonth.objects.filter(partnership=self.partnership).order_by().values_list("month", no_key, no_moment)
        known: dict[date, tuple[UUID, datetime] | None] = {}
        for month, key, at in kept.union(changed):
            known[month] = (key, at) if key and month not in known else None
        return known

    def _kept(self, month: date) -> UUID | None:
        """The key of what is kept of the month, where it can be read: counted once it was over, or a short while ago."""
        key, at = self._known.get(month) or (None, self.now)
        # What came since would be taken away from what does not hold it. Whether there is anything to take away makes no difference: of when the
        # month was counted is told, and whoever is never told would know.
        if not self._is_for_all and month >= month_of(at):
            return None
        return key if month < month_of(at) or self.now - at < FRESH else None

    @property
    def counted_at(self) -> datetime:
        """When the month that runs was counted: now, or a short while ago."""
        known = self._known.get(month := month_of(self.now))
        return known[1] if known and self._kept(month) else self.now

    @cached_property
    def first(self) -> date:
        """The first month with anything on record: the first kept, for they are kept from the first on, or an earlier one that came in since."""
        if any(self._known.values()):
            return min(self._known)
        found = Dispute.objects.filter(partnership=self.partnership).aggregate(first=Min("submitted_at"))["first"]
        return month_of(found or self.now)

    def counts(self, kinds: Collection[Count], first: date, last: date, agency: Agency | None = None) -> "Counts":
        """By month, kind and place, from the month of the one day to that of the other; of one agency where it is given."""
        months = [month for month in months_between(first.replace(day=1), last) if month <= month_of(self.now)]
        kept = [key for month in months if (key := self._kept(month))]
        live = [month for month in months if not self._kept(month)]
        found: Counter[tuple[date, Count, str]] = Counter()
        rows = MonthCount.objects.filter(month__in=kept, kind__in=kinds)
        rows = rows if agency is None else rows.filter(agency=agency)
        for month, kind, place, number in rows.values_list(F("month__month"), "kind", "place").annotate(all=Sum("number")) if kept else ():
            found[month, Count(kind), place] += number
        for stretch in _stretches(live):
            for line in count_months(self.partnership, stretch, kinds, self.now, agency):
                found[line.month, line.kind, line.place] += line.number
        if self._without is not None and months:
            for line in count_months(self.partnership, months, kinds, self.now, agency, within=self._without):
                found[line.month, line.kind, line.place] -= line.number
        return Counts(found)


class Counts:
    """Counts by month, kind and place."""

    def __init__(self, found: Counter[tuple[date, Count, str]]) -> None:
        self._found = found

    def of(self, kind: Count, quarters: Sequence[Quarter], *, with_restricted: bool = True) -> list[int]:
        """How many of the kind fall into each quarter."""
        return [sum(self._in(quarter, kind, with_restricted=with_restricted).values()) for quarter in quarters]

    def fates(self, quarters: Sequence[Quarter], *, with_restricted: bool = True) -> list[tuple[int, int, int]]:
        """Of the responses that were due in each quarter, how many came in time, late and not at all."""
        met, late, none = (self.of(kind, quarters, with_restricted=with_restricted) for kind in FATES.values())
        return list(zip(met, late, none, strict=True))

    def places(self, kind: Count, quarter: Quarter) -> dict[str, int]:
        """How many of the kind fall into the quarter, by place."""
        return self._in(quarter, kind)

    def open_at_the_ends(self, quarters: Sequence[Quarter]) -> list[int]:
        """How many were sent, and neither closed nor withdrawn, at the end of each quarter: whatever was raised by then less whatever ended.

        Right only where the counts go back to the first month.
        """
        ends = [month_of(quarter.ends) for quarter in quarters]
        signs = {Count.RAISED: 1, Count.CLOSED: -1, Count.WITHDRAWN: -1}
        return [sum(signs.get(kind, 0) * number for (month, kind, _), number in self._found.items() if month < end) for end in ends]

    def _in(self, quarter: Quarter, kind: Count, *, with_restricted: bool = True) -> dict[str, int]:
        places: Counter[str] = Counter()
        for (month, each, place), number in self._found.items():
            if each == kind and month_of(quarter.starts) <= month < month_of(quarter.ends) and (with_restricted or place != RESTRICTED):
                places[place] += number
        return dict(places)


def last_month_of(quarter: Quarter) -> date:
    """The first day of the quarter's last month."""
    return month_of(quarter.ends - timedelta(days=1))


def _stretches(months: Sequence[date]) -> Iterator[list[date]]:
    """Months that follow each other without a gap."""
    stretch: list[date] = []
    for month in months:
        if stretch and month_after(stretch[-1]) != month:
            yield stretch
            stretch = []
        stretch.append(month)
    if stretch:
        yield stretch
