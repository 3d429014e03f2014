"""What was tried directly before it was logged, one attempt after the other: read and checked once for every door (BRI-01).

The record keeps days and ways as facts and each text by itself, and says them in the language of whoever reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from agencies.words import day
from escalation.engine.typed import clean
from escalation.services.words import FARTHEST
from escalation.states import ContactHow, FamilyTold

TRIED, CONSULTED, ATTEMPTS, CONSULTED_ON = "tried", "consulted", "attempts", "consulted_on"
TOLD, TOLD_WHOM = "family_told", "told_whom"
ONE, PARTS = "attempt", ("whom", "said")
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
        elif one.on < today - FARTHEST:
            found.append(gettext("Attempt {number}: that day is more than a year ago.").format(number=number))
    return found


def lines_of(attempts: Sequence[Attempt]) -> str:
    """The attempts by day, each a paragraph, in the language in force."""
    return "\n\n".join(_line(one) for one in sorted(attempts, key=lambda one: one.on))


def _line(one: Attempt) -> str:
    words = gettext("{day}, {how}, with {whom}: {said}")
    return words.format(day=day(one.on, year=True), how=str(one.how.label).lower(), whom=one.whom, said=one.said)


def typed_of(attempts: Sequence[Attempt]) -> dict[str, str]:
    """What was typed of them, as the record's body keeps it: each text by a name of its own, so that one can be corrected or taken out alone."""
    rows = enumerate(sorted(attempts, key=lambda one: one.on), start=1)
    return {name: text for number, one in rows for name, text in zip(_names(number), (one.whom, one.said), strict=True)}


def told_words(whom: str, words: str) -> str:
    """Who of the family was told, by what was chosen and what was written of it; either may be empty."""
    chosen = str(FamilyTold(whom).label) if whom else ""
    return gettext("{whom}. {words}").format(whom=chosen, words=words) if chosen and words else chosen or words


def chosen_of(attempts: Sequence[Attempt], consulted_on: date | None, told_whom: str = "") -> dict[str, Any]:
    """Days, ways and who was told, as the record's facts keep them."""
    rows = [{"on": one.on.isoformat(), "how": one.how.value} for one in sorted(attempts, key=lambda one: one.on)]
    told = {TOLD_WHOM: str(told_whom)} if told_whom else {}
    return ({ATTEMPTS: rows} if rows else {}) | ({CONSULTED_ON: consulted_on.isoformat()} if consulted_on else {}) | told


def as_read(words: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A submission's words for a reader, in the language in force: the attempts stand in what was tried, the day beside whom one consulted,
    and who of the family was told before what was written of it.

    `words` as they stand after corrections. What was kept before attempts were data is text already, and stays as it is.
    """
    found, lines = dict(words), []
    for number, row in enumerate(facts.get(ATTEMPTS, ()), start=1):
        whom, said = (str(found.pop(name, "")) for name in _names(number))
        if whom or said:
            lines.append(_line(Attempt(date.fromisoformat(row["on"]), ContactHow(row["how"]), whom, said)))
    if lines:
        found[TRIED] = "\n\n".join(filter(None, [*lines, found.get(TRIED, "")]))
    if found.get(CONSULTED) and facts.get(CONSULTED_ON):
        found[CONSULTED] = ", ".join([found[CONSULTED], day(date.fromisoformat(facts[CONSULTED_ON]), year=True)])
    if facts.get(TOLD_WHOM):
        found[TOLD] = told_words(facts[TOLD_WHOM], str(found.get(TOLD, "")))
    return found


def label_of(name: str) -> str:
    """What a text of an attempt is called beside its words, as where it is corrected; empty for any other name."""
    stem, _, part = name.rpartition("_")
    number = stem.removeprefix(f"{ONE}_")
    if part not in PARTS or not number.isdecimal():
        return ""
    said = gettext("Attempt {number}: with whom") if part == PARTS[0] else gettext("Attempt {number}: what was said")
    return said.format(number=number)


def _names(number: int) -> tuple[str, str]:
    whom, said = (f"{ONE}_{number}_{part}" for part in PARTS)
    return whom, said
