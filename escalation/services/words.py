"""Checking what people gave: once, for every door."""

from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.readable import TURNED, is_turned, why_no_line
from agencies.words import Words
from escalation.engine.typed import LONGEST, clean

__all__ = ["LONGEST", "choice", "clean", "coming", "needed", "not_years_ahead", "same_initials", "sentences", "short"]

Choice = TypeVar("Choice", bound=TextChoices)
# No date of a disagreement lies further ahead: beyond, somebody mistyped the year.
FARTHEST = timedelta(days=366)
# A change of policy, training or procedure takes longer, but no day of one lies further ahead.
FARTHEST_CHANGE = timedelta(days=3 * 366)


def needed(text: str, field: str, message: Words) -> str:
    """The cleaned text. Raises InvalidInput with the message where nothing was typed that can be seen."""
    words = clean(text, field)
    if not words:
        raise InvalidInput(message, field=field)
    return words


def short(text: str, field: str, most: int) -> str:
    """The cleaned text of one line. Raises InvalidInput where it is longer than `most` characters, is broken, or would be shown in another order."""
    words = sentences(text, field, most)
    if wrong := why_no_line(words):
        raise InvalidInput(wrong, field=field)
    return words


def sentences(text: str, field: str, most: int) -> str:
    """The cleaned text of a few sentences, such as a reason. Raises InvalidInput as `short`, but lines may stand in it."""
    words = clean(text, field)
    if is_turned(words):
        raise InvalidInput(TURNED, field=field)
    if len(words) > most:
        raise InvalidInput(_("Use {most} characters or fewer.").format(most=most), field=field)
    return words


def choice(kind: type[Choice], value: str, field: str) -> Choice:
    """The member of the enumeration. Raises InvalidInput for anything else."""
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput(_("Choose one of those offered."), field=field) from None


def coming(moment: datetime, now: datetime, field: str, message: Words = "") -> datetime:
    """A moment after now and within a year of it. Raises InvalidInput with the message for one that has passed, and for one without a time zone."""
    if moment.tzinfo is None:
        raise InvalidInput(_("Give the date and the time."), field=field)
    if moment <= now:
        raise InvalidInput(message or _("Give a moment that has not passed."), field=field)
    if moment - now > FARTHEST:
        raise InvalidInput(_("That is more than a year ahead. Check the year."), field=field)
    return moment


def not_years_ahead(day: date, today: date, field: str) -> None:
    """Of a day of a change of policy or procedure. Raises InvalidInput for one more than three years ahead."""
    if day - today > FARTHEST_CHANGE:
        raise InvalidInput(_("That is more than three years ahead. Check the year."), field=field)


def same_initials(typed: str) -> str:
    """Initials as they are kept and compared: upper case, without stops and spaces ("a. b." is "AB")."""
    signs = typed.upper().strip()
    return "".join(sign for sign in signs if sign.isalnum()) or signs
