"""The framework's own refusals in the product's words: once, for every field that comes in."""

from collections.abc import Mapping
from typing import Any

from django.core.validators import (
    BaseValidator,
    EmailValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    RegexValidator,
)
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.words import Words

NEEDED: dict[str, Any] = {"required": _("This is needed."), "null": _("This is needed.")}
DAY: dict[str, Any] = {"invalid": _("Enter a date, such as 2026-04-07.")}
OBJECT = _("Send an object, with a name for each value.")
LIST: dict[str, Any] = {"not_a_list": _("Send a list."), "empty": _("Send at least one.")}
# By kind of field, the narrower before the wider.
KINDS: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], Mapping[str, Any]], ...] = (
    (serializers.BooleanField, {"invalid": _("Send true or false.")}),
    (serializers.IntegerField, {"invalid": _("Send a whole number."), "max_string_length": _("This number has too many figures.")}),
    (serializers.DateTimeField, {"invalid": _("Enter a date and a time, such as 2026-11-20T16:30.")}),
    (serializers.DateField, DAY | {"datetime": DAY["invalid"]}),
    (serializers.EmailField, {"invalid": _("Enter an e-mail address, like name@example.org.")}),
    (serializers.RegexField, {"invalid": _("This is not in the form that the documentation gives.")}),
    (serializers.SlugField, {"invalid": _("Use letters, digits, hyphens and underscores alone.")}),
    (serializers.CharField, {"invalid": _("Send text."), "blank": NEEDED["required"]}),
    (serializers.ChoiceField, {"invalid_choice": _("Choose one of the words that the documentation lists.")}),
    (serializers.ListField, LIST),
    (serializers.ListSerializer, LIST),
    (serializers.DictField, {"not_a_dict": OBJECT, "empty": _("Send at least one.")}),
    (serializers.BaseSerializer, {"invalid": OBJECT}),
    (serializers.Field, {}),
)
LIMITS: dict[type[BaseValidator], tuple[str, Words]] = {
    MaxLengthValidator: ("max_length", _("Use {limit} characters or fewer.")),
    MinLengthValidator: ("min_length", _("Use {limit} characters or more.")),
    MaxValueValidator: ("max_value", _("Give {limit} or less.")),
    MinValueValidator: ("min_value", _("Give {limit} or more.")),
}
FEWER = _("Send {limit} of them at most.")


def in_plain_words(field: Any) -> None:
    """Puts the product's words in place of the framework's on the field and on what it holds; what the field says itself stays."""
    stock: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        stock |= getattr(kind, "default_error_messages", {})
    untouched = {code for code, words in field.error_messages.items() if words == stock.get(code)}
    ours = NEEDED | next(dict(words) for kind, words in KINDS if isinstance(field, kind))
    field.error_messages |= {code: words for code, words in ours.items() if code in untouched}
    for validator in field.validators:
        if isinstance(validator, RegexValidator | EmailValidator) and "invalid" in untouched:
            validator.message = field.error_messages["invalid"]
        code, words = LIMITS.get(type(validator), ("", ""))
        if code in untouched:
            is_list = isinstance(field, serializers.ListField) and code == "max_length"
            validator.message = format_lazy(FEWER if is_list else words, limit=validator.limit_value)
    if (child := getattr(field, "child", None)) is not None:
        in_plain_words(child)
