"""Why a file is not taken."""


class Refused(Exception):  # noqa: N818 - a refusal, not a fault
    """The file is not taken; the message says in a sentence why, and what helps."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
