"""What can be refused, raised below and mapped to an answer once, at the door (page, API or command)."""

from agencies.words import Words


class DomainError(Exception):
    """A refusal with a sentence that the person can act on. `field` names the input it belongs to, where there is one."""

    def __init__(self, message: Words, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field


class NotFound(DomainError):
    """There is no such thing, or it is not for this person to know: the two look the same."""


class NotAllowed(DomainError):
    """The person sees the thing but may not do this to it."""


class WrongState(DomainError):
    """The procedure or the state of the thing does not allow this now."""


class Conflict(WrongState):
    """Somebody else was first: what the person saw is no longer so."""


class TooMuch(DomainError):
    """It was done too often in a short while: after `seconds` at the latest it can be done again."""

    def __init__(self, message: Words, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class InvalidInput(DomainError):
    """What was given cannot be accepted as it stands."""
