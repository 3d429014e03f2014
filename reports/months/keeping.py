"""Keeping the counts of months that are over: the job that counts what is not kept yet, and anew what changed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min, Sum

from agencies import wall_clock
from agencies.models import Partnership
from agencies.months import month_before, month_of, months_between
from escalation.models import ChangedMonth, Dispute
from reports.kept_months import Count, KeptMonth, MonthCount
from reports.months.counting import count_months

MOST_AT_ONCE = 36  # Months counted in one run of the job; the next run goes on.
# Where so many were raised in the month before, the month that runs is counted by the job too, every few minutes: live it would take too long.
MANY = 2_000
EVERY = timedelta(minutes=5)


def keep_months(most: int = MOST_AT_ONCE) -> int:
    """Counts, in every partnership, months that are over and not kept or that changed since. Gives how many it counted.

    A practice partnership's clock is moved about, so nothing of it is kept.
    """
    done = 0
    for partnership in Partnership.objects.filter(is_practice=False).order_by("pk"):
        now = wall_clock.now_in(partnership)
        for month in wanting(partnership, now)[: most - done]:
            keep(partnership, month, now)
            done += 1
        _keep_running(partnership, now)
    return done


def _keep_running(partnership: Partnership, now: datetime) -> None:
    """Counts the month that runs, where there is much of it and the last count is some minutes old."""
    running = month_of(now)
    lately = KeptMonth.objects.filter(partnership=partnership, month=running, counted_at__gt=now - EVERY)
    before = MonthCount.objects.filter(month__partnership=partnership, month__month=month_before(running), kind=Count.RAISED)
    if (before.aggregate(all=Sum("number"))["all"] or 0) >= MANY and not lately.exists():
        keep(partnership, running, now)


def wanting(partnership: Partnership, now: datetime) -> list[date]:
    """The months over at `now` (aware) that are not kept or changed since, from the first with a disagreement on record.

    They are kept in this order, so that the first that is kept is the first that there is.
    """
    changed = set(ChangedMonth.objects.filter(partnership=partnership).values_list("month", flat=True).distinct())
    kept = dict(KeptMonth.objects.filter(partnership=partnership).values_list("month", "counted_at"))
    if kept:
        first = min(kept.keys() | changed)
    else:
        found = Dispute.objects.filter(partnership=partnership).aggregate(first=Min("submitted_at"))["first"]
        if found is None:
            return []
        first = min([month_of(found), *changed])
    running = month_of(now)
    over: Iterable[date] = (month for month in months_between(first, running) if month < running)
    return [month for month in over if month in changed or month not in kept or month_of(kept[month]) <= month]


def keep(partnership: Partnership, month: date, now: datetime) -> None:
    """Counts one month, over or not, and keeps it in place of what was kept. Two at once follow each other.

    What changes while it is counted leaves its mark after this took the marks away, so it is counted again. The month's key stays: whoever has read
    it and asks for the counts a moment later finds the old ones or the new ones, never none.
    """
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        ChangedMonth.objects.filter(partnership=partnership, month=month).delete()
        row, _ = KeptMonth.objects.update_or_create(partnership=partnership, month=month, defaults={"counted_at": now})
        MonthCount.objects.filter(month=row).delete()
        MonthCount.objects.bulk_create(
            MonthCount(month=row, kind=line.kind, agency_id=line.agency, place=line.place, number=line.number)
            for line in count_months(partnership, [month], list(Count), now)
        )
