"""How long things are kept: the list for review, the partnership's periods, and legal holds on everything about somebody."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.models import Agency, Partnership, User
from agencies.roles import Role
from agencies.web.access import partnership_for, person_for, refused_beside, user_of
from agencies.web.fields import WholeNumber
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.words import Words
from escalation import keeping_policy
from escalation.models import LegalHold
from escalation.selectors.keeping import due_for_review, holds_of
from escalation.services.keeping import holds
from escalation.services.keeping.accounts import accounts_going
from escalation.services.keeping.periods import PERIODS, YEAR, lengths_of, set_periods
from escalation.services.same_child import WHICH_CHILD
from escalation.states import Verb
from escalation.web.access import case_url, verb_url
from escalation.web.finding import FIND_AGENCY, FIND_PERSON, FindsPeople, before, finds
from escalation.web.verbs.keeping import why
from escalation.web.which_child import WhichChildForm

NOT_YOURS = _("Only the business unit sees this, safeguarding leads what never left their own agency, and who raised it what was kept from them.")


def unit_place(request: HttpRequest) -> UUID:
    """The person's partnership, for its business unit alone."""
    place = partnership_for(request)
    if not keeping_policy.keeps_records_of(person_for(request), place):
        raise PermissionDenied(gettext("Only the partnership’s business unit does this."))
    return place


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """What has had its time, for who decides of it: keep it longer with a reason, or anonymise it."""
    place, person = partnership_for(request), person_for(request)
    keeps_all = keeping_policy.keeps_records_of(person, place)
    rows, more = due_for_review(person, place, wall_clock.now())
    if not (rows or keeps_all or person.sits_as(place, Role.LEAD)):
        raise PermissionDenied(NOT_YOURS)
    lines = [
        {
            "row": row,
            "url": case_url(row.reference),
            "longer_url": verb_url(row.reference, Verb.KEEP_LONGER),
            "anonymise_url": "" if row.held else verb_url(row.reference, Verb.ANONYMISE),
        }
        for row in rows
    ]
    context = {"lines": lines, "more": more, "keeps_all": keeps_all, "accounts": accounts_going(place, timezone.now()) if keeps_all else []}
    return render(request, "escalation/keeping_review.html", context)


@dataclass(frozen=True, slots=True)
class Asked:
    """How one number is asked for: its label, and what is said of none or of what is no number."""

    label: Words
    missing: Words
    not_whole: Words


IN_YEARS = Asked(_("{records}, in years"), _("Enter a number of years"), _("Enter a whole number of years"))
IN_DAYS = Asked(_("{records}, in days"), _("Enter a number of days"), _("Enter a whole number of days"))


