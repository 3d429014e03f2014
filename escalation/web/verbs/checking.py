"""The check page between typing and sending: what was answered in words, and carried along."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.templatetags.ui import full_day, full_moment
from escalation.web.finding import FIND_PERSON
from escalation.web.verbs.base import THEN_ATTACH, VerbForm

OWN = frozenset({"csrfmiddlewaretoken", "confirmed", "change"})


def posted(data: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to be carried through the check page."""
    return [(name, value) for name in data if name not in OWN for value in data.getlist(name)]


def rows_of(form: VerbForm) -> list[dict[str, str]]:
    """The answers in words, for the check page. That nothing is to be attached next is none."""
    rows, unsaid = [], form.said_ahead | form.unasked | {FIND_PERSON}
    for field in form.visible_fields():
        value = form.cleaned_data.get(field.name)
        is_answer = value not in (None, "", []) and not (field.name == THEN_ATTACH and not value)
        if is_answer and field.name not in unsaid:
            rows.append({"key": str(field.label), "value": _words(field.field, value)})
    return rows


def _words(field: forms.Field, value: Any) -> str:
    """A clean value as the person chose or typed it."""
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in _flat(field.widget.choices)}
        chosen = value if isinstance(value, list) else [value]
        return "\n".join(labels.get(_key(item), str(item)) for item in chosen)
    if isinstance(value, datetime):
        return full_moment(value)
    if isinstance(value, date):
        return full_day(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    """The choices, those in groups too."""
    for key, label in choices:
        yield from label if isinstance(label, list | tuple) else [(key, label)]


def _key(item: Any) -> str:
    """A choice's key from its clean value: yes and no are kept as truth."""
    return {True: "yes", False: "no"}[item] if isinstance(item, bool) else str(item)
