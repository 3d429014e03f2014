"""The question what was tried: in a few sentences, or each call, e-mail and meeting by itself."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.web.fields import Paragraphs, PastDayField
from agencies.web.forms import Form
from agencies.web.several import Several, without_removed
from agencies.web.widgets import Radios
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.procedures.definition import ProcedureDefinition
from escalation.services.attempts import LONGEST_NAME, MOST
from escalation.states import ContactHow, Door, FamilyTold
from escalation.web.log_forms import Answers, consulted_words, day_of
from escalation.web.log_page import around, keep, leaving, onward


class TriedForm(Form):
    """What was tried before, whom one consulted, and who else works with the child."""

    tried = Paragraphs(
        label=_("What have you tried so far?"),
        help_text=_("Calls, e-mails and meetings: when, with whom, and what was said."),
        error_messages={"required": _("Say what has been tried so far")},
    )
    consulted = Paragraphs(
        label=_("Whom have you consulted in your own agency?"),
        rows=2,
        required=False,
        help_text=_("Your manager or safeguarding lead: name and post."),
    )
    consulted_on = PastDayField(
        label=_("When did you consult them?"), subject=_("the day you consulted them"), required=False, empty=_("I do not know, or nobody yet")
    )
    involved = Paragraphs(
        label=_("Which other agencies work with the child?"),
        rows=2,
        required=False,
        help_text=_("Those that you do not disagree with. They are not asked and not told."),
    )
    told_whom = forms.ChoiceField(
        label=_("Have the child and parents been told of this disagreement?"), choices=FamilyTold.choices, widget=Radios, required=False
    )
    family_told = Paragraphs(label=_("Who was told, and when; or why not"), rows=2, required=False)
    family_view = Paragraphs(label=_("What do the child and family say?"), rows=3, required=False)

    def __init__(self, *args: Any, procedure: ProcedureDefinition, is_family_challenge: bool, has_attempts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if procedure.consult_first:
            self.fields["consulted"].help_text = gettext("The procedure asks you to talk first to: {roles}. Name and post.").format(
                roles=consulted_words(procedure)
            )
        if has_attempts:
            self.fields["tried"].required, self.fields["tried"].label = False, gettext("Anything else that you tried")
        if is_family_challenge:
            view = self.fields["family_view"]
            view.required, view.label = True, gettext("What does the child or family challenge, in their words?")
            view.error_messages["required"] = gettext("Say what the child or family says, since the challenge is theirs.")

    def clean(self) -> Answers:
        data = dict(super().clean() or self.cleaned_data)
        if data.get("consulted_on") and not data.get("consulted"):
            self.add_error("consulted", gettext("Say whom you consulted on that day"))
        return data

    @staticmethod
    def initial_of(answers: Mapping[str, Any]) -> Answers:
        """The answers as they were kept."""
        return {**answers, "consulted_on": day_of(answers.get("consulted_on"))}

    def answers(self) -> Answers:
        """What is kept in the draft."""
        kept = dict(self.cleaned_data)
        if "consulted_on" in kept:
            kept["consulted_on"] = kept["consulted_on"].isoformat() if kept["consulted_on"] else ""
        return kept


class AttemptForm(Form):
    """One direct attempt."""

    on = PastDayField(label=_("When was it?"), subject=_("the day"))
    how = forms.ChoiceField(
        label=_("How?"), choices=ContactHow.choices, widget=Radios(inline=True), error_messages={"required": _("Choose how you tried")}
    )
    whom = forms.CharField(
        label=_("With whom?"),
        max_length=LONGEST_NAME,
        help_text=_("Name and post."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={"required": _("Say with whom it was")},
    )
    said = Paragraphs(label=_("What was said, and what came of it?"), rows=3, error_messages={"required": _("Say what was said")})

    def answer(self) -> Answers:
        """One attempt as the draft keeps it."""
        return {**self.cleaned_data, "on": self.cleaned_data["on"].isoformat()}

    @staticmethod
    def initial_of(attempt: Mapping[str, Any]) -> Answers:
        """One kept attempt as the form shows it."""
        return {**attempt, "on": day_of(attempt.get("on"))}


class Attempts(Several):
    """One attempt after the other."""

    one = _("Attempt {number}")


AttemptFormSet = formset_factory(AttemptForm, Attempts, extra=0, min_num=0, max_num=MOST, absolute_max=MOST, validate_max=True)


def tried(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A few sentences, and attempts that are added and removed by buttons which also keep what was typed."""
    posted = request.POST if request.method == "POST" else None
    attempts = _posted(request) if posted is not None else _kept(request, draft)
    form = TriedForm(
        posted,
        initial=TriedForm.initial_of(draft.answers),
        procedure=definition_of(draft.dispute.version_id),
        is_family_challenge=draft.answers.get("door") == Door.FAMILY_CHALLENGE,
        has_attempts=bool(attempts.forms),
    )
    if posted is not None:
        is_valid, whole = form.is_valid(), attempts.is_valid()
        turning = whole and ("add" in posted or "remove" in posted)
        answers = form.answers() | {"attempts": [each.answer() for each in attempts.forms if each.is_valid()]}
        if (is_valid and whole) or turning or leaving(request):
            refused = keep(request, draft, "tried", form, answers)
            if refused is not None:
                return refused
            if turning:
                return redirect(f"{reverse('log-step', args=[draft.dispute.reference, 'tried'])}{_query(request)}")
            if form.is_valid() or leaving(request):
                return onward(request, draft, "tried")
    more = {"form": form, "formset": attempts, "may_add": len(attempts.forms) < MOST}
    return render(request, "escalation/log_tried.html", around(request, draft, "tried") | more)


def _posted(request: HttpRequest) -> "BaseFormSet[Any]":
    none = {"attempt-TOTAL_FORMS": "0", "attempt-INITIAL_FORMS": "0"}
    data = without_removed(request.POST, "attempt", MOST, least=1)
    return AttemptFormSet(data if "attempt-TOTAL_FORMS" in data else none, prefix="attempt")


def _kept(request: HttpRequest, draft: Draft) -> "BaseFormSet[Any]":
    """The attempts kept so far, and an empty one where one is added."""
    kept = [AttemptForm.initial_of(attempt) for attempt in draft.answers.get("attempts") or []]
    adding = "add" in request.GET and len(kept) < MOST
    formset = AttemptFormSet(initial=[*kept, *([{}] if adding else [])], prefix="attempt")
    if adding:
        formset.forms[-1].focus("on")
    return formset


def _query(request: HttpRequest) -> str:
    """Keeps the way back to the check over adding and removing."""
    words = [word for word, there in (("add=1", "add" in request.POST), ("check=1", "check" in request.GET)) if there]
    return f"?{'&'.join(words)}" if words else ""
