"""Calendar months, each by its first day in London. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from agencies.working_days import LONDON


def month_of(moment: datetime) -> date:
    """The first day of the month in which an aware instant lies, in London."""
    return moment.astimezone(LONDON).date().replace(day=1)


def month_after(month: date) -> date:
    """The month after the one that begins on this day."""
    return (month + timedelta(days=32)).replace(day=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from the one to the other, both among them."""
    while first <= last:
        yield first
        first = month_after(first)


def month_before(month: date) -> date:
    """The month before the one that begins on this day."""
    return (month - timedelta(days=1)).replace(day=1)
