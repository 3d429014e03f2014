"""What people type for a date or a time, read generously. Pure: text in, numbers out; None where it cannot be read."""

import re
from datetime import date, time

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED_TIMES = {"midday": time(12), "noon": time(12), "midnight": time(0)}
FIGURES = 2  # of a day or a month; more cannot be one, and very many cannot even be counted
CLOCK = re.compile(r"(\d{1,2})(?:[:.]?([0-5]\d))?(am|pm)?")


def month_number(text: str) -> int | None:
    """The month 1 to 12 from a number or an English name of at least three letters ("4", "apr", "April")."""
    text = text.strip().lower().rstrip(".")
    if text.isdecimal():
        return int(text) if len(text) <= FIGURES and 1 <= int(text) <= 12 else None
    start = text[:3]
    if start not in MONTHS:
        return None
    number = MONTHS.index(start) + 1
    full = date(2000, number, 1).strftime("%B").lower()
    return number if full.startswith(text) or text == "sept" else None


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
    """The wall-clock time in "4:30pm", "4.30 pm", "16:30", "1630", "4pm" or "midday"; to the minute, no zone."""
    squeezed = re.sub(r"\s+", "", text.lower()).replace("a.m.", "am").replace("p.m.", "pm")
    if squeezed in NAMED_TIMES:
        return NAMED_TIMES[squeezed]
    match = CLOCK.fullmatch(squeezed)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half is None:
        # A bare "4" may be morning or afternoon: ask rather than guess.
        return time(hour, minute) if match[2] and hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return time(hour % 12 + (12 if half == "pm" else 0), minute)
