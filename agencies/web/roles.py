"""Somebody new, a change of role or post, and the end of a role: by whoever may give and take it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.models import Agency, Cover, Membership, Partnership, User
from agencies.people import ChangeChoices, change_choices, place_for, supervisors_in
from agencies.policy import may_grant
from agencies.roles import Role
from agencies.services.accounts import invite
from agencies.services.changes import change_member, why_not
from agencies.services.members import end_membership
from agencies.web.access import partnership_for, person_for, refused, refused_beside, user_of
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.people import today
from agencies.web.widgets import Checkboxes, Radios


class PersonForm(Form):
    """Who somebody is and what they are here."""

    name = forms.CharField(label=_("Full name"), max_length=120, error_messages={"required": _("Enter their full name")})
    email = forms.EmailField(
        label=_("Work e-mail address"),
        max_length=254,
        help_text=_("They sign in with it, and messages go to it."),
        error_messages={"required": _("Enter their work e-mail address"), "invalid": _("Enter an e-mail address, like name@example.org")},
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
    )
    phone = forms.CharField(label=_("Work phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}))
    role = forms.ChoiceField(label=_("Role"), widget=Radios(), error_messages={"required": _("Choose a role")})
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    supervisor = forms.ChoiceField(label=_("Own manager"), required=False, help_text=_("Who is asked first when they log a disagreement."))

    def __init__(self, *args: Any, roles: frozenset[Role], supervisors: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("role", [(role.value, str(role.label)) for role in Role if role in roles])
        self._offer("supervisor", [("", gettext("Nobody yet")), *((str(key), name) for key, name in supervisors)])
        if not supervisors:
            del self.fields["supervisor"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


def _covered(place: Agency | Partnership, **who: Any) -> set[UUID]:
    """The keys of cover that is kept for somebody in the place, today or to come."""
    whose = {f"person__{name}": value for name, value in who.items()}
    return {cover.pk for cover in Cover.objects.filter(**whose, ends__gte=today()) if place.pk in cover.kept}


def _say_taken_back(request: HttpRequest, user: User, place: Agency | Partnership, before: set[UUID]) -> None:
    """That cover ended with a role of the unit or the chair: whoever gave it knows whether somebody is to act for them in it."""
    if before - _covered(place, pk=user.pk):
        words = gettext(
            "Nobody covers for {user} in {place} any more: that was arranged before this role. Arrange it anew if somebody is to act in it."
        )
        messages.info(request, words.format(user=user.name, place=place.name))


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest, code: str = "") -> HttpResponse:
    """Adds somebody to an agency, or to the partnership where no agency is named."""
    found = place_for(person_for(request), partnership_for(request), code)
    if found is None:
        raise Http404
    place, roles = found
    supervisors = supervisors_in(place.id, today()) if isinstance(place, Agency) else []
    form = PersonForm(request.POST if request.method == "POST" else None, roles=roles, supervisors=supervisors)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        supervisor = User.objects.filter(id=given["supervisor"]).first() if given.get("supervisor") else None
        fields = {name: given[name] for name in ("email", "name", "phone", "job_title")}
        covered = _covered(place, email=given["email"].strip().lower())
        try:
            added = invite(actor=user_of(request), place=place, role=Role(given["role"]), supervisor=supervisor, now=wall_clock.exactly(), **fields)
        except DomainError as error:
            refused_beside(form, error)
        else:
            messages.success(
                request,
                gettext("{user} is now {role} of {place}.").format(user=added.user.name, role=added.get_role_display().lower(), place=place.name),
            )
            _say_taken_back(request, added.user, place, covered)
            return redirect("my-people")
    return render(request, "agencies/person_add.html", {"form": form, "place": place})


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Asks once more, then ends a role today. The last role in a place ends where the work is handed over: nothing may stay with nobody."""
    person = person_for(request)
    rows = Membership.objects.on(today()).filter(partnership_id__in=person.partnership_ids).select_related("user", "agency", "partnership")
    row = rows.filter(id=membership_id).first()
    if row is None or not may_grant(person, Role(row.role), partnership_id=row.partnership_id, agency_id=row.agency_id, to=row.user_id):
        raise Http404
    if not Membership.objects.on(today()).filter(user=row.user, agency=row.agency, partnership=row.partnership).exclude(id=row.id).exists():
        return redirect("leave", row.agency.code, row.user_id) if row.agency else redirect("leave-partnership", row.user_id)
    if request.method == "POST":
        try:
            end_membership(actor=user_of(request), membership=row, now=wall_clock.exactly())
        except DomainError as error:
            raise Http404 from refused(error)
        words = gettext("{user} is no longer {role} of {place}.")
        messages.success(request, words.format(user=row.user.name, role=row.get_role_display().lower(), place=row.agency or row.partnership))
        return redirect("my-people")
    return render(request, "agencies/role_end.html", {"row": row, "place": row.agency or row.partnership})


