"""The partnership's working-day calendar: looked at by everybody, kept by the business unit and administrators."""

from datetime import date, datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies import wall_clock
from agencies.day_list import calendar_page
from agencies.errors import DomainError
from agencies.models import Partnership
from agencies.policy import may_keep_directory, require
from agencies.services.calendar import NOT_YOURS, DayKind, add_day, is_past, remove_day
from agencies.web.access import partnership_for, person_for, refused, refused_beside, user_of
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.widgets import Radios
from agencies.words import day as in_words
from agencies.working_days import london

KINDS = (
    (DayKind.CLOSURE, _("The partnership’s own closure day")),
    (DayKind.HOLIDAY, _("A bank holiday that was announced late")),
    (DayKind.WORKS, _("A bank holiday on which we work after all")),
)
PAST = _("The day has passed: what ended before now stays as it is.")


class DayForm(Form):
    """A day, what it is, why and who ordered it."""

    day = DatePartsField(label=_("Which day?"), subject=_("the day"))
    kind = forms.ChoiceField(label=_("What it is"), widget=Radios(), choices=[(kind.value, words) for kind, words in KINDS])
    words = forms.CharField(label=_("Why"), max_length=120, help_text=_("As it appears in each working-out, such as “Training day”."))
    source = forms.CharField(label=_("Who ordered it"), max_length=120, required=False, help_text=_("Such as “Privy Council”, or a person’s name."))


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Shows the calendar, and enters a day; then what it would do to running dates is shown."""
    person, now = person_for(request), wall_clock.exactly()
    partnership = get_object_or_404(Partnership, id=partnership_for(request))
    keeps = may_keep_directory(person, partnership.id)
    form = DayForm(request.POST if request.method == "POST" else None)
    try:
        require(keeps or request.method != "POST", NOT_YOURS)
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            row = add_day(
                actor=user_of(request),
                partnership=partnership,
                kind=DayKind(given["kind"]),
                day=given["day"],
                words=given["words"],
                source=given["source"],
                now=now,
            )
            _say(request, gettext("{day} was entered."), row.day, now)
            return redirect("redate")
    except DomainError as error:
        refused_beside(form, error)
    context = {"form": form, "page": calendar_page(partnership, london(now).date()), "keeps": keeps, "partnership_row": partnership}
    return render(request, "agencies/calendar.html", context)


@require_POST
def day_remove(request: HttpRequest, day_id: UUID) -> HttpResponse:
    """Takes a day out that was entered by hand; then what that would do to running dates is shown."""
    partnership, now = get_object_or_404(Partnership, id=partnership_for(request)), wall_clock.exactly()
    try:
        day = remove_day(actor=user_of(request), partnership=partnership, row_id=day_id, now=now)
    except DomainError as error:
        raise refused(error) from error
    _say(request, gettext("{day} was taken out."), day, now)
    return redirect("redate")


def _say(request: HttpRequest, form: str, day: date, now: datetime) -> None:
    said = form.format(day=in_words(day, year=True))
    messages.success(request, f"{said} {PAST}" if is_past(day, now) else said)
