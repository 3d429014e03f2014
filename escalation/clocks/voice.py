"""How a working-out is put into words: in English where it is kept, and in another language by whoever shows it at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from .within import Within


@dataclass(frozen=True, slots=True)
class Voice:
    """What says each part: words as they are written here, a day by its weekday alone or with its date, a time of day, a rule's length, a span."""

    words: Callable[[str], str]
    weekday: Callable[[date], str]
    day: Callable[[date, bool], str]
    time: Callable[[time], str]
    length: Callable[[Within], str]
    span: Callable[[timedelta], str]


def _as_written(words: str) -> str:
    return words


def _weekday(day: date) -> str:
    return f"{day:%A}"


def _day(day: date, year: bool) -> str:  # noqa: FBT001 - one of a voice's parts, never called by hand
    return f"{day:%A} {day.day} {day:%B %Y}" if year else f"{day:%A} {day.day} {day:%B}"


def clock_words(wall: time) -> str:
    """A time of day as people write it: 9am, 4:30pm, midnight, midday."""
    wall = wall.replace(second=0, microsecond=0)
    if wall == time(0):
        return "midnight"
    if wall == time(12):
        return "midday"
    minutes = f":{wall:%M}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in ((hours, "hour"), (minutes, "minute")) if n]
    return " ".join(parts) or "under a minute"


ENGLISH = Voice(_as_written, _weekday, _day, clock_words, Within.words, _span)
