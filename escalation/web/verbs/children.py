"""The child's own references, and links between disagreements."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import DatePartsField
from agencies.web.widgets import Radios
from escalation import policy
from escalation.models import Child
from escalation.services.child_names import takes_names
from escalation.services.children import LONGEST_REFERENCE, NO_OTHER
from escalation.services.submission import LONGEST_NAME
from escalation.states import Side
from escalation.web.access import read_reference
from escalation.web.verbs.base import VerbForm, choice_of


class ReferenceForm(VerbForm):
    """The own agency's reference of one child. Children are named by their number only: who they are lies behind a click of its own."""

    child = forms.ChoiceField(label=_("Which child?"), widget=Radios, help_text=_("In the order of the page that says who the children are."))
    agency = forms.ChoiceField(label=_("Which agency’s reference is it?"), widget=Radios)
    reference = forms.CharField(
        label=_("Your agency’s reference for the child"),
        max_length=LONGEST_REFERENCE,
        help_text=_("As your case file has it. Nobody outside your agency sees it. What you enter takes the place of one that is there already."),
        error_messages={"required": _("Enter your agency’s reference for the child")},
    )

    def prepare(self) -> None:
        ask_which(self)
        own = set(policy.acts_for_receiving(self.person, self.case))
        side = policy.side_of(self.person, self.case)
        self.choose_agency("agency", own | ({side[1]} if side is not None and side[0] == Side.RAISING else set()))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "child": UUID(data["child"]), "agency": UUID(data["agency"]) if data["agency"] else None}


def ask_which(form: VerbForm) -> None:
    """Which child is meant, asked only where there are several."""
    rows = list(Child.objects.filter(dispute=form.case.dispute).values_list("pk", "ordinal"))
    choice_of(form, "child").choices = [(str(key), gettext("Child {number}").format(number=ordinal)) for key, ordinal in rows]
    if len(rows) == 1:
        form.fields["child"].widget = forms.HiddenInput()
        form.initial["child"] = str(rows[0][0])


class CorrectChildForm(VerbForm):
    """Who a child is, put right. Nothing that is kept is shown here: each look at it is a click of its own."""

    sometimes_required = frozenset({"initials", "born_on", "name"})
    child = forms.ChoiceField(label=_("Which child?"), widget=Radios, help_text=_("In the order of the page that says who the children are."))
    initials = forms.CharField(
        label=_("Initials"),
        max_length=8,
        required=False,
        help_text=_("Leave empty what is right already."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    without_name = forms.BooleanField(label=_("Take the full name away"), required=False)
    born_on = DatePartsField(
        label=_("Date of birth"), subject=_("the date of birth"), not_future=True, required=False, help_text=_("For example, 27 3 2015")
    )
    is_unborn = forms.BooleanField(label=_("The child is unborn"), required=False)

    def prepare(self) -> None:
        ask_which(self)
        if not takes_names(self.case.dispute.partnership_id):
            del self.fields["name"], self.fields["without_name"]

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "child": UUID(data["child"])}


class LinkForm(VerbForm):
    """Another disagreement about the same child."""

    other = forms.CharField(
        label=_("The other disagreement’s reference"),
        max_length=20,
        help_text=_("It starts with ESC-. You can link those that you may see yourself; only people who may see both see the link."),
        error_messages={"required": _("Enter the other disagreement’s reference")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    def clean_other(self) -> str:
        """The reference in its one spelling."""
        found = read_reference(self.cleaned_data["other"])
        if found is None:
            raise forms.ValidationError(NO_OTHER)
        return found
