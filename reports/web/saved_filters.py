"""The board's saved filters: a name for what is looked at, another name, away with it. Each person's own."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.errors import DomainError, InvalidInput
from agencies.web.access import person_for, refused
from agencies.web.forms import Form
from reports.board_filters import delete_filter, filter_of, rename_filter, save_filter
from reports.saved_filter import LONGEST_NAME
from reports.web.board_view import address_of, boards_partnership, looked_at


class NameForm(Form):
    """What the filter is called."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("Only you see it. For example, Health, before the chair. Never a child’s name."),
        error_messages={"required": _("Enter a name for the filter")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """What the board showed, under a name; then the board again."""
    partnership = boards_partnership(request)
    view = looked_at(request.POST if request.method == "POST" else request.GET, partnership)
    form = NameForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        name, user = form.cleaned_data["name"], person_for(request).id
        try:
            saved = save_filter(user, partnership, name, shown=view.shown.key, agency=view.agency, stage=view.stage)
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, gettext("Saved as “{name}”.").format(name=saved.name))
            return redirect(address_of(saved))
    return render(request, "reports/board_filter_save.html", {"form": form, "view": view})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Another name for one of the person's own; the button beneath deletes it."""
    partnership, user = boards_partnership(request), person_for(request).id
    try:
        saved = filter_of(filter_id, user, partnership)
    except DomainError as error:
        raise refused(error) from error
    form = NameForm(request.POST) if request.method == "POST" else NameForm(initial={"name": saved.name})
    if form.is_bound and form.is_valid():
        try:
            renamed = rename_filter(filter_id, user, partnership, form.cleaned_data["name"])
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, gettext("The filter is called “{name}” now.").format(name=renamed.name))
            return redirect(address_of(renamed))
    return render(request, "reports/board_filter.html", {"form": form, "saved": saved, "address": address_of(saved)})


@require_POST
def delete(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Away with one of the person's own."""
    partnership = boards_partnership(request)
    try:
        name = delete_filter(filter_id, person_for(request).id, partnership)
    except DomainError as error:
        raise refused(error) from error
    messages.success(request, gettext("“{name}” is deleted.").format(name=name))
    return redirect("board")
