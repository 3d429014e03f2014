"""Words that must not stay in the record."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import Paragraphs
from escalation.services.redaction import LONGEST_REASON, words_to_redact
from escalation.web.verbs.one_entry import Entries, OneEntryForm


class RedactForm(OneEntryForm):
    """First which entry, then its texts with the words taken out, and why."""

    then = _("Take the words out")

    def entries(self) -> Entries:
        return words_to_redact(self.case, self.person)

    def ask(self) -> None:
        self.fields["why"] = Paragraphs(
            label=gettext("Why?"),
            rows=3,
            max_length=LONGEST_REASON,
            help_text=gettext("It stays on the record: do not repeat what must not be read."),
        )

    def refusal(self) -> str:
        return "" if self.lines else gettext("There is nothing here from which you could take words out.")
