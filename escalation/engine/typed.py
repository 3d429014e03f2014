"""What people typed, checked once before it is kept: every line of the record comes through here."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.readable import LONGEST, NOT_KEPT, is_storable, trimmed
from agencies.words import figure

__all__ = ["LONGEST", "clean", "kept"]


def clean(text: str, field: str) -> str:
    """The text without outer spaces, empty where nothing in it can be seen.

    Raises InvalidInput for what no database keeps (NUL, lone surrogates) and for more than 20,000 characters.
    """
    if not is_storable(text):
        raise InvalidInput(NOT_KEPT, field=field)
    words = trimmed(text)
    if len(words) > LONGEST:
        raise InvalidInput(_("The text is longer than {n} characters. Shorten it, or attach a document.").format(n=figure(LONGEST)), field=field)
    return words


def kept(body: dict[str, Any]) -> dict[str, Any]:
    """The typed parts of a line, cleaned, the empty ones left out. Raises InvalidInput beside the part that cannot be kept."""
    found = {key: _cleaned(value, key) for key, value in body.items()}
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _cleaned(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(inner, key) for key, inner in value.items()}
    return clean(value, field) if isinstance(value, str) else value
