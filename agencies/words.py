"""Dates and times in words, London wall-clock. Pure, and the only place where their form on screen is decided."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59)


def clock_time(moment: datetime | time) -> str:
    """As "4:30pm", "9am", "midday", "midnight"; a datetime must already be London time. The last second of a day is "end of day"."""
    at = moment.time() if isinstance(moment, datetime) else moment
    if at.replace(microsecond=0) == END_OF_DAY:
        return "end of day"
    if at.minute == 0 and at.hour in {0, 12}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def day(value: date, *, year: bool) -> str:
    """As "Tuesday 7 April", with the year where asked. A datetime must already be London time."""
    return f"{value:%A} {value.day} {value:%B}" + (f" {value.year}" if year else "")


def moment(value: datetime, *, today: date, year: bool = False) -> str:
    """As "Tuesday 7 April, 4:30pm" for an aware instant, in London. The year is shown where asked or where it is not today's."""
    local = value.astimezone(LONDON)
    return f"{day(local, year=year or local.year != today.year)}, {clock_time(local)}"