class PeriodsForm(Form):
    """One number for each sort of record, in years or days as the sort says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for record_class, period in PERIODS.items():
            said = IN_YEARS if period.unit == YEAR else IN_DAYS
            least, most = period.words(period.least), period.words(period.most)
            self.fields[record_class.value] = WholeNumber(
                label=said.label.format(records=record_class.label),
                min_value=period.least,
                max_value=period.most,
                help_text=gettext("From {start}: {ends}. From {least} to {most}.").format(
                    start=period.counts_from, ends=period.ends, least=period.least, most=most
                ),
                widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
                error_messages={
                    "required": said.missing,
                    "invalid": said.not_whole,
                    "min_value": gettext("Enter {least} or more").format(least=least),
                    "max_value": gettext("Enter {most} or fewer").format(most=most),
                },
            )


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: HttpRequest) -> HttpResponse:
    """How long this partnership keeps each sort of record."""
    place = Partnership.objects.get(pk=unit_place(request))
    known = {record_class.value: length for record_class, length in lengths_of(place.pk).items()}
    form = PeriodsForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        lengths = {record_class: form.cleaned_data[record_class.value] for record_class in PERIODS}
        changed = set_periods(actor=user_of(request), partnership=place, lengths=lengths, now=wall_clock.now())
        messages.success(request, " ".join([gettext("Saved."), *changed]) if changed else gettext("Nothing was changed."))
        return redirect("keeping-periods")
    defaults = [(record_class.label, period.words(period.default)) for record_class, period in PERIODS.items()]
    return render(request, "escalation/keeping_periods.html", {"form": form, "defaults": defaults}, status=400 if form.errors else 200)


class AboutForm(FindsPeople, WhichChildForm):
    """A child, or somebody who works or worked in the partnership."""

    user = forms.ChoiceField(label=_("Or somebody who works, or worked, in the partnership"), required=False)
    sometimes_required = {"initials", "born_on", "agency", "reference", "user", FIND_AGENCY, FIND_PERSON}
    # Beside hundreds of agencies fewer people are listed.
    most = 25

    def __init__(self, *args: Any, place: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__partnership=place).distinct().order_by("name").values_list("pk", "name", "email")
        self.offer_agencies(list(Agency.objects.filter(partnership=place).order_by("name")))
        everybody = [(str(key), f"{name}, {email}") for key, name, email in people]
        if len(everybody) > self.whole:
            self.look_for_people(gettext("To find somebody who works here: part of their name or address"))
            self.order_fields(["initials", "born_on", FIND_AGENCY, "agency", "reference", FIND_PERSON, "user"])
        self.offer("user", everybody, self.listed([("", everybody)], self["user"].value())[0][1])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        child = data.get("initials") or data.get("born_on") or data.get("reference")
        if child and data.get("user"):
            self.add_error("user", gettext("Choose a child or somebody who works here, not both"))
        elif not child and not data.get("user") and not self.errors:
            self.add_error("initials", WHICH_CHILD)
        return data


class HoldForm(AboutForm):
    """About whom, and why."""

    reason = why(_("Why must it be kept?"), holds.WHY, _("For example an inquiry or court proceedings. Only those who keep the records read it."))


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Place a hold on everything about a child or a person."""
    place = unit_place(request)
    form = HoldForm(request.POST if request.method == "POST" else None, place=place, initial=before(request))
    if request.method == "POST" and not finds(request, form) and form.is_valid():
        try:
            held = _place(request, place, form)
        except DomainError as error:
            refused_beside(form, error)
        else:
            messages.success(
                request, gettext("The hold is in force, also on what comes later. Nothing that it is on may be erased until it is lifted.")
            )
            _say_on_what(request, held)
            return redirect("holds")
    return render(request, "escalation/hold.html", {"form": form}, status=400 if form.errors else 200)


def _say_on_what(request: HttpRequest, held: LegalHold) -> None:
    """Of a child whose name may have been mistyped: on how much of what the person may know of it is, and nothing of the rest."""
    if held.person_id is not None:
        return
    if number := holds.known_under(person_for(request), held):
        messages.info(request, gettext("Of the disagreements that you may know of it is on {number}.").format(number=number))
    else:
        messages.warning(
            request, gettext("You may know of no disagreement about this child. Check what you entered, and lift the hold where that was wrong.")
        )


def _place(request: HttpRequest, place: UUID, form: HoldForm) -> LegalHold:
    person, given = person_for(request), form.cleaned_data
    said = {"partnership": place, "reason": given["reason"], "now": wall_clock.now()}
    if given["user"]:
        return holds.hold_person(person, user=User.objects.get(pk=given["user"]), **said)
    return holds.hold_child(person, **form.child(), **said)


@require_safe
def hold_list(request: HttpRequest) -> HttpResponse:
    """Every hold of the partnership of which the person may know, with why and by whom."""
    place = unit_place(request)
    lines = [
        {
            "hold": row,
            "on": _on(row),
            "case_url": case_url(row.dispute.reference) if row.dispute else "",
            "lift_url": verb_url(row.dispute.reference, Verb.LIFT_HOLD) if row.dispute and row.lifted_at is None else "",
        }
        for row in holds_of(person_for(request), place)
    ]
    return render(request, "escalation/holds.html", {"lines": lines})


def _on(row: LegalHold) -> str:
    if row.person is not None:
        return gettext("Everything that {name} had a part in").format(name=row.person.name)
    return row.dispute.reference if row.dispute else gettext("Everything about one child")


class LiftForm(Form):
    """Why the hold ends."""

    reason = why(_("Why need it not be kept any longer?"), holds.WHY_NOT)


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def hold_lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Lift a hold on everything about a child or a person. 404 for any that is not in force there."""
    unit_place(request)
    row = holds.hold_in_force(person_for(request), hold_id)
    if row is None:
        raise Http404
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            holds.lift(person_for(request), hold_id, reason=form.cleaned_data["reason"], now=wall_clock.now())
        except DomainError as error:
            refused_beside(form, error)
        else:
            messages.success(request, gettext("The hold is lifted. What it was on is kept for its period, as anything else is."))
            return redirect("holds")
    return render(request, "escalation/hold_lift.html", {"form": form, "hold": row, "on": _on(row)}, status=400 if form.errors else 200)
