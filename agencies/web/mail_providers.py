"""The providers of private mailboxes: those shipped, and those that the partnership added."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.models import Partnership, PrivateMailProvider
from agencies.policy import may_keep_mail_providers
from agencies.private_mail import shipped_providers
from agencies.services.mail_providers import LONGEST_SOURCE, NOT_YOURS, add_provider, remove_provider
from agencies.web.access import partnership_for, person_for, refused, refused_beside, user_of
from agencies.web.forms import Form


class ProviderForm(Form):
    """What its addresses end on, and who asked for it."""

    domain = forms.CharField(
        label=_("What stands behind the @ of its addresses"),
        max_length=253,
        help_text=_("Such as mail.example. Nobody of the raising side invites anybody at an address that ends so."),
        error_messages={"required": _("Enter what stands behind the @ of its addresses")},
    )
    source = forms.CharField(label=_("Who asked for it"), max_length=LONGEST_SOURCE, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def mail_providers(request: HttpRequest) -> HttpResponse:
    """Shows the list, and adds to it, for those who keep the partnership's directory."""
    partnership = get_object_or_404(Partnership, id=partnership_for(request))
    if not may_keep_mail_providers(person_for(request), partnership.id):
        raise PermissionDenied(NOT_YOURS)
    form = ProviderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = add_provider(actor=user_of(request), partnership=partnership, **form.cleaned_data, now=wall_clock.exactly())
        except DomainError as error:
            refused_beside(form, error)
        else:
            messages.success(request, gettext("{domain} was added. It counts from the next invitation on.").format(domain=row.domain))
            return redirect("mail-providers")
    own = PrivateMailProvider.objects.filter(partnership=partnership)
    context = {"form": form, "own": own, "shipped": sorted(shipped_providers())}
    return render(request, "agencies/mail_providers.html", context, status=400 if form.errors else 200)


@require_POST
def mail_provider_remove(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Takes one out that the partnership added."""
    partnership = get_object_or_404(Partnership, id=partnership_for(request))
    try:
        domain = remove_provider(actor=user_of(request), partnership=partnership, provider_id=provider_id, now=wall_clock.exactly())
    except DomainError as error:
        raise refused(error) from error
    messages.success(request, gettext("{domain} was taken out.").format(domain=domain))
    return redirect("mail-providers")
