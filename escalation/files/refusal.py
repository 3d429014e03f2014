"""Why a file is not taken. The words are kept as they are written: whoever shows them looks them up, since this room knows no language."""


class Refused(Exception):  # noqa: N818 - a refusal, not a fault
    """The file is not taken; the words say in a sentence why, and what helps, with `places` to be filled in."""

    def __init__(self, words: str, **places: str | int) -> None:
        self.words, self.places = words, places
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The sentence as it is written here."""
        return self.words.format(**self.places) if self.places else self.words
