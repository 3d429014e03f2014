"""The outcome and the closing tasks."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import MomentField, Paragraphs, PastDayField
from agencies.web.widgets import Radios
from agencies.words import upper_first
from escalation import policy
from escalation.selectors.settled import settled_with
from escalation.selectors.timeline import read_words
from escalation.services.learning import goes_to
from escalation.services.outcomes import kinds_of
from escalation.services.resolution import may_leave_out, missing_for_close, parties, unconfirmed, unfiled
from escalation.states import ChangeNeeded, Difference, Outcome, RequestState
from escalation.web.verbs.answering import outstanding_field, settle_as_before, still_to_settle_field
from escalation.web.verbs.base import Pause, VerbForm, choice_of


class ProposeOutcomeForm(VerbForm):
    """A wording for every side to confirm."""

    kind = forms.ChoiceField(label=_("How is it settled?"), widget=Radios)
    still_to_settle = still_to_settle_field()
    wording = Paragraphs(label=_("The outcome"), help_text=_("Each agency confirms these same words. Say what will happen, who does it and by when."))
    outstanding = outstanding_field()
    pursued_by = forms.ChoiceField(
        label=_("Which agency pursues what is still open?"),
        required=False,
        widget=Radios,
        help_text=_("With a date it becomes an agreed action, which is followed until it is done."),
    )
    pursued_until = MomentField(label=_("By when?"), subject=_("the date and time by which it is settled"), required=False)
    sometimes_required = {"pursued_by", "pursued_until", "still_to_settle", "outstanding"}

    def prepare(self) -> None:
        choice_of(self, "kind").choices = [(kind.value, kind.label) for kind in kinds_of(self.case)]
        choice_of(self, "pursued_by").choices = self.agencies(parties(self.case))
        is_settled = any(request.state == RequestState.SETTLED for request in self.case.all_requests)
        if self.case.proposal is None and is_settled and (earlier := settled_with(self.case, read_words(self.case, self.person))):
            settle_as_before(self, earlier)

    def given(self) -> dict[str, Any]:
        data = super().given()
        agency = data["pursued_by"]
        return {**data, "kind": Outcome(data["kind"]), "pursued_by": UUID(agency) if agency else None}


class RecordGapForm(VerbForm):
    """A side stays silent."""

    agency = forms.ChoiceField(label=_("Which agency has not confirmed?"), widget=Radios)
    reason = Paragraphs(label=_("How you tried to reach the agency"), rows=4)

    def prepare(self) -> None:
        choice_of(self, "agency").choices = self.agencies(unconfirmed(self.case))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"])}


class FeedbackForm(VerbForm):
    """The person who raised it was told."""

    words = Paragraphs(label=_("What did you tell the person who raised it?"), rows=4)
    given_on = PastDayField(label=_("When did you tell them?"), subject=_("the date you told them"))


class ConfirmFileForm(VerbForm):
    """It is in the child's file."""

    agency = forms.ChoiceField(label=_("For which agency?"), widget=Radios)
    sure = forms.BooleanField(label=_("The record of this disagreement is in the child's case file, for every child named"))

    def prepare(self) -> None:
        missing = unfiled(self.case)
        mine = set(policy.acts_for_receiving(self.person, self.case))
        if policy.acts_for_raising(self.person, self.case):
            mine.add(self.case.raising_id)
        self.choose_agency("agency", (mine & missing) or mine)

    def given(self) -> dict[str, Any]:
        value = self.cleaned_data.get("agency")
        return {"agency": UUID(value) if value else None}


class LearningForm(VerbForm):
    """What to learn; none is an answer too."""

    went_well = Paragraphs(label=_("What went well"), required=False, rows=3)
    went_badly = Paragraphs(label=_("What did not go well"), required=False, rows=3)
    issue = Paragraphs(
        label=_("A general issue that others should learn from"),
        required=False,
        rows=3,
        help_text=_("Leave empty if there is none. Write nothing that identifies the child or a person."),
    )
    referred_to = forms.CharField(
        label=_("To which subgroup or person is it referred?"),
        max_length=120,
        required=False,
        help_text=_("It counts only where there is a general issue."),
    )
    change_needed = forms.ChoiceField(
        label=_("What needs to change?"),
        choices=[("", _("Nothing, or not known yet")), *ChangeNeeded.choices],
        widget=Radios,
        required=False,
    )

    def prepare(self) -> None:
        self.initial.setdefault("referred_to", goes_to(self.case))
        if self.case.procedure.closing.policy_gaps_to_chair:
            self.fields["change_needed"].help_text = gettext("A gap in policy or procedure also goes to the chair.")

    def given(self) -> dict[str, Any]:
        """To whom it goes by the procedure is no answer of anybody's: it goes nowhere where there is nothing to refer."""
        data = super().given()
        is_preset = not data["issue"] and data["referred_to"] == goes_to(self.case)
        return {**data, "referred_to": ""} if is_preset else data


class CloseForm(VerbForm):
    """The end."""

    difference = forms.ChoiceField(label=_("What difference did it make for the child?"), choices=Difference.choices, widget=Radios)
    gap = Paragraphs(
        label=_("Why is it closed without what is still to do?"),
        rows=3,
        error_messages={"required": _("Say why it is closed without what is still to do")},
    )

    def prepare(self) -> None:
        self.missing = missing_for_close(self.case)
        if may_leave_out(self.case, self.person, self.missing):
            form = gettext("It is closed without {missing}. That, and your reason, stay on the record.")
            self.fields["gap"].help_text = form.format(missing="; ".join(self.missing))
        else:
            del self.fields["gap"]

    def refusal(self) -> str:
        is_refused = bool(self.missing) and "gap" not in self.fields
        return gettext("It can be closed once this is done: {missing}.").format(missing="; ".join(self.missing)) if is_refused else ""

    def foretold(self) -> list[dict[str, str]]:
        return [{"key": gettext("Still to do"), "value": "\n".join(upper_first(one) for one in self.missing)}] if self.missing else []

    def pause(self) -> Pause | None:
        """To close what is not settled in full is a rare thing, and stays on its record."""
        if not self.cleaned_data.get("gap"):
            return None
        return Pause(
            gettext("You are about to close it unresolved"),
            (
                gettext("Still to do: {missing}.").format(missing="; ".join(self.missing)),
                gettext("It stays on the record that it was closed without, and why. Nobody is reminded of it any more."),
            ),
            gettext("Close it without"),
            gettext("Leave it open"),
        )

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {"difference": Difference(data["difference"]), "gap": data.get("gap", "")}
