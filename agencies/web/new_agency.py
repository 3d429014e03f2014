"""Adding an agency on pages: its details, its first contacts, a check, saved. What was typed waits in the session until then."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.models import Partnership
from agencies.policy import ceiling, may_keep_directory
from agencies.roles import AGENCY_ROLES, AgencyKind, Role
from agencies.services.directory_import import ImportRefused, Problem
from agencies.services.directory_import.columns import AGENCIES
from agencies.services.new_agency import ANSWERS, NewAgency, add_agency, problems_of
from agencies.web.access import partnership_for, person_for, user_of
from agencies.web.contacts import ContactsForm
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.roles import PersonForm
from agencies.web.several import Several, without_removed
from agencies.web.widgets import Radios

KEPT = "new-agency"
MOST_CONTACTS = 20
MEMBERSHIP = [("no", _("A member of the partnership")), ("yes", _("External: takes part in single disagreements, as another area’s agency"))]
FIELDS = {column: answer for answer, column in ANSWERS.items()}


class DetailsForm(ContactsForm):
    """What the agency is, how it is reached, and whether another acts for it."""

    field_order = ("name", "kind", "external", "mailbox", "phone", "out_of_hours", "acts_through", "acts_from_level")
    name = forms.CharField(label=_("Name of the agency"), max_length=120, error_messages={"required": _("Enter the name of the agency")})
    kind = forms.ChoiceField(
        label=_("Kind of agency"),
        choices=[("", _("Choose a kind")), *AgencyKind.choices],
        error_messages={"required": _("Choose what kind of agency it is")},
    )
    external = forms.ChoiceField(label=_("What it is here"), widget=Radios(), choices=MEMBERSHIP, initial="no")
    acts_through = forms.ChoiceField(
        label=_("Another agency acts for it"),
        help_text=_("As an integrated care board for a GP practice that has nobody more senior. The agency acts for itself below that level."),
        required=False,
    )
    acts_from_level = forms.ChoiceField(label=_("From which level on"), required=False, help_text=_("Only where another agency acts for it."))
    sometimes_required = {"acts_from_level"}

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = partnership.agencies.filter(is_active=True, acting_agency=None).order_by("name").values_list("code", "name")
        self._offer("acts_through", gettext("Nobody: it acts for itself"), others)
        self._offer("acts_from_level", gettext("Choose a level"), _levels(partnership))

    def _offer(self, name: str, first: str, others: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
        field.choices = [("", first), *others]


class ContactForm(Form):
    """A post at a level, and who is in it."""

    level = forms.ChoiceField(label=_("Level"), error_messages={"required": _("Choose a level")})
    title = forms.CharField(label=_("Title of the post"), max_length=160, error_messages={"required": _("Enter the title of the post")})
    role = forms.ChoiceField(label=_("Role"), help_text=_("What they may do here."), error_messages={"required": _("Choose a role")})
    name = PersonForm.base_fields["name"]
    email = PersonForm.base_fields["email"]
    phone = PersonForm.base_fields["phone"]

    def __init__(self, *args: Any, levels: list[tuple[str, str]], roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, first, choices in (("level", gettext("Choose a level"), levels), ("role", gettext("Choose a role"), roles)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
            field.choices = [("", first), *choices]


class Contacts(Several):
    """One row after the other."""

    one = _("Row {number}")


ContactFormSet = formset_factory(
    ContactForm, Contacts, extra=0, min_num=1, max_num=MOST_CONTACTS, absolute_max=MOST_CONTACTS, validate_max=True, validate_min=True
)


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def agency_add(request: HttpRequest) -> HttpResponse:
    """The agency's details."""
    partnership, kept = _partnership(request), request.session.get(KEPT, {})
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=kept.get("details"), partnership=partnership)
    if request.method == "POST" and form.is_valid():
        _beside(_problems(request, partnership, form.cleaned_data, []), form, ())
        if not form.errors:
            request.session[KEPT] = {**kept, "details": form.cleaned_data}
            return redirect("agency-add-contacts")
    return render(request, "agencies/agency_add.html", {"form": form})


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def agency_add_contacts(request: HttpRequest) -> HttpResponse:
    """Its posts and who is in them, rows added and removed by buttons that keep what was typed."""
    partnership, kept = _partnership(request), request.session.get(KEPT, {})
    if "details" not in kept:
        return redirect("agency-add")
    choices = _choices(request, partnership)
    contacts, adding = kept.get("contacts", []), "add" in request.GET
    if request.method == "POST":
        formset = ContactFormSet(without_removed(request.POST, "contact", MOST_CONTACTS), prefix="contact", form_kwargs=choices)
        if formset.is_valid():
            given = [form.cleaned_data for form in formset.forms]
            _beside(_problems(request, partnership, kept["details"], given), None, formset.forms)
            if not any(form.errors for form in formset.forms):
                request.session[KEPT] = {**kept, "contacts": given}
                if "add" in request.POST or "remove" in request.POST:
                    return redirect(f"{reverse('agency-add-contacts')}{'?add=1' if 'add' in request.POST else ''}")
                return redirect("agency-add-check")
    else:
        adding = adding and 0 < len(contacts) < MOST_CONTACTS
        formset = ContactFormSet(initial=[*contacts, *([{}] if adding else [])], prefix="contact", form_kwargs=choices)
        if adding:
            formset.forms[-1].focus("level")
    return _contacts_page(request, formset, kept)


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def agency_add_check(request: HttpRequest) -> HttpResponse:
    """All of it once more; saved, it leads to the agency's page. What has become wrong meanwhile is listed, and nothing is stored."""
    partnership, kept = _partnership(request), request.session.get(KEPT, {})
    if not kept.get("contacts"):
        return redirect("agency-add-contacts")
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        new = NewAgency(kept["details"], kept["contacts"])
        try:
            added = add_agency(new, actor=user_of(request), partnership=partnership, now=wall_clock.exactly())
        except ImportRefused as refused:
            for problem in refused.problems:
                form.add_error(None, _said(problem, DetailsForm if problem.file == AGENCIES.name else ContactForm))
        else:
            del request.session[KEPT]
            messages.success(request, gettext("{agency} is in the directory. What is still missing is listed under Gaps.").format(agency=added.name))
            return redirect("agency", code=added.code)
    details = _rows(DetailsForm(partnership=partnership).fields, kept["details"], reverse("agency-add"))
    fields = ContactForm(**_choices(request, partnership)).fields
    contacts = [_rows(fields, one, reverse("agency-add-contacts")) for one in kept["contacts"]]
    context = {"details": details, "contacts": contacts, "form": form}
    return render(request, "agencies/agency_add_check.html", context, status=400 if form.errors else 200)


