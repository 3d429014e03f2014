"""A new version of one's own words, and of when it was."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import MomentField, Paragraphs
from escalation.record_policy import HAPPENS_APART
from escalation.services.record import CONFIRMED, happened, words_to_correct
from escalation.web.verbs.one_entry import MARK, Entries, OneEntryForm

HAPPENED = _("the date and time it happened")


class CorrectForm(OneEntryForm):
    """First which entry, then its texts as they should read, when it happened where somebody said so, and what was wrong; the old stay visible."""

    then = _("Add the correction")
    # Why the moment of the entry is not asked for, where somebody may look for it.
    stays = ""

    def entries(self) -> Entries:
        return words_to_correct(self.case, self.person)

    def ask(self) -> None:
        line = self.lines[self._chosen()][0]
        at, is_confirmed = happened(self.case, line) if line.kind in HAPPENS_APART else (None, False)
        self.stays = gettext(CONFIRMED) if is_confirmed else ""
        if at is not None and not is_confirmed:
            self.sometimes_required = {*self.sometimes_required, "when"}  # type: ignore[misc]  # as of its texts
            self.fields["when"] = MomentField(label=gettext("When did it happen?"), subject=HAPPENED, required=False, not_future=True, initial=at)
        self.fields["why"] = Paragraphs(label=gettext("What was wrong?"), rows=3, max_length=300)

    def foretold(self) -> list[dict[str, str]]:
        return [{"key": gettext("When it happened"), "value": self.stays}] if self.stays else []

    def refusal(self) -> str:
        return "" if self.lines else gettext("Nothing that you wrote stands on the record: there is nothing for you to correct.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [name for name, words in data.items() if name.startswith(MARK) and not words]:
            self.add_error(name, gettext("Write the corrected text"))
        if "when" in self.fields and not data.get("when") and "when" not in self.errors:
            self.add_error("when", gettext("Enter {subject}").format(subject=HAPPENED))
        return data

    def given(self) -> dict[str, Any]:
        """Only the texts that read otherwise now: the others stand as they are."""
        given = super().given()
        before = self.lines[given["number"]][1]
        text = {key: words for key, words in given["text"].items() if words.strip() != before[key].strip()}
        return {**given, "text": text, "when": self.cleaned_data.get("when")}
