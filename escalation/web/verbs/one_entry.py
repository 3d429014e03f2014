"""An entry of the record, then its texts: each under its own label, begun with what stands there."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.templatetags.ui import moment
from agencies.web.fields import Paragraphs
from agencies.web.widgets import Radios
from agencies.words import Words
from escalation.line_order import in_order
from escalation.models import Event
from escalation.selectors.timeline import words_for
from escalation.web.verbs.base import VerbForm, choice_of

MARK = "text-"
SHOWN = 60
# The entries by their numbers, each with its texts by name.
Entries = Mapping[int, tuple[Event, dict[str, str]]]


class OneEntryForm(VerbForm):
    """First which entry, then its texts. A page says what entries there are, and what it asks beside their texts."""

    number = forms.TypedChoiceField(label=_("Which entry?"), coerce=int, widget=Radios)
    # What the button says once the entry is chosen.
    then: Words = ""

    def entries(self) -> Entries:
        """The entries of which this person may choose one."""
        raise NotImplementedError

    def ask(self) -> None:
        """Add what is asked beside the texts of the chosen entry."""

    def prepare(self) -> None:
        self.lines = self.entries()
        choice_of(self, "number").choices = [(str(number), _words(*row)) for number, row in self.lines.items()]
        chosen = self.lines.get(self._chosen())
        if chosen is None:
            return
        self.fields["number"].widget = forms.HiddenInput()
        self.button = self.then
        self.sometimes_required = {f"{MARK}{key}" for key in chosen[1]}  # type: ignore[misc]  # the entry names its texts
        for key, words in in_order(chosen[1]).items():
            self.fields[f"{MARK}{key}"] = Paragraphs(label=words_for(key), required=False, initial=words)
        self.ask()

    def _chosen(self) -> int:
        """The entry that the address or the form names; 0 for none."""
        said = str(self.data.get("number", "") if self.is_bound else self.initial.get("number", ""))
        return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0

    def leads_on(self) -> dict[str, str]:
        """To the entry's texts, once it was chosen."""
        number = self._chosen()
        asked = number in self.lines and not any(name.startswith(MARK) for name in self.data)
        return {"number": str(number)} if asked else {}

    def given(self) -> dict[str, Any]:
        text = {name.removeprefix(MARK): value for name, value in self.cleaned_data.items() if name.startswith(MARK)}
        return {"number": self.cleaned_data["number"], "text": text, "why": self.cleaned_data["why"]}


def _words(line: Event, texts: dict[str, str]) -> str:
    text = max(texts.values(), key=len)
    return f"{line.get_kind_display()}, {moment(line.recorded_at)}: {text if len(text) <= SHOWN else f'{text[:SHOWN]}…'}"