def _partnership(request: HttpRequest) -> Partnership:
    partnership_id = partnership_for(request)
    if not may_keep_directory(person_for(request), partnership_id):
        raise PermissionDenied(gettext("Only the business unit or an administrator adds an agency."))
    return get_object_or_404(Partnership, id=partnership_id)


def _choices(request: HttpRequest, partnership: Partnership) -> dict[str, list[tuple[str, str]]]:
    """The partnership's levels, and the roles of an agency that the person may give."""
    may = ceiling(person_for(request), partnership.id, partnership.id) & AGENCY_ROLES
    return {"levels": _levels(partnership), "roles": [(role.value, str(role.label)) for role in Role if role in may]}


def _levels(partnership: Partnership) -> list[tuple[str, str]]:
    return [(str(level.number), str(level)) for level in partnership.levels.all()]


def _problems(request: HttpRequest, partnership: Partnership, details: dict[str, str], contacts: list[dict[str, str]]) -> list[Problem]:
    return problems_of(NewAgency(details, contacts), actor=user_of(request), partnership=partnership, now=wall_clock.exactly())


def _beside(problems: Iterable[Problem], details: DetailsForm | None, contacts: Iterable[ContactForm]) -> None:
    """Each mistake beside its field; one of the details above the first contact, where those are not on the page."""
    rows = list(contacts)
    for problem in problems:
        form: Form = details or rows[problem.row - 1 if problem.file != AGENCIES.name else 0]
        name = FIELDS.get(problem.column, problem.column)
        here = name in form.fields and (problem.file == AGENCIES.name) == (form is details)
        form.add_error(name if here else None, _said(problem, DetailsForm if problem.file == AGENCIES.name else ContactForm))


def _said(problem: Problem, form: type[Form]) -> str:
    field = form.base_fields.get(FIELDS.get(problem.column, problem.column))
    return gettext("{field} {words}").format(field=field.label if field else problem.column, words=problem.words)


def _rows(fields: dict[str, forms.Field], given: dict[str, str], change: str) -> list[dict[str, str]]:
    """Keys and values of what was answered, as the check shows them."""
    rows = []
    for name in given:
        choices = dict(getattr(fields[name], "choices", ()))
        rows.append({"key": str(fields[name].label), "value": str(choices.get(given[name], given[name])), "change_url": change})
    return rows


def _contacts_page(request: HttpRequest, formset: "BaseFormSet[Any]", kept: dict[str, Any]) -> HttpResponse:
    count = len(formset.forms)
    context = {"formset": formset, "many": count > 1, "may_add": count < MOST_CONTACTS, "name": kept["details"]["name"]}
    return render(request, "agencies/agency_add_contacts.html", context)
