"""The words of figures: English that knows what it was made of, so that it can be said in the reader's language when it is shown.

The words of a document are its identity too: by them a public edition is held against the earlier ones, and a sentence finds its column. So they are
English wherever they are made, compared, kept or issued, and only what is shown is said in the language in force (`worded`). A report that was made
is frozen in words, not in forms of sentences: those of the installation's own language, in which it is printed too, so that it can be made again
identically whatever becomes of a translation; in an English installation that is the English of the document itself.

The words themselves are `agencies.said`; here is what a document does with them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

from agencies.said import Said, day_of, listing, long_day, month_of, named, said, said_of, sentence, shown, small, time_of

__all__ = [
    "Said",
    "day_of",
    "listing",
    "long_day",
    "month_of",
    "named",
    "plain",
    "reworded",
    "said",
    "said_of",
    "sentence",
    "shown",
    "small",
    "time_of",
    "worded",
]

T = TypeVar("T")


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
