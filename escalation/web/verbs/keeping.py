"""How long a disagreement is kept: longer, under a hold, or anonymised."""

from django import forms

from agencies.web.fields import DatePartsField
from escalation.services.keeping.holds import LONGEST_REASON
from escalation.states import Verb
from escalation.web.verbs.answering import PlainForm
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.page import VerbPage


class KeepLongerForm(VerbForm):
    """Until when, and why."""

    until = DatePartsField(label="Keep it until", subject="the day until which it is kept", help_text="On that day it comes up for review again.")
    reason = forms.CharField(
        label="Why is it kept longer?",
        max_length=LONGEST_REASON,
        help_text="It stands on the record, which both sides read.",
        error_messages={"required": "Say why it is kept longer"},
    )


class PlaceHoldForm(VerbForm):
    """Why nothing may be erased."""

    reason = forms.CharField(
        label="Why must it be kept?",
        max_length=LONGEST_REASON,
        help_text="For example an inquiry or court proceedings. That there is a hold stands on the record; why, only those who keep records read.",
        error_messages={"required": "Say why it must be kept"},
    )


class LiftHoldForm(VerbForm):
    """Why the hold ends."""

    reason = forms.CharField(
        label="Why need it not be kept any longer?",
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why it need not be kept any longer"},
    )


KEEPING_PAGES: dict[Verb, VerbPage] = {
    Verb.KEEP_LONGER: VerbPage(KeepLongerForm, "Keep it longer", "Keep it longer", "It is kept until that day, and comes up for review again then."),
    Verb.ANONYMISE: VerbPage(
        PlainForm,
        "Anonymise it",
        "Continue",
        "It is anonymised. Its figures stay in every report.",
        "What was typed, who the child is, what agencies call the child, files, and who held it are erased. The steps, choices and moments stay, so "
        "that no report changes. It cannot be undone, and nothing can be done to the disagreement afterwards.",
        check=True,
    ),
    Verb.PLACE_HOLD: VerbPage(
        PlaceHoldForm,
        "Place a legal hold",
        "Place the hold",
        "Nothing of it may be erased until the hold is lifted.",
        "While it is in force the disagreement cannot be anonymised, whatever its period says.",
    ),
    Verb.LIFT_HOLD: VerbPage(LiftHoldForm, "Lift the legal hold", "Lift the hold", "The hold is lifted. It is kept for its period, as any other is."),
}
