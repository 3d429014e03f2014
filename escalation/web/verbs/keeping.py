"""How long a disagreement is kept: longer, under a hold, or anonymised."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import DatePartsField
from agencies.words import Words
from escalation.services.keeping.holds import LONGEST_REASON, WHY, WHY_NOT
from escalation.states import Verb
from escalation.web.verbs.answering import PlainForm
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.page import VerbPage


def _without_stop(sentence: Words) -> str:
    return str(sentence).removesuffix(".")


without_stop = lazy(_without_stop, str)


def why(label: Words, missing: Words, help_text: Words = "") -> forms.CharField:
    """The reason that each of these asks for; `missing` is the service's sentence where there is none."""
    return forms.CharField(label=label, max_length=LONGEST_REASON, help_text=help_text, error_messages={"required": without_stop(missing)})


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
}
