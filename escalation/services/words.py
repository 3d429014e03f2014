"""Checking what people typed: once, for every door."""

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


def needed(text: str, field: str, message: str) -> str:
    """The cleaned text. Raises InvalidInput with the message where nothing was typed."""
    words = clean(text, field)
    if not words:
        raise InvalidInput(message, field=field)
    return words
