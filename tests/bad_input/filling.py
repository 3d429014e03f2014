"""Fills in any form: good answers by the kind of each field, and for each way of being wrong the fields that can be so."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.web.fields import DatePartsField, MomentField
from agencies.words import LONDON

Values = dict[str, Any]
LONG = "x" * 30_001
# What a text must look like to be good, where any words will not do.
LOOKS = {"email": "amira@surgery.example", "initials": "CD", "reference": "S-2002"}


def filled(form: forms.Form, now: datetime, **looks: str) -> Values:
    """A good answer to every field, by the name of its control; of a choice the first, of several all."""
    found: Values = {}
    for name, field in form.fields.items():
        found |= _parts(name, field, now) if isinstance(field, DatePartsField) else {name: _answer(form, name, field, LOOKS | looks)}
    return {name: value for name, value in found.items() if value not in ("", [])}


def _parts(name: str, field: DatePartsField, now: datetime) -> Values:
    at = (now + timedelta(days=-2 if field.not_future else 3)).astimezone(LONDON)
    parts = [str(at.day), str(at.month), str(at.year), "9:30am"]
    return {f"{name}_{number}": part for number, part in enumerate(parts[: 4 if isinstance(field, MomentField) else 3])}


def _answer(form: forms.Form, name: str, field: forms.Field, looks: dict[str, str]) -> Any:
    if isinstance(field, forms.ChoiceField):
        keys = [str(key) for key in _keys(field.choices) if key != ""]
        return keys if isinstance(field, forms.MultipleChoiceField) else next(iter(keys), "")
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.FileField):
        return SimpleUploadedFile("letter.txt", b"Dear colleague.")
    if isinstance(field.widget, forms.HiddenInput):
        return str(form.get_initial_for_field(field, name) or "")
    return looks.get(name, f"Words typed into {name}.")


@dataclass(frozen=True)
class Wrong:
    """A way of being wrong: which fields can be so, and what their controls then hold; None leaves a control out."""

    concerns: Callable[[forms.Field], bool]
    holds: Callable[[str, forms.Field], Values]


def _keys(choices: Iterable[Any]) -> Iterator[Any]:
    """What can be chosen, also within groups."""
    for key, words in choices:
        yield from _keys(words) if isinstance(words, list | tuple) else (key,)


def _is_choice(field: forms.Field) -> bool:
    return isinstance(field, forms.ChoiceField) and not field.widget.is_hidden


def _is_typed(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not field.widget.is_hidden


def _nothing(name: str, field: forms.Field) -> Values:
    """Texts and choices are left out, as a browser leaves out what is not ticked; the parts of a date are sent empty."""
    return {f"{name}_{number}": "" for number in range(3)} if isinstance(field, DatePartsField) else {name: None}


def _nonsense(name: str, field: forms.Field) -> Values:
    """Too long a text, a choice that is none, a day that no year has."""
    if isinstance(field, DatePartsField):
        return {f"{name}_0": "31", f"{name}_1": "2"}
    return {name: "none-such" if isinstance(field, forms.ChoiceField) else LONG}


WAYS = {
    "nothing where something is needed": Wrong(lambda field: field.required and not field.widget.is_hidden, _nothing),
    "nonsense": Wrong(lambda field: _is_choice(field) or _is_typed(field) or isinstance(field, DatePartsField), _nonsense),
}
"""Each asked of all the fields of a form that it can be about, in one go."""


def foreign(key: str) -> Wrong:
    """The key of something that is there and is nobody's business here."""
    return Wrong(_is_choice, lambda name, _: {name: key})


def spoilt(form: forms.Form, good: Values, way: Wrong) -> tuple[list[str], Values]:
    """The fields that are wrong now, and the whole form."""
    fields = [name for name, field in form.fields.items() if way.concerns(field)]
    changed: Values = {}
    for name in fields:
        changed |= way.holds(name, form.fields[name])
    return fields, {name: value for name, value in (good | changed).items() if value is not None}
