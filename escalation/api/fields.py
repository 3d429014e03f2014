"""Fields of what comes in: shapes only. The rules, and their sentences, are the services'."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.readable import TURNED, is_turned, unwrapped, why_no_line
from agencies.words import Words
from agencies.working_days import shown_at
from escalation.api.plain import DAY, NEEDED, OBJECT, in_plain_words
from escalation.services.words import LONGEST

__all__ = ["DAY", "NEEDED"]

FARTHEST = timedelta(days=3 * 366)
T = TypeVar("T")


class In(serializers.Serializer[Any]):
    """What a call sends. Names that nobody asks for are refused, so that a slip of the pen is not a lost answer. Refuses in plain words."""

    default_error_messages = {"invalid": OBJECT}

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for field in fields.values():
            in_plain_words(field)
        return fields

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(key) for key in data if key not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: [gettext("This is not something that is asked.")] for name in unknown})
        return super().to_internal_value(data)


class Word(serializers.ChoiceField):
    """One of an enumeration's words; gives the member."""

    def __init__(self, kind: type[TextChoices] | type[StrEnum], **kwargs: Any) -> None:
        self.kind = kind
        labels = kind.choices if issubclass(kind, TextChoices) else [(member.value, member.value) for member in kind]
        refusal = _("Choose one of the words that the documentation lists.")
        super().__init__(choices=labels, error_messages={**NEEDED, "invalid_choice": refusal}, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        # A list or an object is no key of the choices, and cannot even be looked up.
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        value = super().to_internal_value(data)
        return self.kind(value) if value else value


class Text(serializers.CharField):
    """Typed text, up to 20,000 characters.

    Where its author gives it fewer, it reads in the order that it is sent in, and in one line unless several `lines` may stand in it. An empty one is
    the service's to refuse, in its own words.
    """

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        kwargs.setdefault("max_length", LONGEST)
        kwargs.setdefault("allow_blank", True)
        super().__init__(error_messages=NEEDED, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        words = unwrapped(super().to_internal_value(data))
        if (self.max_length or LONGEST) < LONGEST and (wrong := self._why_not(words)):
            raise serializers.ValidationError(str(wrong))
        return words

    def _why_not(self, words: str) -> Words:
        if self.lines:
            return TURNED if is_turned(words) else ""
        return why_no_line(words)


def optional_text(**kwargs: Any) -> Text:
    """A text that may be left out."""
    return Text(required=False, default="", **kwargs)


class Moment(serializers.DateTimeField):
    """An instant: ISO, London time unless it carries an offset, as it must in the hour that comes twice; between 2012 and three years from now.

    To the second, like everything that it is compared with.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={**NEEDED, "invalid": _("Enter a date and a time, such as 2026-11-20T16:30.")}, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is not None:
            return super().enforce_timezone(value)
        found = shown_at(value.date(), value.time())
        if not found:
            raise serializers.ValidationError(gettext("That time never was in London: the clocks went forward then."))
        if len(found) > 1:
            raise serializers.ValidationError(gettext("That time came twice in London: send it with its offset, +01:00 or +00:00."))
        return found[0]

    def to_internal_value(self, value: Any) -> datetime:
        # A program says its own present with parts of a second, and would be before us by them.
        moment = wall_clock.to_the_second(super().to_internal_value(value))
        if not 2012 <= moment.year <= (wall_clock.now() + FARTHEST).year:
            raise serializers.ValidationError(gettext("Give a moment that is not so far away."))
        return moment


class Key(serializers.UUIDField):
    """A key of a person, an agency, a clock or an action."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={**NEEDED, "invalid": _("This is not a key. Keys look like 0190a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6b.")}, **kwargs)

    def to_internal_value(self, data: Any) -> UUID:
        # The field itself reads whole numbers as keys, and stumbles over what is too large for one.
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Named(serializers.RegexField):
    """How an address names what has a name that somebody may have typed (`agencies.address_key`); nothing where it names none."""

    def __init__(self, **kwargs: Any) -> None:
        refusal = _("This is not a key of those that are answered: sixteen letters and digits, never the name itself.")
        super().__init__(r"^[0-9a-f]{16}$", required=False, allow_blank=True, default="", error_messages={**NEEDED, "invalid": refusal}, **kwargs)


def named_by(key: str, among: Mapping[str, T], field: str) -> T | None:
    """What the key names; None where it names nothing. Raises InvalidInput for what is not among them."""
    if key and key not in among:
        raise InvalidInput(gettext("Choose one of those offered."), field=field)
    return among.get(key)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string", "format": "uuid"}})
class KeyMap(serializers.DictField):
    """Keys to keys, such as {agency: person}."""

    child = Key()

    def to_internal_value(self, data: Any) -> dict[UUID, UUID]:
        return _each_once(super().to_internal_value(data))


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string", "maxLength": 200}})
class NotesByKey(serializers.DictField):
    """Keys to short texts, such as {person: interest}."""

    child = Text(max_length=200, lines=True)

    def to_internal_value(self, data: Any) -> dict[UUID, str]:
        return _each_once(super().to_internal_value(data))


def _each_once(given: dict[str, Any]) -> dict[UUID, Any]:
    """By key, however that is spelled (in capitals, say). Raises ValidationError where one is named twice."""
    found: dict[UUID, Any] = {}
    for name, value in given.items():
        if (key := _key(name)) in found:
            raise serializers.ValidationError(gettext("{key} is named twice.").format(key=key))
        found[key] = value
    return found


def _key(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        raise serializers.ValidationError(gettext("The names of this object must be keys.")) from None


@extend_schema_field(OpenApiTypes.OBJECT)
class Texts(serializers.DictField):
    """Named texts."""

    child = Text()


class Whole(serializers.IntegerField):
    """A whole number that fits a database's column."""

    def __init__(self, *, least: int = 0, most: int = 2_147_483_647, **kwargs: Any) -> None:
        super().__init__(min_value=least, max_value=most, error_messages=NEEDED, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """True or false, and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={**NEEDED, "invalid": _("Send true or false.")}, **kwargs)

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
