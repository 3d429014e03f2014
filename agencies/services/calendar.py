"""Closure days and one-off changes of the bank holidays: dated data that count from the next request on. Running clocks are dated again elsewhere."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.calendars import calendar_of
from agencies.errors import InvalidInput, NotFound
from agencies.holidays import Nation, shipped_holidays
from agencies.models import ClosureDay, HolidayChange, Partnership, User
from agencies.policy import may_keep_directory, require
from agencies.readable import trimmed
from agencies.said import full_day, listing, said
from agencies.services.record import acting_person, record
from agencies.words import day as in_words
from agencies.working_days import WEEKEND, london

NOT_YOURS = _("The business unit and administrators keep the partnership's calendar.")


class DayKind(StrEnum):
    """What a day entered by hand is."""

    CLOSURE = "closure"
    HOLIDAY = "holiday"
    WORKS = "works"


# What a line of the record says of a day that was entered.
BECAME = {
    DayKind.CLOSURE: gettext_noop("{day} is a closure day: {why}."),
    DayKind.HOLIDAY: gettext_noop("{day} is a bank holiday: {why}."),
    DayKind.WORKS: gettext_noop("{day} is a working day after all: {why}."),
}


@transaction.atomic
def add_day(
    *, actor: User | None, partnership: Partnership, kind: DayKind, day: date, words: str, now: datetime, source: str = ""
) -> ClosureDay | HolidayChange:
    """Enters a closure day, a one-off bank holiday, or that a bank holiday is a working day after all; London dates, past ones too.

    `words` say why, `source` who ordered it. `actor` None is the command line. Raises NotAllowed outside the keepers; InvalidInput for a day
    entered already, one that does not count anyway, one outside the years carried, and missing words.
    """
    _guard(actor, partnership, now)
    if not trimmed(words):
        raise InvalidInput(gettext("Say why, in a few words."), field="words")
    check_day(partnership, kind, day)
    fields = {"partnership": partnership, "day": day, "words": trimmed(words), "source": trimmed(source)}
    try:
        with transaction.atomic():
            row: ClosureDay | HolidayChange
            if kind is DayKind.CLOSURE:
                row = ClosureDay.objects.create(**fields)
            else:
                row = HolidayChange.objects.create(**fields, works=kind is DayKind.WORKS)
    except IntegrityError as error:
        raise InvalidInput(gettext("{day} was entered already.").format(day=_named(day)), field="day") from error
    entered = said(BECAME[kind], day=full_day(day), why=row.words)
    ordered = [said(gettext_noop("Ordered by {source}."), source=row.source)] if row.source else []
    record(partnership.id, actor, listing([entered, *ordered], " "), now=now)
    return row


@transaction.atomic
def remove_day(*, actor: User | None, partnership: Partnership, row_id: UUID, now: datetime) -> date:
    """Takes out a day that was entered by hand, and gives it. Raises NotFound where there is none, NotAllowed outside the keepers."""
    _guard(actor, partnership, now)
    for model in (ClosureDay, HolidayChange):
        row = model._default_manager.filter(pk=row_id, partnership=partnership).first()
        if isinstance(row, ClosureDay | HolidayChange):
            row.delete()
            words = said(gettext_noop("{day} was taken out of the calendar: {why}."), day=full_day(row.day), why=row.words)
            record(partnership.id, actor, words, now=now)
            return row.day
    raise NotFound(gettext("This day is not in the calendar any more."))


def is_past(day: date, now: datetime) -> bool:
    """Whether the day lies before today in London: clocks that ended before it was entered stay as they are."""
    return day < london(now).date()


def _guard(actor: User | None, partnership: Partnership, now: datetime) -> None:
    if person := acting_person(actor, now):
        require(may_keep_directory(person, partnership.id), NOT_YOURS)


def check_day(partnership: Partnership, kind: DayKind, day: date) -> None:
    """Raises InvalidInput for a day outside the years carried, and for one that entering would change nothing of."""
    calendar = calendar_of(partnership)
    if not calendar.first_day <= day <= calendar.last_day:
        raise InvalidInput(
            gettext("The calendar covers {first} to {last} only.").format(first=calendar.first_day.year, last=calendar.last_day.year), field="day"
        )
    if weekend := WEEKEND.get(day.weekday()):
        raise InvalidInput(gettext("That is a {weekend}, which never counts as a working day.").format(weekend=gettext(weekend)), field="day")
    why_not = calendar.why_not(day)
    if kind is DayKind.WORKS:
        if not any(holiday.day == day for holiday in shipped_holidays(Nation(partnership.nation))):
            raise InvalidInput(
                gettext("That day is no bank holiday of the shipped calendar. Take out a day of your own in the list instead."), field="day"
            )
        if why_not is None:
            raise InvalidInput(gettext("{day} is a working day already.").format(day=_named(day)), field="day")
    elif why_not is not None:
        raise InvalidInput(gettext("{day} is no working day already: {why_not}.").format(day=_named(day), why_not=gettext(why_not)), field="day")


def _named(day: date) -> str:
    return in_words(day, year=True)
