"""A mark for words that are looked up where they are shown, for the rooms that know no framework."""


def gettext_noop(words: str) -> str:
    """Marks words for whoever translates the product, and leaves them as they are."""
    return words
