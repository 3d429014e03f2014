"""Everything about one child, for a serious incident: asked by the business unit with a reason, confirmed once more, then shown to read."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.models import Agency
from agencies.person import Person
from agencies.web.access import edition_for, person_for
from agencies.web.fields import Paragraphs
from agencies.web.too_much import heavy
from escalation import general_policy
from escalation.selectors.one_child import about_child, opened_with
from escalation.services.one_child import WHICH, everything_about
from escalation.services.reading import CASE, LONGEST_REASON, record_readings
from escalation.web.access import case_url, on_refusal, read_reference
from escalation.web.finding import FIND_AGENCY, before, finds
from escalation.web.which_child import WhichChildForm

NOT_YOURS = _("Only the business unit asks for everything about one child.")


class OneChildForm(WhichChildForm):
    """Who is meant, and why."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        required=False,
        help_text=_("That agency’s for the child; without an agency, a disagreement’s that starts with ESC-."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    reason = Paragraphs(
        label=_("Why do you need it?"),
        rows=3,
        max_length=LONGEST_REASON,
        help_text=_("The safeguarding leads of every agency concerned are told, and can read your reason."),
        error_messages={"required": _("Say why you need it")},
    )
    sometimes_required = {"initials", "born_on", "agency", "reference", FIND_AGENCY}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = general_policy.asks_about_children_of(person)
        self.offer_agencies(list(Agency.objects.filter(partnership__in=places, is_active=True).order_by("name")))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        named = (data.get("initials") and data.get("born_on")) or data.get("reference")
        if not named and not self.errors:
            self.add_error("born_on" if data.get("initials") else "initials", WHICH)
        return data

    def given(self) -> dict[str, Any]:
        """The service's arguments."""
        child = self.child()
        if child["agency"] is None:
            child["reference"] = read_reference(child["reference"]) or child["reference"]
        return child | {"reason": self.cleaned_data["reason"]}


@heavy
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask, confirm once more, then open. Nothing is looked for before it is confirmed."""
    person = person_for(request)
    if not general_policy.asks_about_children_of(person):
        raise PermissionDenied(NOT_YOURS)
    form = OneChildForm(request.POST if request.method == "POST" else None, person=person, initial=before(request))
    if request.method == "POST" and "change" not in request.POST and not finds(request, form) and form.is_valid():
        if "confirmed" not in request.POST:
            fields = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
            return render(request, "escalation/one_child_check.html", {"fields": fields, "reason": form.cleaned_data["reason"]})
        answer = _open(request, person, form)
        if answer is not None:
            return answer
    return render(request, "escalation/one_child.html", {"form": form}, status=400 if form.is_bound and form.errors else 200)


def _open(request: HttpRequest, person: Person, form: OneChildForm) -> HttpResponse | None:
    """To what was found; back to an empty form where there is nothing. None where the refusal belongs beside a field."""
    try:
        first = everything_about(person, **form.given())
    except DomainError as error:
        return on_refusal(request, error, form=form)
    if first is None:
        messages.info(request, gettext("Nothing about this child has left its agency. Nothing was read, and nobody was told."))
        return redirect("one-child")
    return redirect("one-child-found", first)


@require_safe
def found(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """All of it, to read only, while the reason holds; each look is kept. 404 for anybody but the one who asked."""
    person, now = person_for(request), wall_clock.now()
    cases = opened_with(reading_id, person, now, edition=edition_for(request))
    if cases is None or not general_policy.asks_about_children_of(person):
        raise Http404
    if not cases:
        messages.info(request, gettext("The hour is over. Give a reason again to go on reading."))
        return redirect("one-child")
    record_readings(cases, person, CASE, now=now)
    files = [{"file": file, "url": case_url(file.reference)} for file in about_child(cases, person, now)]
    return render(request, "escalation/one_child_found.html", {"files": files})
