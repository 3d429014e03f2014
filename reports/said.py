"""The words of figures: English that knows what it was made of, so that it can be said in the reader's language when it is shown.

The words of a document are its identity too: by them a public edition is held against the earlier ones, and a sentence finds its column. So they are
English wherever they are made, compared, kept or issued, and only what is shown is said in the language in force (`worded`). A report that was made
is frozen in words, not in forms of sentences: those of the installation's own language, in which it is printed too, so that it can be made again
identically whatever becomes of a translation; in an English installation that is the English of the document itself.

Imported as `_` and `ngettext`, the names by which the extractor of messages finds the sentences.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Self, TypeVar, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext as in_number

from agencies.words import MONTHS, Words, clock_form, lower_first, source, upper_first

T = TypeVar("T")


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


def listing(words: Iterable[str], between: str = ", ") -> Said:
    """Names or sentences one after the other."""
    places = {f"word_{at}": word for at, word in enumerate(words)}
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


def worded(value: T) -> T:
    """A document, or a part of one, with all its words in the language in force."""
    return cast(T, shown(value) if isinstance(value, Said) else _each(value, worded))


def reworded(value: T, rules: Sequence[tuple[re.Pattern[str], str]]) -> T:
    """A document, or a part of one, the forms of whose sentences are changed by these rules; names and whatever somebody typed are not.

    The extractor of messages does not see the changed forms: `reports/period_words.py` lists them for it.
    """
    if isinstance(value, Said):
        form, many = _changed(value.form, rules), _changed(value.many, rules)
        places = {name: reworded(inner, rules) for name, inner in value.places.items()}
        return cast(T, type(value).of(form, places, many=many, number=value.number, first=value.first))
    return cast(T, _each(value, lambda inner: reworded(inner, rules)))


def _changed(form: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, words in rules:
        form = pattern.sub(words, form)
    return form


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """A tuple or a dataclass with every part of it changed; itself where nothing did, and anything else."""
    if isinstance(value, tuple):
        parts = tuple(map(change, value))
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    changed = {name: new for name in _parts(value.__class__) if (new := change(old := getattr(value, name))) is not old}
    return replace(value, **changed) if changed else value


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; of anything else none."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


def plain(value: Any) -> Any:
    """A document, or a part of one, as JSON's own types: of words that are said, those in English."""
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if names := _parts(value.__class__):
        return {name: plain(getattr(value, name)) for name in names}
    return str(value) if isinstance(value, Said) else value
