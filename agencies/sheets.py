"""Text that is safe to open in a spreadsheet."""

# The wide forms too: a spreadsheet in an East Asian language takes them for the plain ones.
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - meant as they are


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(LIVE) else text
