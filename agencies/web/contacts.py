"""Changing how an agency and its posts are reached, for those who keep its entries."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.models import Agency, Post
from agencies.policy import may_keep_agency
from agencies.services.contacts import NO_ADDRESS, change_contacts, change_post_contacts
from agencies.web.access import partnership_for, person_for, refused_beside, user_of
from agencies.web.forms import Form


class ContactsForm(Form):
    """How an agency is reached."""

    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}))
    out_of_hours = forms.CharField(
        label=_("Out of hours"), max_length=120, required=False, help_text=_("Whom to ring when the office is closed, with the number.")
    )
    mailbox = forms.EmailField(
        label=_("Shared mailbox"),
        help_text=_("Told where nobody in the agency holds what is asked. To read it, somebody signs in."),
        max_length=254,
        required=False,
        error_messages={"invalid": NO_ADDRESS},
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
    )


class PostContactsForm(ContactsForm):
    """How one post is reached."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].help_text = gettext(
            "Told as well as whoever holds the post, of what they are asked and reminded of. It gets the reference and the date, never more. "
            "To read it, somebody signs in. Empty: nobody but the holder is told."
        )


@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, code: str) -> HttpResponse:
    """Changes how an agency is reached; 404 for those who do not keep its entries."""
    partnership_id = partnership_for(request)
    found = Agency.objects.active().filter(partnership_id=partnership_id, code=code).first()
    if found is None or not may_keep_agency(person_for(request), partnership_id, found.id):
        raise Http404
    form = _form(request, ContactsForm, found)
    saved = _saved(request, form, found, lambda **given: change_contacts(agency=found, **given))
    return saved or _page(request, {"form": form, "agency": found, "what": found.name})


@require_http_methods(["GET", "HEAD", "POST"])
def post_contacts(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Changes how a post is reached; 404 for those who do not keep its agency's entries."""
    partnership_id = partnership_for(request)
    posts = Post.objects.select_related("agency").filter(agency__partnership_id=partnership_id, agency__is_active=True)
    found = posts.filter(id=post_id).first()
    if found is None or not may_keep_agency(person_for(request), partnership_id, found.agency_id):
        raise Http404
    form = _form(request, PostContactsForm, found)
    saved = _saved(request, form, found.agency, lambda **given: change_post_contacts(post=found, **given))
    return saved or _page(request, {"form": form, "agency": found.agency, "what": str(found), "post": found})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "agencies/contacts.html", context, status=400 if context["form"].errors else 200)


def _form(request: HttpRequest, kind: type[ContactsForm], row: Agency | Post) -> ContactsForm:
    initial = {"phone": row.phone, "out_of_hours": row.out_of_hours, "mailbox": row.mailbox}
    return kind(request.POST if request.method == "POST" else None, initial=initial)


def _saved(request: HttpRequest, form: ContactsForm, agency: Agency, change: Callable[..., Agency | Post]) -> HttpResponse | None:
    """Call the service; None where the form is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        kept = change(actor=user_of(request), now=wall_clock.exactly(), **form.cleaned_data)
    except DomainError as error:
        refused_beside(form, error)
        return None
    messages.success(request, gettext("How {kept} is reached: saved.").format(kept=kept))
    return redirect("agency", code=agency.code)
