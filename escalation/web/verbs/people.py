"""Who holds it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership
from agencies.web.fields import Paragraphs
from agencies.web.widgets import Radios
from escalation import policy
from escalation.counterparts import Candidate
from escalation.counterparts.records import How
from escalation.engine.sides import raised_by
from escalation.services.passing_on import places_of, takers
from escalation.web.finding import FIND_PERSON
from escalation.web.verbs.base import VerbForm, choice_of, person_choice

# Between agency and person in a choice of whom to hand it to: somebody may stand there for each of two agencies.
BETWEEN = "."


class ReassignForm(VerbForm):
    """Not the right person, or away: who holds it instead."""

    to = forms.ChoiceField(label=_("Who should hold it?"), widget=Radios)
    reason = Paragraphs(label=_("Why"), required=False, rows=3)

    def prepare(self) -> None:
        places = places_of(self.case, self.person)
        found = [(f"{agency}{BETWEEN}{one.user_id}", agency, one) for side, agency in places for one in takers(self.case, side, agency)]
        names = {agency: f", {self.agency_name(agency)}" if len(places) > 1 else "" for _side, agency in places}
        to = choice_of(self, "to")
        to.choices = [(key, f"{person_choice(one)[1]}{names[agency]}") for key, agency, one in found]
        to.widget.hints = {key: _reach(one) for key, _agency, one in found}

    def given(self) -> dict[str, Any]:
        data = super().given()
        agency, _between, person = data["to"].partition(BETWEEN)
        return {**data, "to": UUID(person), "agency": UUID(agency)}


def _reach(found: Candidate) -> str:
    """How high somebody sits who acts by their post; of anybody else by what right they act."""
    by_post = found.level is not None and found.how in {How.HOLDER, How.LEVEL_UP}
    return gettext("Level {level}").format(level=found.level) if by_post else found.right or found.why


class InviteGuestForm(VerbForm):
    """Somebody without an account answers once."""

    agency = forms.ChoiceField(label=_("For which agency?"), widget=Radios)
    name = forms.CharField(label=_("Name"), max_length=160, error_messages={"required": _("Enter their name")})
    job_title = forms.CharField(label=_("What they do there"), max_length=160, help_text=_("For example, practice manager."))
    email = forms.CharField(
        label=_("Their own e-mail address"),
        max_length=254,
        help_text=_("A code is sent to this address and to no other. No shared mailbox."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def prepare(self) -> None:
        waiting = [request for request in self.case.awaiting if request.guest_id is None]
        self.choose_agency("agency", [r.agency_id for r in waiting if policy.invites_for(self.person, self.case, r.agency_id)])

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None}


class TakeBackGuestForm(VerbForm):
    """They can no longer answer."""

    agency = forms.ChoiceField(label=_("Whose invitation?"), widget=Radios)
    reason = Paragraphs(label=_("Why"), required=False, rows=3)

    def prepare(self) -> None:
        asked = [request for request in self.case.awaiting if request.guest_id is not None]
        self.choose_agency("agency", [r.agency_id for r in asked if policy.takes_back(self.person, self.case, r)])

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None}


class RecommendForm(VerbForm):
    """The business unit names a suitable senior person."""

    choice = forms.ChoiceField(label=_("Who should act?"), widget=Radios)
    reason = Paragraphs(label=_("Why this person"), required=False, rows=3)

    def prepare(self) -> None:
        agencies = [request.agency_id for request in self.case.requests]
        people = (
            Membership.objects.filter(agency__in=agencies, user__is_active=True)
            .select_related("user", "agency")
            .order_by("agency__name", "user__name")
        )
        barred = raised_by(self.case) | self.case.conflicted_ids
        able = [member for member in people if member.user_id not in barred | self.case.kept_from(member.agency_id)]
        choices = {f"{m.agency_id} {m.user_id}": f"{m.user.name}, {m.job_title or m.get_role_display()}, {m.agency}" for m in able}
        choice = choice_of(self, "choice")
        choice.choices = everybody = list(choices.items())
        if len(everybody) > self.whole:
            self.look_for_people(gettext("Part of their name, job title or agency"))
            self.order_fields([FIND_PERSON, "choice"])
            choice.widget.choices = self.listed([("", everybody)], self["choice"].value())[0][1]

    def given(self) -> dict[str, Any]:
        agency, _, person = self.cleaned_data["choice"].partition(" ")
        return {"agency": UUID(agency), "person": UUID(person), "reason": self.cleaned_data["reason"]}