class ChangeForm(Form):
    """Somebody's role, title, own manager, posts and whom they deputise for. Only what there is to choose from is asked."""

    role = forms.ChoiceField(label=_("Role"), widget=Radios(), error_messages={"required": _("Choose a role")})
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    supervisor = forms.ChoiceField(label=_("Own manager"), required=False, help_text=_("Who is asked first when they log a disagreement."))
    posts = forms.MultipleChoiceField(label=_("Posts held"), required=False, widget=Checkboxes(small=True))
    deputy_for = forms.MultipleChoiceField(label=_("Deputy for"), required=False, widget=Checkboxes(small=True))

    def __init__(self, *args: Any, choices: ChangeChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "role": [(role.value, str(role.label)) for role in choices.roles],
            "supervisor": [("", gettext("Nobody")), *((str(key), name) for key, name in choices.supervisors)],
            "posts": [(str(key), name) for key, name in choices.posts],
            "deputy_for": [(str(key), name) for key, name in choices.posts],
        }
        for name, pairs in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
            field.choices = pairs
            if not [key for key, _ in pairs if key]:
                del self.fields[name]


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def role_change(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Changes one person's place. 403 with the reason for those who see the person but may not, 404 for everybody else."""
    person = person_for(request)
    rows = Membership.objects.on(today()).filter(partnership_id__in=person.partnership_ids).select_related("user", "agency", "partnership")
    row = rows.filter(id=membership_id).first()
    if row is None or (row.user_id != person.id and why_not(person, row) and row.agency_id not in person.agency_ids):
        raise Http404
    if refusal := why_not(person, row):
        raise PermissionDenied(str(refusal))
    choices = change_choices(person, row, today())
    form = ChangeForm(request.POST if request.method == "POST" else None, choices=choices, initial=choices.initial)
    place = row.agency or row.partnership
    covered = _covered(place, pk=row.user_id)
    if request.method == "POST" and form.is_valid() and _changed(request, form, row):
        messages.success(request, gettext("{user}: the changes count from now on.").format(user=row.user.name))
        _say_taken_back(request, row.user, place, covered)
        return redirect("my-people")
    return render(request, "agencies/role_change.html", {"form": form, "row": row, "place": place})


def _changed(request: HttpRequest, form: ChangeForm, row: Membership) -> bool:
    """Call the service. False where its refusal stands beside a field."""
    given = form.cleaned_data
    supervisor = User.objects.filter(id=given["supervisor"]).first() if given.get("supervisor") else None
    try:
        change_member(
            actor=user_of(request),
            membership=row,
            role=Role(given["role"]),
            job_title=given["job_title"],
            supervisor=supervisor,
            posts=[UUID(key) for key in given.get("posts", [])],
            deputy_for=[UUID(key) for key in given.get("deputy_for", [])],
            now=wall_clock.exactly(),
        )
    except DomainError as error:
        refused_beside(form, error)
        return False
    return True
