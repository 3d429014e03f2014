"""Dates and priorities that the procedure's clocks wait for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import MomentField
from agencies.web.widgets import Radios
from agencies.words import upper_first
from escalation.services.facts import facts_of
from escalation.web.verbs.base import VerbForm, choice_of


class FactForm(VerbForm):
    """A date, a priority, or both: only what the procedure asks for."""

    fact = forms.ChoiceField(label=_("What has a date?"), required=False, widget=Radios)
    at = MomentField(label=_("When was it, or when will it be?"), subject=_("its date and time"), required=False)
    priority = forms.ChoiceField(label=_("How pressing is it?"), required=False, widget=Radios, help_text=_("The procedure's own levels."))
    sometimes_required = {"fact", "at", "priority"}

    def prepare(self) -> None:
        names, levels = facts_of(self.case), self.case.procedure.priorities
        choice_of(self, "fact").choices = [(name, upper_first(name)) for name in names]
        choice_of(self, "priority").choices = [(level, level.replace("_", " ").capitalize()) for level in levels]
        self.initial.setdefault("priority", self.case.dispute.priority)
        if not names:
            del self.fields["fact"], self.fields["at"]
        if not levels:
            del self.fields["priority"]

    def given(self) -> dict[str, Any]:
        data = super().given()
        unchanged = bool(data.get("fact")) and data.get("priority") == self.case.dispute.priority
        return {**data, "priority": "" if unchanged else data.get("priority", "")}
