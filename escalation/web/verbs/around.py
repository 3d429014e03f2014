"""Around the stages: another agency, who else was told, an agency that keeps out, a conference, a conference's dissent."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.web.fields import DatePartsField, Paragraphs
from agencies.web.widgets import Checkboxes, Radios
from escalation import policy
from escalation.services.beside import may_keep_out
from escalation.services.conference import conference_agencies, supporters
from escalation.services.resolution import parties
from escalation.states import Advice, ConferenceAnswer
from escalation.web.verbs.base import HappenedMixin, VerbForm, choice_of, person_choice

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class AddAgencyForm(VerbForm):
    """One more agency is asked."""

    agency = forms.ChoiceField(label=_("Which agency?"), help_text=_("Agencies of the partnership that are not asked yet."))
    reason = Paragraphs(label=_("What do you ask of it, and why?"), rows=4)

    def prepare(self) -> None:
        self.left = Agency.objects.active().filter(partnership=self.case.dispute.partnership_id).exclude(pk__in=parties(self.case)).order_by("name")
        choice_of(self, "agency").choices = [("", gettext("Choose an agency")), *((str(row.pk), row.name) for row in self.left)]

    def refusal(self) -> str:
        return "" if self.left else gettext("Every agency of the partnership is in this disagreement already.")

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"])}


class AdviceForm(HappenedMixin, VerbForm):
    """Somebody outside was told or asked."""

    whom = forms.ChoiceField(label=_("Who was told or asked?"), choices=Advice.choices, widget=Radios)
    who = forms.CharField(label=_("Their name, post or service"), max_length=200)
    told = Paragraphs(label=_("What were they told or asked?"), rows=4, help_text=_("Say what matters. The child is known by reference."))
    answer = Paragraphs(label=_("What did they answer?"), rows=4, required=False, help_text=_("Leave empty if there is no answer yet."))
    told_by = forms.CharField(label=_("Who told or asked them?"), max_length=200, required=False, help_text=_("Leave empty if it was you."))
    private = forms.BooleanField(
        label=_("Only my own agency may see this"), required=False, help_text=_("For example legal advice to your own agency.")
    )

    def prepare(self) -> None:
        self.order_fields(["whom", "who", "happened_at"])
        if policy.side_of(self.person, self.case) is None:
            del self.fields["private"]


class StaysOutForm(VerbForm):
    """An agency keeps out of what cannot wait."""

    agency = forms.ChoiceField(label=_("Which agency keeps out?"), widget=Radios)
    what = Paragraphs(label=_("What is being done to reduce the risk, and how does the agency keep out of it?"), rows=5)
    disagree = forms.MultipleChoiceField(label=_("Which agencies disagree with that?"), widget=Checkboxes, required=False)
    sometimes_required = {"disagree"}

    def prepare(self) -> None:
        speaks = policy.side_of(self.person, self.case)
        own = speaks[1] if speaks else None
        choice_of(self, "agency").choices = self.agencies(may_keep_out(self.case, own))
        others = self.agencies(parties(self.case) - {own})
        if own is not None:
            choice_of(self, "disagree").label = gettext("Which other agencies disagree with that?")
            choice_of(self, "disagree").help_text = gettext("Your own agency is taken to disagree. Choose others only if they said so.")
        choice_of(self, "disagree").choices = others
        if own is not None and len(others) < 2:
            del self.fields["disagree"]

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]), "disagree": [UUID(key) for key in data.get("disagree", [])]}


class RequestConferenceForm(VerbForm):
    """A child protection conference is formally asked for."""

    agency = forms.ChoiceField(label=_("Of which agency?"), widget=Radios)
    reason = Paragraphs(label=_("Why is a conference needed, and what concerns remain?"), rows=6)
    supporter = forms.ChoiceField(
        label=_("Who supports the request?"),
        widget=Radios,
        help_text=_("A senior manager, or a named or designated professional. Ask them first: they are told."),
    )

    def prepare(self) -> None:
        self.choose_agency("agency", conference_agencies(self.case))
        choices = []
        for candidate in supporters(self.case):
            key, words = person_choice(candidate)
            choices.append((key, f"{words}, {candidate.agency_name}" if candidate.agency_name else words))
        choice_of(self, "supporter").choices = choices

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None, "supporter": UUID(data["supporter"])}


class AnswerConferenceForm(VerbForm):
    """What comes of the request."""

    answer = forms.ChoiceField(label=_("Is a conference convened?"), choices=ConferenceAnswer.choices, widget=Radios)
    conference_on = DatePartsField(
        label=_("When is the conference?"), subject=_("the date of the conference"), required=False, help_text=_("If one is convened.")
    )
    reasons = Paragraphs(label=_("Reasons"), rows=5, required=False, help_text=_("Needed if no conference is convened."))
    sometimes_required = {"conference_on", "reasons"}

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "answer": ConferenceAnswer(data["answer"])}


class WeighDissentForm(VerbForm):
    """The own agency's contact says whether they share it."""

    shares = forms.TypedChoiceField(
        label=_("Do you share the view that the conference’s decision leaves the child at risk of significant harm?"),
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        widget=Radios(inline=True),
        help_text=_("If you do, the child protection reviewing service is alerted at once."),
    )
    reasons = Paragraphs(label=_("Your reasons"), rows=4)


class AnswerAlertForm(VerbForm):
    """What the reviewing service does."""

    decision = Paragraphs(label=_("What will you do about the conference’s decision?"), rows=4)
    reasons = Paragraphs(label=_("Your reasons"), rows=4)
