"""The hop inside the own agency."""

from agencies.web.fields import Paragraphs
from escalation.web.verbs.base import VerbForm


class SendOnForm(VerbForm):
    """Send it to the other agency."""

    comment = Paragraphs(label="Anything to add for the other agency", required=False, rows=4)


class SendBackForm(VerbForm):
    """Return it to its writer."""

    reason = Paragraphs(label="Why are you sending it back?", rows=4, help_text="The person who wrote it sees this, and it stays on the record.")
