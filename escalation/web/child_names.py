"""Whether this partnership takes children's full names: the business unit's setting."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.models import Partnership
from agencies.web.access import user_of
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.widgets import Radios
from escalation.services.child_names import set_names, takes_names
from escalation.web.keeping import unit_place


class NamesForm(Form):
    """Yes or no; off unless somebody decides otherwise."""

    names = forms.ChoiceField(
        label=_("Are children’s full names taken?"),
        choices=[("no", _("No: initials and date of birth only")), ("yes", _("Yes: a full name can be added"))],
        widget=Radios(
            hints={
                "no": _(
                    "Names that were taken are hidden at once and erased after 7 days, in drafts too; under a legal hold, once it is lifted. "
                    "Turned on again before, they are back."
                ),
                "yes": _(
                    "Seen where the initials are, by the same people, each look recorded; never in a list, message, document, export or report."
                ),
            }
        ),
    )


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def child_names(request: HttpRequest) -> HttpResponse:
    """The setting, with what each choice does."""
    place = Partnership.objects.get(pk=unit_place(request))
    now = {"names": "yes" if takes_names(place.pk) else "no"}
    form = NamesForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        words = set_names(actor=user_of(request), partnership=place, is_on=form.cleaned_data["names"] == "yes", now=wall_clock.now())
        messages.success(request, words or gettext("Nothing was changed."))
        return redirect("child-names")
    return render(request, "escalation/child_names.html", {"form": form}, status=400 if form.errors else 200)
