"""Reading a body: JSON, of a sensible size and depth, each key once, without what no database keeps."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from agencies.readable import GivenTwice, is_storable, read_json
from escalation.api.errors import TooLarge

MOST_BYTES = 1_000_000
DEEPEST = 20
TOO_DEEP = _("The body is nested more than {most} levels deep.")
NOT_JSON = _("The body is not JSON.")
TWICE = _("The body gives “{key}” twice in one object: send each key once.")
NOT_KEPT = _("The text holds a character that cannot be stored. Send it again without it.")


class StrictJSON(BaseParser):
    """JSON as UTF-8, up to 1 MB and 20 levels deep, each key of an object once."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge
        try:
            value = read_json(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
        except RecursionError:
            raise ParseError(TOO_DEEP.format(most=DEEPEST)) from None
        except GivenTwice as error:
            raise ParseError(TWICE.format(key=error.key)) from None
        except ValueError:
            raise ParseError(NOT_JSON) from None
        check(value)
        return value


class StrictForm(MultiPartParser):
    """A form with a file, as multipart/form-data; its texts are held to what the texts of JSON are."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> "DataAndFiles[Any, Any]":
        found = super().parse(stream, media_type, parser_context)
        check(dict(found.data.lists()))
        return found


def _refuse_constant(word: str) -> None:
    raise ValueError(word)


def check(value: Any) -> None:
    """Raises ParseError where the value is nested too deep, ValidationError naming the field where a text cannot be stored.

    It does not call itself, so that any depth is safe.
    """
    waiting = [(value, 0, "")]
    while waiting:
        item, depth, field = waiting.pop()
        if depth > DEEPEST:
            raise ParseError(TOO_DEEP.format(most=DEEPEST))
        if isinstance(item, str) and not is_storable(item):
            raise ValidationError({field or "body": [NOT_KEPT]})
        waiting += [(inner, depth + 1, field or name) for name, inner in _inside(item)]


def _inside(item: Any) -> Iterator[tuple[str, Any]]:
    """What lies in an object or list, each with the field it belongs to; an object's keys are texts too."""
    if isinstance(item, dict):
        for key, inner in item.items():
            name = key if is_storable(key) else "body"
            yield name, key
            yield name, inner
    elif isinstance(item, list):
        yield from (("", inner) for inner in item)
