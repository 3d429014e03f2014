"""The subgroup's part, and the panel's hearing."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.web.fields import Paragraphs
from agencies.web.widgets import Radios
from escalation import policy
from escalation.models import PanelMember
from escalation.services.panel import barred_from_panel
from escalation.services.resolution import parties
from escalation.services.subgroup import mediators
from escalation.states import SubgroupMatter
from escalation.web.verbs.base import VerbForm, choice_of, person_choice
from escalation.web.verbs.chairing import list_seats, of_no_agency, seats_of

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class PutToSubgroupForm(VerbForm):
    """A matter for the partnership's subgroup."""

    matter = forms.ChoiceField(label=_("Why is it put to the subgroup?"), widget=Radios)
    reason = Paragraphs(label=_("What makes it serious, or where is it stuck?"), rows=5)

    def prepare(self) -> None:
        subgroup = self.case.procedure.subgroup
        choice_of(self, "matter").choices = [(matter.value, matter.label) for matter in (subgroup.takes if subgroup else ())]

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "matter": SubgroupMatter(data["matter"])}


class AnswerForSubgroupForm(VerbForm):
    """What the subgroup's chair says."""

    deep_dive = forms.TypedChoiceField(label=_("Is a deep dive needed?"), choices=YES_NO, coerce=lambda v: v == "yes", widget=Radios(inline=True))
    mediator = forms.ChoiceField(
        label=_("Whom do you offer as mediator?"),
        required=False,
        widget=Radios,
        help_text=_("Mediators of the partnership who have had no part in it."),
    )
    reasons = Paragraphs(label=_("Your reasons"), rows=5)

    def prepare(self) -> None:
        if self.case.dispute.subgroup_asked == SubgroupMatter.SERIOUS:
            del self.fields["mediator"]
            return
        del self.fields["deep_dive"]
        choice_of(self, "mediator").choices = [*(person_choice(one) for one in mediators(self.case)), ("", gettext("Nobody now"))]

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "mediator": UUID(data["mediator"]) if data.get("mediator") else None}


class RepresentForm(VerbForm):
    """What the panel should hear."""

    agency = forms.ChoiceField(label=_("On whose behalf?"), required=False, widget=Radios)
    text = Paragraphs(label=_("What should the panel hear?"), rows=10)
    sometimes_required = {"agency"}

    def prepare(self) -> None:
        speaks = policy.side_of(self.person, self.case)
        self.choose_agency("agency", {speaks[1]} if speaks else (self.person.agency_ids & parties(self.case)) or parties(self.case))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None}


class DeclareInterestForm(VerbForm):
    """A member's interest, or none."""

    interest = Paragraphs(
        label=_("Your interest in the matter"), rows=3, max_length=200, required=False, help_text=_("Leave empty to declare that you have none.")
    )
    conflicts = forms.TypedChoiceField(
        label=_("Does an interest keep you from hearing it with an open mind?"),
        choices=YES_NO,
        coerce=lambda v: v == "yes",
        widget=Radios(hints={"yes": _("Somebody else takes your place on the panel."), "no": _("Also where you have none.")}),
    )

    def prepare(self) -> None:
        seat = next((seat for seat in self.case.panel if seat.user_id == self.person.id), None)
        if seat is not None:
            self.initial.setdefault("interest", seat.interest)


class ReplaceMemberForm(VerbForm):
    """Somebody else takes a member's place."""

    member = forms.ChoiceField(label=_("Who leaves the panel?"), widget=Radios)
    successor = forms.ChoiceField(label=_("Who takes the place?"))
    reason = Paragraphs(label=_("Why"), rows=3)

    def prepare(self) -> None:
        seats = {seat.user_id: seat for seat in self.case.panel}
        names = dict(User.objects.filter(pk__in=seats).values_list("pk", "name"))
        choice_of(self, "member").choices = [(str(key), _seat_words(names[key], seat)) for key, seat in seats.items()]
        barred = set(seats) | barred_from_panel(self.case)
        barred_keys = {str(user) for user in barred}
        found = {value: words for value, words in seats_of(self.case).items() if value.partition(" ")[2] not in barred_keys}
        # Whoever belongs to no agency takes the place for one of those that sit.
        places = Agency.objects.filter(pk__in=[seat.agency_id for seat in self.case.panel]).order_by("name")
        words = gettext("{name}, panel member, for {agency}")
        others = [(user, name) for user, name in of_no_agency(self.case).items() if user not in barred]
        found |= {f"{place.pk} {user}": words.format(name=name, agency=place) for user, name in others for place in places}
        list_seats(self, "successor", found, ("", gettext("Choose somebody")))

    def given(self) -> dict[str, Any]:
        agency, _, user = self.cleaned_data["successor"].partition(" ")
        return {"member": UUID(self.cleaned_data["member"]), "successor": UUID(user), "agency": UUID(agency), "reason": self.cleaned_data["reason"]}


def _seat_words(name: str, seat: PanelMember) -> str:
    if seat.gone_at:
        return gettext("{name} (has left)").format(name=name)
    return gettext("{name} (has a conflict of interest)").format(name=name) if seat.has_conflict else name
