"""Early-stage matters that agencies settled outside the system, returned once a quarter: a silent agency is told from one that does not use it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import Agency, Partnership, User
from agencies.person import Person
from agencies.roles import Role
from agencies.words import figure
from agencies.working_days import LONDON
from reports.models import EarlyReturn, ReportEvent
from reports.periods import Quarter, year_of

MOST = 9_999
QUARTERS_BACK = 6
RETURNING = frozenset({Role.LEAD, Role.BOARD_MEMBER})


def quarters_to_return(now: datetime) -> list[Quarter]:
    """The last six quarters that are over, the newest first."""
    year = year_of(now)
    every = [quarter for each in (year, year.before(), year.before().before()) for quarter in reversed(each.quarters())]
    return [quarter for quarter in every if quarter.ends <= now][:QUARTERS_BACK]


def first_day(quarter: Quarter) -> date:
    """The quarter's first day in London."""
    return quarter.starts.astimezone(LONDON).date()


def returning(person: Person, partnership: Partnership) -> list[Agency]:
    """The member agencies for which the person may return: every one for the business unit, else those in which they are lead or board member."""
    return [agency for agency in Agency.objects.filter(partnership=partnership).order_by("name") if may_return(person, agency)]


def may_return(person: Person, agency: Agency) -> bool:
    """Whether the person may return for the agency. No query."""
    is_member = agency.is_active and not agency.is_external
    return is_member and (agency.partnership_id in person.units or bool(person.roles_in(agency.pk) & RETURNING))


def give(*, person: Person, by: User, agency: Agency, quarter: date, matters: int, now: datetime) -> EarlyReturn:
    """Keeps the agency's return of a quarter that is over; a later one replaces it. `matters` is 0 for a nil return.

    Raises NotAllowed for somebody who may not return for the agency, InvalidInput beside the field otherwise.
    """
    if agency not in returning(person, agency.partnership):
        raise NotAllowed(_("Returns are given by the agency's safeguarding lead, its board member or the business unit."))
    if quarter not in {first_day(each) for each in quarters_to_return(now)}:
        raise InvalidInput(_("Choose a quarter that is over."), field="quarter")
    if not 0 <= matters <= MOST:
        raise InvalidInput(_("Enter a whole number from 0 to {most}; 0 for none.").format(most=figure(MOST)), field="matters")
    with transaction.atomic():
        row, _is_new = EarlyReturn.objects.update_or_create(
            agency=agency, quarter=quarter, defaults={"matters": matters, "returned_by": by, "returned_at": now}
        )  # fmt: skip
        words = f"Returned {matters or 'no'} early matter{'' if matters == 1 else 's'} for {agency.name}, quarter from {quarter:%Y-%m-%d}."
        ReportEvent.objects.create(partnership=agency.partnership, actor=by, words=words, recorded_at=now)
    return row


def returned(agencies: Sequence[Agency], now: datetime) -> Iterator[tuple[Agency, list[EarlyReturn | None]]]:
    """Each agency with its return of each quarter to return, the newest first; None where it has given none."""
    days = [first_day(quarter) for quarter in quarters_to_return(now)]
    rows = EarlyReturn.objects.filter(agency__in=agencies, quarter__in=days).select_related("returned_by")
    found = {(row.agency_id, row.quarter): row for row in rows}
    for agency in agencies:
        yield agency, [found.get((agency.pk, day)) for day in days]
