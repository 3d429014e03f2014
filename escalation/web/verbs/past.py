"""A stage that had happened already."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import Paragraphs, PastMomentField
from agencies.web.widgets import Radios
from escalation import policy
from escalation.selectors.words import stage_title
from escalation.services.past import onward
from escalation.services.past_stages import enterable
from escalation.services.requirements import warns_first
from escalation.web.verbs.base import VerbForm, choice_of
from escalation.web.verbs.moving import TOLD_HINT


class PastFields(forms.Form):
    """When it began and ended, who talked, what was said, and what came of it."""

    happened_from = PastMomentField(label=_("When did it begin?"), subject=_("when it began"))
    happened_until = PastMomentField(label=_("When did it end?"), subject=_("when it ended"))
    who = Paragraphs(label=_("Who talked"), rows=3, help_text=_("Names, posts and agencies."))
    said = Paragraphs(label=_("What was said"), rows=5)
    result = Paragraphs(label=_("What came of it, and why it is not settled"), rows=4)


class PastStageForm(PastFields, VerbForm):
    """The stage it is in, or the one after it, was talked through outside and not settled."""

    stage = forms.TypedChoiceField(label=_("Which stage was it?"), coerce=int, widget=Radios)
    agency = forms.ChoiceField(label=_("On whose behalf do you enter it?"), widget=Radios)
    told_other_side = forms.BooleanField(
        label=_("I have told the other agency that the partnership’s business unit will be told"), required=False, help_text=TOLD_HINT
    )

    def prepare(self) -> None:
        stages = enterable(self.case)
        choice_of(self, "stage").choices = [(str(position), stage_title(self.case.procedure, position)) for position in stages]
        if len(stages) == 1:
            self.fields["stage"].widget = forms.HiddenInput()
            self.fields["happened_from"].help_text = gettext("It was {stage}.").format(stage=stage_title(self.case.procedure, stages[0]))
        self.initial.setdefault("stage", str(stages[0]) if stages else "")
        own = policy.side_of(self.person, self.case)
        self.choose_agency("agency", {own[1]} if own else self.case.receiving_ids | {self.case.raising_id})
        if not any(warns_first(self.case, onward(self.case.procedure, position)) for position in stages):
            del self.fields["told_other_side"]
        self.order_fields(["stage", "happened_from", "happened_until", "who", "said", "result", "agency", "told_other_side"])

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None}
