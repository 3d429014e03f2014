"""What people typed, checked once before it is kept: every line of the record comes through here."""

from typing import Any

from agencies.errors import InvalidInput

LONGEST = 20_000


def clean(text: str, field: str) -> str:
    """The text without outer spaces. Raises InvalidInput for what no database keeps (NUL, lone surrogates) and for more than 20,000 characters."""
    words = text.strip()
    if "\x00" in words or any("\ud800" <= sign <= "\udfff" for sign in words):
        raise InvalidInput("The text holds a character that cannot be stored. Type it again without it.", field=field)
    if len(words) > LONGEST:
        raise InvalidInput(f"The text is longer than {LONGEST:,} characters. Shorten it, or attach a document.", field=field)
    return words


def kept(body: dict[str, Any]) -> dict[str, Any]:
    """The typed parts of a line, cleaned, the empty ones left out. Raises InvalidInput beside the part that cannot be kept."""
    found = {key: _cleaned(value, key) for key, value in body.items()}
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _cleaned(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(inner, key) for key, inner in value.items()}
    return clean(value, field) if isinstance(value, str) else value
