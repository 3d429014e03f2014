"""Reading before one's stage."""

from django.utils.translation import gettext_lazy as _

from agencies.web.fields import Paragraphs
from escalation.services.reading import LONGEST_REASON
from escalation.web.verbs.base import VerbForm


class ReadEarlyForm(VerbForm):
    """Why the business unit reads it before the procedure informs it."""

    reason = Paragraphs(
        label=_("Why do you need to read it now?"),
        rows=3,
        max_length=LONGEST_REASON,
        help_text=_("The safeguarding leads of every agency in it are told, and can read your reason."),
        error_messages={"required": _("Say why you need to read it now")},
    )
