"""The working-out of a due moment in the language in force, for whoever shows it at once: what is kept of it is kept in English."""

from datetime import date, time, timedelta

from django.utils.translation import gettext, ngettext

from agencies.words import clock_time, day, weekday
from escalation.clocks import Voice
from escalation.procedures.words import length_words


def _day(value: date, year: bool) -> str:  # noqa: FBT001 - one of a voice's parts, never called by hand
    return day(value, year=year)


def _time(wall: time) -> str:
    return clock_time(wall.replace(second=0, microsecond=0))


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [ngettext("{n} hour", "{n} hours", hours).format(n=hours)] if hours else []
    if minutes:
        parts.append(ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes))
    return " ".join(parts) or gettext("under a minute")


SPOKEN = Voice(gettext, weekday, _day, _time, length_words, _span)
