"""How long a clock runs, as a procedure writes it: "1 working day", "24 clock hours", "same working day", "agreed"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class WithinError(ValueError):
    """A text does not say how long a clock runs. The message is fit for the person who wrote it."""


class AgreedDateNeeded(WithinError):
    """The clock runs to a date that the parties agree, and none has been agreed."""


class Unit(StrEnum):
    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CLOCK_HOUR = "clock_hour"
    CLOCK_MINUTE = "clock_minute"
    AT_ONCE = "at_once"
    CALENDAR_DAY = "calendar_day"
    WORKING_WEEK = "working_week"
    SAME_WORKING_DAY = "same_working_day"
    NEXT_WORKING_DAY = "next_working_day"
    AGREED = "agreed"


# The most that one clock may run: far more than any procedure asks, far less than the calendar carries.
MOST = {
    Unit.WORKING_DAY: 1000,
    Unit.WORKING_HOUR: 2000,
    Unit.CLOCK_HOUR: 2000,
    Unit.CLOCK_MINUTE: 10_000,
    Unit.CALENDAR_DAY: 1000,
    Unit.WORKING_WEEK: 200,
}
FIXED = {
    "at once": Unit.AT_ONCE,
    "immediately": Unit.AT_ONCE,
    "same working day": Unit.SAME_WORKING_DAY,
    "the same working day": Unit.SAME_WORKING_DAY,
    "next working day": Unit.NEXT_WORKING_DAY,
    "the next working day": Unit.NEXT_WORKING_DAY,
    "agreed": Unit.AGREED,
}
# Each word of a counted text, in the singular: the unit it stands for and how many of it one is.
COUNTED = {
    "working day": (Unit.WORKING_DAY, 1),
    "working hour": (Unit.WORKING_HOUR, 1),
    "clock hour": (Unit.CLOCK_HOUR, 1),
    "clock minute": (Unit.CLOCK_MINUTE, 1),
    "minute": (Unit.CLOCK_MINUTE, 1),
    "calendar day": (Unit.CALENDAR_DAY, 1),
    "calendar week": (Unit.CALENDAR_DAY, 7),
    "working week": (Unit.WORKING_WEEK, 1),
    "week": (Unit.WORKING_WEEK, 1),
}
WORDS = {
    Unit.AT_ONCE: "at once",
    Unit.SAME_WORKING_DAY: "same working day",
    Unit.NEXT_WORKING_DAY: "next working day",
    Unit.AGREED: "agreed",
}
NUMBERS = {word: n for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1)}
EXAMPLES = '"2 working days", "4 working hours", "24 clock hours", "at once", "next working day" or "agreed"'
_TEXT = re.compile(r"(?P<amount>[+-]?\d+|[a-z]+) (?P<noun>[a-z ]+)")


@dataclass(frozen=True, slots=True)
class Within:
    """An amount of a unit; the amount is 1 for units that are not counted."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        most = MOST.get(self.unit)
        if self.amount < 1:
            raise WithinError(f"A clock needs at least 1 {self.unit.value.replace('_', ' ')}; {self.amount} was given.")
        if most and self.amount > most:
            raise WithinError(f"{self.words()} is too long for a clock: the most is {most:,}.")

    @classmethod
    def parse(cls, text: str) -> Within:
        """Reads a procedure's words, in any case and spacing. Raises WithinError, with a question where the words could mean two things."""
        plain = " ".join(text.lower().split())
        if plain in FIXED:
            return cls(1, FIXED[plain])
        match = _TEXT.fullmatch(plain)
        if not match:
            raise WithinError(f'"{text}" is not a length of time. Write for example {EXAMPLES}.')
        noun = match["noun"].removesuffix("s")
        if noun in {"day", "hour"}:
            raise WithinError(_question(text, match["amount"], noun))
        if noun not in COUNTED:
            raise WithinError(f'"{text}" has no unit that is known. Write for example {EXAMPLES}.')
        unit, times = COUNTED[noun]
        return cls(_number(text, match["amount"]) * times, unit)

    def words(self) -> str:
        """The length in plain words, such as "2 working days"; `parse` reads it back."""
        if self.unit in WORDS:
            return WORDS[self.unit]
        noun = "minute" if self.unit is Unit.CLOCK_MINUTE else self.unit.value.replace("_", " ")
        return f"{self.amount:d} {noun}{'' if self.amount == 1 else 's'}"

    @property
    def ends_its_day(self) -> bool:
        """Same and next working day run to the end of that day, whatever the procedure's `moment`."""
        return self.unit in {Unit.SAME_WORKING_DAY, Unit.NEXT_WORKING_DAY}


def _question(text: str, amount: str, noun: str) -> str:
    if noun == "day":
        return f'"{text}" could mean two things: {amount} working days or {amount} calendar days? Write which.'
    return f'"{text}" could mean two things: {amount} working hours (in office hours) or {amount} clock hours (day and night)? Write which.'


def _number(text: str, amount: str) -> int:
    if amount in NUMBERS:
        return NUMBERS[amount]
    try:
        return int(amount[:9])
    except ValueError:
        raise WithinError(f'"{text}" does not begin with a number. Write for example {EXAMPLES}.') from None
