"""Changing one limit of a procedure: which, how long, from which day; then what that does, before it is published."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError, NotFound
from agencies.policy import may_keep_directory
from agencies.web.access import person_for
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.widgets import Radios
from agencies.words import figure, short_day
from escalation.models import ProcedureVersion
from escalation.part_policy import counts_all
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import from_json
from escalation.procedures.words import clock_sentence
from escalation.selectors import procedures
from escalation.services.limits import NOT_YOURS, change_limit, check_newest, limits_of, running_under, with_limit
from escalation.web.access import on_refusal

OWN = frozenset({"csrfmiddlewaretoken", "confirmed", "change"})


class LimitForm(Form):
    """Which limit, its new number in the unit that it has, and the first day."""

    limit = forms.ChoiceField(label=_("Which limit?"), widget=Radios, error_messages={"required": _("Choose a limit of this procedure")})
    amount = forms.IntegerField(
        label=_("How many is it to be?"),
        min_value=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
        help_text=_("In the same unit as now, such as working days."),
        error_messages={name: _("Enter a whole number, such as 3") for name in ("required", "invalid", "min_value")},
    )
    from_day = DatePartsField(label=_("From which day?"), subject=_("the day from which it holds"), help_text=_("Today or a day to come."))

    def __init__(self, *args: Any, definition: ProcedureDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["limit"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
        field.choices = [(one.key, f"{one.place}: {clock_sentence(one.clock, definition)}") for one in limits_of(definition)]


@require_http_methods(["GET", "HEAD", "POST"])
def procedure_limit(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """404 for whoever may not read the procedure, 403 for those who may but do not keep it."""
    person = person_for(request)
    try:
        version = procedures.version_of(person.partnership_ids, version_id)
    except NotFound as error:
        raise Http404 from error
    if not may_keep_directory(person, version.procedure.partnership_id):
        raise PermissionDenied(NOT_YOURS)
    definition, back = from_json(version.definition), reverse("procedure", args=[version.pk])
    form = LimitForm(request.POST if request.method == "POST" else None, definition=definition)
    context = {"version": version, "form": form, "back_url": back}
    try:
        check_newest(version)
        if request.method == "POST" and "change" not in request.POST and form.is_valid():
            if "confirmed" in request.POST:
                return _published(request, version, form)
            return render(request, "escalation/procedure_limit_check.html", context | _effect(request, version, definition, form))
    except DomainError as error:
        refused = on_refusal(request, error, form=form, back_url=back)
        if refused is not None:
            return refused
    return render(request, "escalation/procedure_limit.html", context, status=400 if form.is_bound and form.errors else 200)


def _effect(request: HttpRequest, version: ProcedureVersion, definition: ProcedureDefinition, form: LimitForm) -> dict[str, Any]:
    """What it does, in words: the sentence now and then, from when, and what stays as it is."""
    given = form.cleaned_data
    before = next(one for one in limits_of(definition) if one.key == given["limit"])
    changed, after = with_limit(definition, given["limit"], given["amount"])
    rows = [
        {"key": gettext("Where"), "value": before.place},
        {"key": gettext("Now"), "value": clock_sentence(before.clock, definition)},
        {"key": gettext("From {day} on").format(day=short_day(given["from_day"])), "value": clock_sentence(after, changed)},
        {"key": gettext("What stays"), "value": _stays(request, version)},
        {"key": gettext("Published as"), "value": gettext("Version {number}").format(number=version.number + 1)},
    ]
    fields = [(name, value) for name in request.POST if name not in OWN for value in request.POST.getlist(name)]
    return {"rows": rows, "fields": fields}


def _stays(request: HttpRequest, version: ProcedureVersion) -> str:
    if not counts_all(person_for(request)):
        return gettext("Every disagreement that runs keeps the limit that it began under.")
    running = running_under(version)
    words = ngettext(
        "{n} running disagreement keeps the limit that it began under.", "{n} running disagreements keep the limit that they began under.", running
    )
    return words.format(n=figure(running)) if running else gettext("No disagreement runs under it.")


def _published(request: HttpRequest, version: ProcedureVersion, form: LimitForm) -> HttpResponse:
    given = form.cleaned_data
    done = change_limit(person_for(request), version, limit=given["limit"], amount=given["amount"], from_day=given["from_day"], now=wall_clock.now())
    words = gettext("Version {number} is published, in force from {day}.")
    messages.success(request, words.format(number=done.version.number, day=short_day(done.version.in_force_from)))
    return redirect("procedure", done.version.pk)
