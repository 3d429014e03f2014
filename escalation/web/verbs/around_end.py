"""Around the end: the lead manager, the summaries, the debrief, and the learning review."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import Paragraphs
from agencies.web.widgets import Radios
from escalation.selectors.known import known_of
from escalation.services.endings import may_lead, summary_kinds
from escalation.services.learning import goes_to
from escalation.states import ReviewNeed, SummaryKind
from escalation.web.verbs.base import VerbForm, choice_of, person_choice


class LeadManagerForm(VerbForm):
    """Who implements and follows the action plan."""

    manager = forms.ChoiceField(label=_("Who implements and follows the agreed actions?"), widget=Radios)

    def prepare(self) -> None:
        choices = []
        for candidate in may_lead(self.case):
            key, words = person_choice(candidate)
            choices.append((key, f"{words}, {candidate.agency_name}" if candidate.agency_name else words))
        choice_of(self, "manager").choices = choices

    def given(self) -> dict[str, Any]:
        return {"manager": UUID(self.cleaned_data["manager"])}


class SummaryForm(VerbForm):
    """What it was about and how it ended, begun from what is known."""

    kind = forms.ChoiceField(label=_("Which summary?"), widget=Radios)
    concerns = Paragraphs(label=_("The concerns"), rows=8, help_text=_("Begun from what was logged. Change it until it is right."))
    resolution = Paragraphs(label=_("How they were resolved"), rows=8)

    def prepare(self) -> None:
        kinds = summary_kinds(self.case)
        choice_of(self, "kind").choices = [(kind.value, kind.label) for kind in kinds]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.initial["kind"] = kinds[0].value
        known = known_of(self.case, self.person)
        self.initial.setdefault("concerns", known.concerns)
        self.initial.setdefault("resolution", known.resolution)

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "kind": SummaryKind(data["kind"])}


class DebriefForm(VerbForm):
    """The talk afterwards."""

    went_well = Paragraphs(label=_("What went well"), required=False, rows=3)
    went_badly = Paragraphs(label=_("What did not go well"), required=False, rows=3)
    training = Paragraphs(label=_("Training needs"), required=False, rows=3)
    supervision = Paragraphs(label=_("Supervision and guidance that those involved had"), required=False, rows=3)

    def prepare(self) -> None:
        to = goes_to(self.case)
        going = gettext("They go on the learning list, to: {to}. Name no child and no person.").format(to=to)
        self.fields["training"].help_text = going if to else gettext("They go on the learning list. Name no child and no person.")


class ReviewForm(VerbForm):
    """Whether a learning review is held."""

    review = forms.ChoiceField(label=_("Is a systemic or learning review needed?"), choices=ReviewNeed.choices, widget=Radios)
    reasons = Paragraphs(label=_("Why, or why not"), rows=4)

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "review": ReviewNeed(data["review"])}
