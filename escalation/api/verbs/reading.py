"""Reading before one's stage."""

from escalation.api.fields import Text
from escalation.api.verbs.base import Adding


class ReadEarlyIn(Adding):
    """Why the business unit reads it before the procedure informs it: for an hour, told to the leads of both sides."""

    reason = Text(max_length=200, lines=True)
