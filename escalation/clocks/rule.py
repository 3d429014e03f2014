"""The settings of a procedure that say how a start counts and at what time of day a clock ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum


class RuleError(ValueError):
    """A setting of the clock rule is not one of those that exist. The message is fit for the person who wrote it."""


class StartRule(StrEnum):
    """Whether a start outside office hours counts from the next opening, or the start day is simply never counted."""

    ROLL_FORWARD = "roll_forward"
    PLAIN = "plain"


class Moment(StrEnum):
    """The time of day at which the last day ends: that of the start, or 23:59:59."""

    SAME_TIME = "same_time"
    END_OF_DAY = "end_of_day"


class Closing(StrEnum):
    """After what time a start rolls on, where it is not a time of its own: the partnership's closing time, or none."""

    OFFICE_HOURS = "office_hours"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a start counts. `close` is Closing.OFFICE_HOURS, a London time of day, or Closing.NONE (only days roll)."""

    start_rule: StartRule = StartRule.ROLL_FORWARD
    close: Closing | time = Closing.OFFICE_HOURS
    moment: Moment = Moment.SAME_TIME

    @classmethod
    def of(cls, *, start_rule: str = "roll_forward", close: str = "office_hours", moment: str = "same_time") -> Rule:
        """The rule from its three words. `close` is "office_hours", "none" or a time "HH:MM". Raises RuleError."""
        return cls(_start_rule(start_rule), _close(close), _moment(moment))

    def at(self, moment: Moment) -> Rule:
        """The same rule with another time of day at which the last day ends."""
        return self if self.moment is moment else replace(self, moment=moment)

    def close_word(self) -> str:
        """`close` as `of` reads it."""
        return self.close.value if isinstance(self.close, Closing) else f"{self.close:%H:%M}"


def _start_rule(word: str) -> StartRule:
    try:
        return StartRule(word)
    except ValueError:
        raise RuleError(f'start_rule is "{word}"; it must be roll_forward or plain.') from None


def _moment(word: str) -> Moment:
    try:
        return Moment(word)
    except ValueError:
        raise RuleError(f'moment is "{word}"; it must be same_time or end_of_day.') from None


def _close(word: str) -> Closing | time:
    if word in set(Closing):
        return Closing(word)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", word):
        raise RuleError(f'close is "{word}"; it must be a time such as 17:00, or none, or office_hours.')
    return time.fromisoformat(word)
