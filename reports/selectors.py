"""What the reports' pages list."""

from datetime import datetime

from django.db.models import Min, Q

from agencies.models import Partnership
from escalation.models import Dispute
from escalation.states import State
from reports.measures.scope import Within
from reports.models import Report, ReportEvent
from reports.periods import FIRST_YEAR, Year, year_of

MOST = 50


def partnerships(*, with_disagreements: bool = False) -> list[Partnership]:
    """Every partnership, the first that was entered first; on request only those with a disagreement on record that is no draft."""
    rows = Partnership.objects.order_by("created_at", "slug")
    if with_disagreements:
        rows = rows.filter(pk__in=Dispute.objects.exclude(state=State.DRAFT).values("partnership").distinct())
    return list(rows)


def years(partnership: Partnership, now: datetime, within: Within | None) -> list[Year]:
    """The reporting years from the first with a disagreement on record (at the latest last year) to the one that runs now, newest first.

    `within` is what is counted for whoever reads them (`reports.readers`): a year that only what is kept from them has would tell of it.
    """
    rows = Dispute.objects.filter(within("") if within else Q(), partnership=partnership)
    first = rows.aggregate(first=Min("submitted_at"))["first"]
    running = year_of(now).number
    oldest = min(year_of(first).number, running - 1) if first else running - 1
    return [Year(number) for number in range(running, max(oldest, FIRST_YEAR) - 1, -1)]


def made(partnership: Partnership, year: Year | None = None) -> list[Report]:
    """The newest reports of the partnership, of one year where it is given."""
    rows = Report.objects.filter(partnership=partnership).select_related("requested_by").defer("figures")
    return list((rows.filter(year=year.number) if year else rows)[:MOST])


def made_standing(partnership: Partnership) -> list[Report]:
    """The newest standing reports of the partnership, whatever their periods."""
    return list(Report.objects.filter(partnership=partnership, year=0).select_related("requested_by").defer("figures")[:MOST])


def record(partnership: Partnership) -> list[ReportEvent]:
    """The newest lines of the reports' record."""
    return list(ReportEvent.objects.filter(partnership=partnership).select_related("actor")[:MOST])
