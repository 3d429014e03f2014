"""One's own messages: which come, and which can be put off."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies.web.access import person_for
from agencies.web.forms import Form
from agencies.web.widgets import Radios
from escalation.services.digest import choose_digest, gets_digest, wants_digest


class DigestForm(Form):
    """The morning's digest, or not."""

    digest = forms.TypedChoiceField(
        label=_("Do you want the message of the morning?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=Radios(inline=True),
        help_text=_(
            "On working days at the opening of the office: how much is overdue, due today, waiting for somebody, or due for review. No names."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def message_settings(request: HttpRequest) -> HttpResponse:
    """What is sent to this person and why; those of a business unit may put the digest off. Nobody else has anything to choose."""
    person = person_for(request)
    if not gets_digest(person):
        return render(request, "escalation/message_settings.html", {"form": None})
    form = DigestForm(request.POST or None, initial={"digest": "yes" if wants_digest(person.id) else "no"})
    if request.method == "POST" and form.is_valid():
        choose_digest(person.id, wanted=form.cleaned_data["digest"])
        messages.success(request, gettext("Saved."))
        return redirect("message-settings")
    return render(request, "escalation/message_settings.html", {"form": form}, status=400 if form.is_bound and form.errors else 200)
