"""The question with which agency: all of them where they are few, else those of the small kinds, and the others found by kind or part of the name."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.roles import AgencyKind
from agencies.web.forms import Form
from agencies.web.widgets import Checkboxes, Radios
from agencies.words import Words
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.selectors.logging import agencies_to_choose
from escalation.web.finding import FIND, kept_for_later, waiting_here
from escalation.web.finding_agencies import some_of
from escalation.web.log_page import around, page, posted

# So many are listed whole.
ALL = 25
ASKED = ("find_name", "find_kind", "receiving")
Answers = dict[str, Any]


class AgencyForm(Form):
    """With which agency or agencies."""

    heading_field = "receiving"
    asks: Words = _("Which agency do you disagree with?")

    def __init__(self, *args: Any, agencies: list[Agency], own: Any, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies, self.note = agencies, ""
        choices = [(str(row.pk), row.name) for row in agencies]
        hints = {
            str(row.pk): gettext("Your own agency: people of it act on both sides")
            if row.pk == own
            else gettext("From outside this partnership")
            if row.is_external
            else ""
            for row in agencies
        }
        self.ask_which_to_show()
        missing = {"required": gettext("Choose the agency you disagree with")}
        label = str(self.asks)
        field: forms.ChoiceField
        if several:
            hint = gettext("Choose every agency whose decision it is. Each gets its own request and answers for itself.")
            widget = Checkboxes(hints=hints, small=len(choices) > 8)
            field = forms.MultipleChoiceField(label=label, choices=choices, help_text=hint, widget=widget, error_messages=missing)
        else:
            field = forms.ChoiceField(label=label, choices=choices, widget=Radios(hints=hints), error_messages=missing)
        self.fields["receiving"] = field
        # What is shown may be less than what may be chosen.
        field.widget.choices = [(str(row.pk), row.name) for row in self.shown()]

    def ask_which_to_show(self) -> None:
        """Nothing is asked where all are shown."""

    def shown(self) -> Sequence[Agency]:
        """Those that stand on the page."""
        return self.agencies

    @staticmethod
    def initial_of(answers: Mapping[str, Any], *, several: bool) -> Answers:
        """The choice as it was kept."""
        return {"receiving": _as_asked(list(answers.get("receiving") or []), several=several)}

    def answers(self) -> Answers:
        """What is kept in the draft."""
        value = self.cleaned_data.get("receiving")
        return {"receiving": value if isinstance(value, list) else [value]} if value else {}


class FindAgencyForm(AgencyForm):
    """Of very many: looked for by kind and by part of the name."""

    heading_field = ""
    asks = _("Choose from these")
    sometimes_required = frozenset({"find_name", "find_kind"})

    def ask_which_to_show(self) -> None:
        """By kind, of the kinds that there are, and by name."""
        there = {row.kind for row in self.agencies}
        kinds = [("", gettext("Any")), *((kind.value, kind.label) for kind in AgencyKind if kind.value in there)]
        self.fields["find_name"] = forms.CharField(
            label=gettext("Part of its name"),
            max_length=100,
            required=False,
            widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        )
        self.fields["find_kind"] = forms.ChoiceField(label=gettext("What it is"), choices=kinds, required=False)

    def shown(self) -> Sequence[Agency]:
        """Those chosen so far, then those looked for; before anything was, those of the kinds that have few."""
        name, kind = str(self["find_name"].value() or ""), str(self["find_kind"].value() or "")
        before = self["receiving"].value() or []
        chosen = {str(key) for key in (before if isinstance(before, list) else [before])}
        found, self.note = some_of(self.agencies, chosen=chosen, name=name, kind=kind)
        return found


def _as_asked(keys: list[str], *, several: bool) -> list[str] | str:
    return keys if several else (keys or [""])[0]


def _so_far(typed: Mapping[str, list[str]], *, several: bool) -> Answers:
    """What was chosen and looked for, as the form begins with it."""
    looked_for = {name: (typed.get(name) or [""])[0] for name in ("find_name", "find_kind")}
    return looked_for | {"receiving": _as_asked(typed.get("receiving", []), several=several)}


def agency_step(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The question, kept at Continue; whoever looks for an agency gets it again, with what they chose so far and what was found.

    What was chosen and looked for waits as all that is typed does, so that the page shows the same agencies when it is loaded anew.
    """
    several, agencies = definition_of(draft.dispute.version_id).several_receiving, agencies_to_choose(draft)
    made = FindAgencyForm if len(agencies) > ALL else AgencyForm
    given: Answers = {"agencies": agencies, "own": draft.dispute.raising_agency_id, "several": several}
    kept = AgencyForm.initial_of(draft.answers, several=several)
    if request.method == "POST" and FIND in request.POST:
        typed = {name: request.POST.getlist(name) for name in ASKED}
        form = made(initial=kept | _so_far(typed, several=several), **given)
        context = {**around(request, draft, "agency"), "form": form, "not_kept": kept_for_later(request, typed)}
        return render(request, "escalation/log_agency.html", context)
    waiting = waiting_here(request)
    form = made(posted(request), initial=kept | (_so_far(waiting, several=several) if waiting else {}), **given)
    return page(request, draft, "agency", form, form.answers)
