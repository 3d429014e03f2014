"""How long a disagreement is kept: longer, under a hold, or anonymised."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import DatePartsField, Paragraphs
from agencies.web.widgets import Radios
from agencies.words import Words
from escalation.services.keeping.holds import LONGEST_REASON, WHY, WHY_NOT
from escalation.states import LeftOut, Verb
from escalation.web.access import read_reference
from escalation.web.verbs.answering import PlainForm
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.page import VerbPage


def why(label: Words, missing: Words, help_text: Words = "") -> Paragraphs:
    """The reason that each of these asks for; `missing` is the service's sentence where there is none."""
    return Paragraphs(label=label, rows=3, max_length=LONGEST_REASON, help_text=help_text, error_messages={"required": missing})


class KeepLongerForm(VerbForm):
    """Until when, and why."""

    until = DatePartsField(
        label=_("Keep it until"), subject=_("the day until which it is kept"), help_text=_("On that day it comes up for review again.")
    )
    reason = why(_("Why is it kept longer?"), _("Say why it is kept longer."), _("It stands on the record, which both sides read."))


class PlaceHoldForm(VerbForm):
    """Why nothing may be erased."""

    reason = why(
        _("Why must it be kept?"),
        WHY,
        _("For example an inquiry or court proceedings. That there is a hold stands on the record; why, only those who keep records read."),
    )


class LiftHoldForm(VerbForm):
    """Why the hold ends."""

    reason = why(_("Why need it not be kept any longer?"), WHY_NOT)


class LeaveOutForm(VerbForm):
    """Why no figure counts it, and of a duplicate which one is counted in its place."""

    sometimes_required = frozenset({"other"})
    cause = forms.ChoiceField(label=_("Why is it left out of the figures?"), choices=LeftOut.choices, widget=Radios)
    other = forms.CharField(
        label=_("The reference of the one that is counted"),
        required=False,
        max_length=20,
        help_text=_("Of one that was logged twice. It starts with ESC-."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    reason = why(_("How do you know?"), _("Say why it is left out."), _("It stands on the record, which both sides read."))

    def clean_other(self) -> str:
        """The reference in its one spelling; what is none stays as it was typed, for the service to refuse."""
        typed: str = self.cleaned_data["other"]
        return read_reference(typed) or typed


class CountAgainForm(VerbForm):
    """Why it is counted again."""

    reason = why(_("Why is it counted again?"), _("Say why it is counted again."), _("It stands on the record, which both sides read."))


KEEPING_PAGES: dict[Verb, VerbPage] = {
    Verb.KEEP_LONGER: VerbPage(
        KeepLongerForm, _("Keep it longer"), _("Keep it longer"), _("It is kept until that day, and comes up for review again then.")
    ),
    Verb.ANONYMISE: VerbPage(
        PlainForm,
        _("Anonymise it"),
        _("Continue"),
        _("It is anonymised. Its figures stay in every report."),
        _(
            "What was typed, who the child is, what agencies call the child, files, and who held it are erased. The steps, choices and moments stay, "
            "so that no report changes. It cannot be undone, and nothing can be done to the disagreement afterwards."
        ),
        check=True,
        confirms=True,
    ),
    Verb.PLACE_HOLD: VerbPage(
        PlaceHoldForm,
        _("Place a legal hold"),
        _("Place the hold"),
        _("Nothing of it may be erased until the hold is lifted."),
        _("While it is in force the disagreement cannot be anonymised, whatever its period says."),
        confirms=True,
    ),
    Verb.LIFT_HOLD: VerbPage(
        LiftHoldForm,
        _("Lift the legal hold"),
        _("Lift the hold"),
        _("The hold is lifted. It is kept for its period, as any other is."),
        confirms=True,
    ),
    Verb.LEAVE_OUT: VerbPage(
        LeaveOutForm,
        _("Leave it out of the figures"),
        _("Leave it out"),
        _("No report counts it from now on. Reports that were made stay as they are."),
        _("For one that was logged twice, or to try the product out. Its record stays, and says that it is left out, why, and by whom."),
    ),
    Verb.COUNT_AGAIN: VerbPage(
        CountAgainForm, _("Count it in the figures again"), _("Count it again"), _("Reports count it again, as before it was left out.")
    ),
}
