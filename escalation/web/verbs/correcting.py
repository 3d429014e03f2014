"""A new version of one's own words."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import Paragraphs
from escalation.services.record import words_to_correct
from escalation.web.verbs.one_entry import MARK, Entries, OneEntryForm


class CorrectForm(OneEntryForm):
    """First which entry, then its texts as they should read, and what was wrong; the old stay visible."""

    then = _("Add the correction")

    def entries(self) -> Entries:
        return words_to_correct(self.case, self.person)

    def ask(self) -> None:
        self.fields["why"] = Paragraphs(label=gettext("What was wrong?"), rows=3, max_length=300)

    def refusal(self) -> str:
        return "" if self.lines else gettext("Nothing that you wrote stands on the record: there is nothing for you to correct.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [name for name, words in data.items() if name.startswith(MARK) and not words]:
            self.add_error(name, gettext("Write the corrected text"))
        return data

    def given(self) -> dict[str, Any]:
        """Only the texts that read otherwise now: the others stand as they are."""
        given = super().given()
        before = self.lines[given["number"]][1]
        return {**given, "text": {key: words for key, words in given["text"].items() if words.strip() != before[key].strip()}}
