"""The questions of logging on paper: for a visit, or while Concord cannot be reached. They are the forms' own, so that the two never differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies.web.fields import Paragraphs
from agencies.words import Words
from escalation.states import Theme
from escalation.web.log_counterpart import CounterpartForm
from escalation.web.log_forms import ChildForm, ImpactForm, MatterForm, StartForm
from escalation.web.log_page import STEPS
from escalation.web.log_tried import TriedForm


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what is asked, what helps with it, what there is to tick, and whether the answer takes several lines."""

    label: Words
    hint: Words = ""
    choices: tuple[str, ...] = ()
    is_long: bool = False


TITLES = {step.slug: step.title for step in STEPS}
NAMES = (Question(_("Your name, post and agency")), Question(_("Day and time at which you fill this in")))
AGENCY = (Question(_("Name of the agency")),)
# Each part with its form and what is asked of it everywhere; what only some procedures ask comes when it is entered.
PARTS: tuple[tuple[Words, type[forms.Form] | None, tuple[str, ...], tuple[Question, ...]], ...] = (
    (_("Before anything else"), StartForm, ("danger",), NAMES),
    (TITLES["agency"], None, (), AGENCY),
    (TITLES["child"], ChildForm, ("initials", "born", "unborn", "reference"), ()),
    (TITLES["matter"], MatterForm, ("themes", "what", "basis", "arose_on"), ()),
    (TITLES["impact"], ImpactForm, ("impact", "outcome_sought"), ()),
    (TITLES["tried"], TriedForm, ("tried", "consulted", "consulted_on", "involved", "told_whom", "family_told", "family_view"), ()),
    (TITLES["counterpart"], CounterpartForm, ("urgent", "respond_by", "why_sooner", "spoken_to", "spoken_at", "disputed_name"), ()),
)


def _asked(form: type[forms.Form] | None, names: tuple[str, ...]) -> Iterator[Question]:
    """The form's questions of these names. Whose decision it is stands there with a list of people, which paper has none of."""
    fields = form.base_fields if form is not None else {}
    for name in names:
        asked = fields[name]
        label = str((fields["disputed_person"] if name == "disputed_name" else asked).label or "")
        if isinstance(asked, forms.BooleanField):
            yield Question("", asked.help_text, (label,))
        else:
            yield Question(label, asked.help_text, _choices(name, asked), isinstance(asked, Paragraphs))


def _choices(name: str, asked: forms.Field) -> tuple[str, ...]:
    """What there is to tick; the areas of disagreement are those of every procedure."""
    if name == "themes":
        return tuple(str(theme.label) for theme in Theme)
    listed: Any = asked.choices if isinstance(asked, forms.ChoiceField) else ()
    return tuple(str(label) for value, label in listed if value)


@login_not_required
@require_safe
def blank_form(request: HttpRequest) -> HttpResponse:
    """The form to print; open to anybody, as it holds nothing of anybody."""
    parts = [{"title": title, "questions": [*first, *_asked(form, names)]} for title, form, names, first in PARTS]
    return render(request, "escalation/blank_form.html", {"parts": parts})
