"""What was tried directly before it was logged, one attempt after the other: read and checked once for every door (BRI-01).

The record keeps them in what was tried, as lines: when, how, with whom, and what was said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from agencies.words import day, in_english
from escalation.engine.typed import clean
from escalation.states import ContactHow

MOST = 10
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the day, how, with whom, and what was said and came of it."""

    on: date
    how: ContactHow
    whom: str
    said: str


def read_attempts(raw: Iterable[Mapping[str, Any]]) -> list[Attempt]:
    """The attempts from plain JSON values. Raises InvalidInput, and TypeError, ValueError or KeyError for what cannot be read at all."""
    return [_read(one) for one in list(raw)[: MOST + 1]]


def _read(one: Mapping[str, Any]) -> Attempt:
    whom, said = one["whom"], one["said"]
    if not (isinstance(whom, str) and isinstance(said, str)):
        raise TypeError(one)
    return Attempt(date.fromisoformat(one["on"]), ContactHow(one["how"]), clean(whom, "attempts"), clean(said, "attempts"))


def problems_of(attempts: Sequence[Attempt], today: date) -> list[str]:
    """What is missing or cannot be, in sentences."""
    if len(attempts) > MOST:
        return [gettext("Enter no more than {n} attempts one by one; put the rest in a few sentences.").format(n=MOST)]
    found = []
    for number, one in enumerate(attempts, start=1):
        if not one.whom or not one.said:
            found.append(gettext("Attempt {number}: say with whom it was, and what was said.").format(number=number))
        elif len(one.whom) > LONGEST_NAME:
            found.append(gettext("Attempt {number}: with whom it was is longer than {n} characters.").format(number=number, n=LONGEST_NAME))
        elif one.on > today:
            found.append(gettext("Attempt {number}: that day has not come yet.").format(number=number))
    return found


def lines_of(attempts: Sequence[Attempt]) -> str:
    """The attempts by day, each a paragraph, in the language in force."""
    form = gettext("{day}, {how}, with {whom}: {said}")
    rows = sorted(attempts, key=lambda one: one.on)
    return "\n\n".join(form.format(day=day(one.on, year=True), how=str(one.how.label).lower(), whom=one.whom, said=one.said) for one in rows)


def tried_of(attempts: Sequence[Attempt], rest: str) -> str:
    """What was tried, as the record keeps it: the attempts, then what was typed besides. What the product says of it is kept in English."""
    with in_english():
        return "\n\n".join(filter(None, [lines_of(attempts), rest]))


def consulted_of(whom: str, on: date | None) -> str:
    """Whom one consulted and when, as the record keeps it; the day in English."""
    with in_english():
        return ", ".join(filter(None, [whom, day(on, year=True) if on else ""]))
