"""What people type for a date or a time, read generously: text in, numbers out; None where it cannot be read."""

import re
from datetime import date, time

from django.utils.translation import gettext

from agencies.words import MONTHS, clock_time

SHORTEST = 3  # letters of a month's name
FIGURES = 2  # of a day or a month; more cannot be one, and very many cannot even be counted
NOON = 12
# London's summer time and its other one, as people write them.
ZONES = ("BST", "GMT")
CLOCK = re.compile(r"(\d{1,2})(?:[:.]?([0-5]\d))?(am|pm)?")


def month_number(text: str) -> int | None:
    """The month 1 to 12 from a number or a name of at least three letters, English or of the language in force ("4", "apr", "April")."""
    text = text.strip().lower().rstrip(".")
    if text.isdecimal():
        return int(text) if len(text) <= FIGURES and 1 <= int(text) <= 12 else None
    if len(text) < SHORTEST:
        return None
    found = {number for number, name in enumerate(MONTHS, 1) if text == "sept" == name[:4].lower() or _begins(name, text)}
    return found.pop() if len(found) == 1 else None


def _begins(month: str, text: str) -> bool:
    """Whether the month's name begins so, in English or in the language in force."""
    return month.lower().startswith(text) or gettext(month).lower().startswith(text)


def real_date(day: str, month: str, year: str) -> date | None:
    """The date that three typed parts name, or None where no such day exists. The year has four figures."""
    number = month_number(month)
    if number is None or not day.strip().isdecimal() or len(day.strip()) > FIGURES or not re.fullmatch(r"\d{4}", year.strip(), re.ASCII):
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def time_of_day(text: str) -> time | None:
    """The wall-clock time in "4:30pm", "4.30 pm", "16:30", "1630", "4pm" or "midday", or as the language in force says it; to the minute, no zone."""
    squeezed = _squeezed(text).replace("a.m.", "am").replace("p.m.", "pm")
    named = {"midday": time(NOON), "noon": time(NOON), "midnight": time(0)}
    named |= {_squeezed(clock_time(at)): at for at in (time(NOON), time(0))}
    if squeezed in named:
        return named[squeezed]
    match = CLOCK.fullmatch(_in_english(squeezed))
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half is None:
        return time(hour, minute) if match[2] and hour < 24 and either_half(squeezed) is None else None
    if not 1 <= hour <= NOON:
        return None
    return time(hour % NOON + (NOON if half == "pm" else 0), minute)


def with_zone(text: str) -> tuple[str, str]:
    """What was typed for a time, and "BST" or "GMT" where that stands behind it, as for the hour that comes twice in autumn; else empty."""
    words = text.strip()
    zone = words[-len("BST") :].upper()
    return (words[: -len(zone)].strip(), zone) if zone in ZONES else (text, "")


def either_half(text: str) -> tuple[time, time] | None:
    """The time of the morning and the one of the afternoon where "4" or "4:30" may be either: asked, and not guessed. None for what is no such time.

    "04:30" and "16:30" are of the 24-hour clock, and so are "0:30" and "10:30".
    """
    match = CLOCK.fullmatch(_squeezed(text))
    if match is None or match[3] or not 1 <= int(match[1]) < NOON or (match[2] and len(match[1]) == FIGURES):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute), time(hour + NOON, minute)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.lower())


def _in_english(squeezed: str) -> str:
    """With am or pm behind it, where it stands as the language in force writes the two."""
    for half, form in (("am", gettext("{time}am")), ("pm", gettext("{time}pm"))):
        before, _, after = _squeezed(form).partition("{time}")
        if squeezed.startswith(before) and squeezed.endswith(after) and len(squeezed) > len(before) + len(after):
            return squeezed[len(before) : len(squeezed) - len(after)] + half
    return squeezed
