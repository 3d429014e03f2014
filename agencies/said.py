"""Words that know their form: English, with the sentence and what stands in its places, so that it can be said in the reader's language when it is
shown, and kept in a row beside the English until then.

Imported as `_` and `ngettext`, the names by which the extractor of messages finds the sentences.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext as in_number

from agencies.words import MONTHS, WEEKDAYS, Words, clock_form, lower_first, source, upper_first
from agencies.working_days import LONDON


class Said(str):
    """English words, with the form of the sentence and what stands in its places; of a count also the form for one and for many."""

    form: str
    many: str
    number: int
    places: dict[str, Any]
    first: Callable[[str], str] | None

    @classmethod
    def of(cls, form: str, places: dict[str, Any], *, many: str = "", number: int = 1, first: Callable[[str], str] | None = None) -> Self:
        """The words in English. What stands in a place is shown too where it is said; all else, a name or a number, as it is."""
        text = (many if many and number != 1 else form).format(**places)
        made = cls(first(text) if first else text)
        made.form, made.many, made.number, made.places, made.first = form, many, number, places, first
        return made

    def begun(self, first: Callable[[str], str]) -> Self:
        """The same words, their first letter small or a capital whatever the language."""
        return self.of(self.form, self.places, many=self.many, number=self.number, first=first)


def said(form: str, **places: Any) -> Said:
    """A sentence or a name, its places filled."""
    return Said.of(form, places)


def said_of(one: str, many: str, number: int, **places: Any) -> Said:
    """Words about so many, `n` in the places; English has a form for one and another for none and for many."""
    return Said.of(one, {"n": number, **places}, many=many, number=number)


def named(words: Words) -> Said:
    """A name from a table of choices."""
    return Said.of(source(words), {})


def month_of(day: date) -> Said:
    """ "April 2026"; a datetime must already be London time."""
    return said(_("{month} {year}"), month=said(MONTHS[day.month - 1]), year=day.year)


def time_of(at: datetime) -> Said:
    """ "4:30pm"; already London time."""
    form, figures = clock_form(at)
    return said(form, time=figures)


def day_of(day: date) -> Said:
    """ "7 April"."""
    return said(_("{day} {month}"), day=day.day, month=said(MONTHS[day.month - 1]))


def long_day(day: date) -> Said:
    """ "7 April 2026"."""
    return said(_("{day} {month} {year}"), day=day.day, month=said(MONTHS[day.month - 1]), year=day.year)


class Listing(Said):
    """Words one after the other: there is nothing in between to be looked up."""


def full_day(day: date) -> Said:
    """ "Tuesday 7 April 2026"; a datetime must already be London time."""
    places = {"weekday": said(WEEKDAYS[day.weekday()]), "day": day.day, "month": said(MONTHS[day.month - 1]), "year": day.year}
    return said(_("{weekday} {day} {month} {year}"), **places)


def moment_in(at: datetime) -> dict[str, Said]:
    """A moment in the places, `day` and `time`, of a sentence; any time zone."""
    local = at.astimezone(LONDON)
    return {"day": full_day(local), "time": time_of(local)}


def listing(words: Iterable[str], between: str = ", ") -> Said:
    """Names or sentences one after the other; one alone is what it was."""
    places = {f"word_{at}": word for at, word in enumerate(words)}
    alone = places["word_0"] if len(places) == 1 else ""
    if isinstance(alone, Said):
        return alone
    return Listing.of(between.join(f"{{{name}}}" for name in places), places)


def small(words: str) -> str:
    """The words as they stand inside a sentence."""
    return words.begun(lower_first) if isinstance(words, Said) else lower_first(words)


def sentence(words: Said) -> Said:
    """The words as they begin a sentence."""
    return words.begun(upper_first)


def shown(words: str) -> str:
    """The words in the language in force; those that nobody said, such as a name, as they are."""
    if not isinstance(words, Said):
        return words
    if isinstance(words, Listing):
        form = words.form
    else:
        form = in_number(words.form, words.many, words.number) if words.many else gettext(words.form)
    text = form.format(**{name: shown(value) if isinstance(value, str) else value for name, value in words.places.items()})
    return words.first(text) if words.first else text


FIRST = {"small": lower_first, "capital": upper_first}


def kept(words: str) -> dict[str, Any] | None:
    """What a row keeps beside words in English, as JSON's own types: their form and what stands in its places. None where the words are the form."""
    if not isinstance(words, Said) or not (words.places or words.first):
        return None
    held: dict[str, Any] = {"form": words.form, "places": {name: _place(value) for name, value in words.places.items()}}
    if words.many:
        held |= {"many": words.many, "number": words.number}
    if words.first:
        held["first"] = next(name for name, first in FIRST.items() if first is words.first)
    return held | ({"list": True} if isinstance(words, Listing) else {})


def _place(value: Any) -> Any:  # noqa: ANN401 - a name, a number or words
    if not isinstance(value, Said):
        return value
    return kept(value) or {"form": value.form, "places": {}}


def recalled(held: dict[str, Any]) -> Said:
    """The words that a row keeps."""
    places = {name: recalled(value) if isinstance(value, dict) else value for name, value in held["places"].items()}
    kind, first = Listing if held.get("list") else Said, FIRST.get(held.get("first", ""))
    return kind.of(held["form"], places, many=held.get("many", ""), number=held.get("number", 1), first=first)
