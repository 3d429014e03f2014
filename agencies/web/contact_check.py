"""For how long a contact of the directory counts as confirmed."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.models import Partnership
from agencies.models.partnership import CONTACT_MONTHS
from agencies.policy import may_keep_directory
from agencies.services.posts import LONGEST_CHECK, NOT_KEEPER, set_contact_check
from agencies.web.access import partnership_for, person_for, user_of
from agencies.web.forms import Form
from agencies.words import figure


class ContactCheckForm(Form):
    """The months."""

    months = forms.IntegerField(
        label=_("For how many months does a confirmed contact count?"),
        min_value=1,
        max_value=LONGEST_CHECK,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
        help_text=_("After that its holder is written to, and it is listed as not confirmed. The usual is 6."),
        error_messages={
            "required": _("Enter a number of months"),
            "invalid": _("Enter a whole number of months"),
            "min_value": _("Enter a number of months from 1 to 24"),
            "max_value": _("Enter a number of months from 1 to 24"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_check(request: HttpRequest) -> HttpResponse:
    """Shows and sets it, for those who keep the partnership's directory."""
    partnership = Partnership.objects.get(pk=partnership_for(request))
    if not may_keep_directory(person_for(request), partnership.pk):
        raise PermissionDenied(NOT_KEEPER)
    form = ContactCheckForm(request.POST if request.method == "POST" else None, initial={"months": partnership.contact_months or CONTACT_MONTHS})
    if request.method == "POST" and form.is_valid():
        months = form.cleaned_data["months"]
        set_contact_check(actor=user_of(request), partnership=partnership, months=months, now=wall_clock.exactly())
        words = ngettext("A confirmed contact now counts for {n} month.", "A confirmed contact now counts for {n} months.", months)
        messages.success(request, words.format(n=figure(months)))
        return redirect("directory-health")
    return render(request, "agencies/contact_check.html", {"form": form}, status=400 if form.errors else 200)
