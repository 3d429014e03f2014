"""What time it is for whoever is asking. A practice partnership's trainer may have moved its clock forward; everybody else's is the world's.

Accounts, sessions, tokens and the jobs' own heartbeats keep to the world's clock and ask Django's `timezone`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone

from agencies.working_days import LONDON

NONE = timedelta()
_ahead: ContextVar[timedelta] = ContextVar("ahead", default=NONE)


def to_the_second(at: datetime) -> datetime:
    """The moment as every clock of a procedure is compared with it: a part of a second after a due moment is not after it."""
    return at.replace(microsecond=0) if at.microsecond else at


def now() -> datetime:
    """This moment (aware, UTC, to the second), on the clock of the person or job that is being served."""
    return to_the_second(timezone.now() + _ahead.get())


def exactly() -> datetime:
    """The same with parts of a second, for what is told from something else by its moment alone: what one person does in one go, in the directory."""
    return timezone.now() + _ahead.get()


def today() -> date:
    """The day that it is in London on that clock."""
    return timezone.localdate(now(), LONDON)


class HasClock(Protocol):
    """A partnership, or as much of one as its clock needs."""

    @property
    def ahead(self) -> timedelta:
        """How far it stands ahead of the world's."""


def now_in(partnership: HasClock) -> datetime:
    """This moment (to the second) on a partnership's own clock, whoever asks."""
    return to_the_second(timezone.now() + partnership.ahead)


@contextmanager
def ahead(by: timedelta) -> Iterator[None]:
    """While this lasts, the clock stands so far ahead of the world's."""
    token = _ahead.set(by)
    try:
        yield
    finally:
        _ahead.reset(token)


def stand_in(partnership: HasClock) -> None:
    """From here to the end of the surrounding `ahead`, it is the partnership's own clock that counts: for what is about one of its disagreements."""
    _ahead.set(partnership.ahead)


def go_ahead(by: timedelta) -> None:
    """From here to the end of the surrounding `ahead`, the clock stands so far ahead: for a door that learns only on the way who is asking."""
    _ahead.set(by)
