"""Dates, times, numbers and lists in words, London wall-clock. Pure, and the only place where their form on screen is decided.

The words are those of the language in force; English is what is written here.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Words: TypeAlias = str | StrPromise
else:  # What a table holds: words, or words that are looked up when they are shown.
    Words = str | Promise

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59)
_YEARS: ContextVar[bool] = ContextVar("years", default=False)
# Where a sentence ends and another begins.
ONE_MORE = re.compile(r"[.?!][”’\")]*\s+\S")
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
    _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip


def lower_first(text: Words) -> str:
    """The words as they stand inside a sentence; an abbreviation keeps its capitals, and so does I."""
    words = str(text)
    inside = (words[1:2].islower() or words[1:2] == " ") and not words.startswith("I ")
    return words[:1].lower() + words[1:] if inside else words


def upper_first(text: Words) -> str:
    """The words as a sentence begins with them."""
    words = str(text)
    return words[:1].upper() + words[1:]


def as_error(text: Words) -> str:
    """The words as an error stands on a form: one sentence without its full stop, several with theirs."""
    words = str(text)
    return words if ONE_MORE.search(words) else words.removesuffix(".")


def clock_time(moment: datetime | time) -> str:
    """As "4:30pm", "9am", "midday", "midnight"; a datetime must already be London time. The last second of a day is "end of day"."""
    form, figures = clock_form(moment)
    return gettext(form).format(time=figures)


def clock_form(moment: datetime | time) -> tuple[str, str]:
    """The same as the form of the words, in English, and the figures that stand in its place `time`."""
    at = moment.time() if isinstance(moment, datetime) else moment
    figures = f"{at.hour % 12 or 12}:{at.minute:02}" if at.minute else str(at.hour % 12 or 12)
    if at.replace(microsecond=0) == END_OF_DAY:
        return _("end of day"), figures
    if at.minute == 0 and at.hour in {0, 12}:
        return _("midday") if at.hour else _("midnight"), figures
    return _("{time}am") if at.hour < 12 else _("{time}pm"), figures


def weekday(value: date) -> str:
    """As "Tuesday". A datetime must already be London time."""
    return gettext(WEEKDAYS[value.weekday()])


def month(value: date) -> str:
    """As "April 2026". A datetime must already be London time."""
    return gettext("{month} {year}").format(month=gettext(MONTHS[value.month - 1]), year=value.year)


def short_day(value: date) -> str:
    """As "7 April 2026", without the day of the week. A datetime must already be London time."""
    return gettext("{day} {month} {year}").format(day=value.day, month=gettext(MONTHS[value.month - 1]), year=value.year)


@contextmanager
def with_years() -> Iterator[None]:
    """Inside it every day and moment carries its year: for what is printed and kept for longer than its reader remembers which year it was."""
    before = _YEARS.set(True)
    try:
        yield
    finally:
        _YEARS.reset(before)


def day(value: date, *, year: bool) -> str:
    """As "Tuesday 7 April", with the year where asked, or everywhere inside `with_years`. A datetime must already be London time."""
    form = gettext("{weekday} {day} {month} {year}") if year or _YEARS.get() else gettext("{weekday} {day} {month}")
    return form.format(weekday=weekday(value), day=value.day, month=gettext(MONTHS[value.month - 1]), year=value.year)


def moment(value: datetime, *, today: date, year: bool = False) -> str:
    """As "Tuesday 7 April, 4:30pm" for an aware instant, in London. The year is shown where asked or where it is not today's."""
    local = value.astimezone(LONDON)
    return gettext("{day}, {time}").format(day=day(local, year=year or local.year != today.year), time=clock_time(local))


def figure(number: int) -> str:
    """As "1,234": a whole number in groups of three, as the language in force writes them."""
    return number_format(number, force_grouping=True)


def counted(number: int, forms: str) -> str:
    """As "1 disagreement", "3 disagreements", "no disagreements", in English, for whoever runs a command: forms is "singular,plural"."""
    one, many = forms.split(",")
    return f"{number:,} {one}" if number == 1 else f"{number or 'no':{',' if number else ''}} {many}"


def joined(values: Iterable[object]) -> str:
    """As "a, b and c". Empty for none."""
    *first, last = [str(value) for value in values] or [""]
    return gettext("{first} and {last}").format(first=", ".join(first), last=last) if first else last


def in_english() -> translation.override:
    """With it, words are as they are written in the code whatever language is in force: for what is stored, such as a line of a record."""
    return translation.override(None)


def source(words: object) -> str:
    """The words as they are written in the code: English, for what is stored."""
    with in_english():
        return str(words)
