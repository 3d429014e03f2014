"""Help, the working-days calculator, and the notices that every public service owes its users."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.calendars import calendar_of
from agencies.holidays import Nation
from agencies.models import Partnership
from agencies.web.access import own_partnership, person_for
from agencies.web.fields import MomentField
from agencies.web.forms import Form
from agencies.web.widgets import Radios
from agencies.working_days import Calendar, CalendarError
from escalation.clocks import Closing, Moment, Rule, StartRule, Unit, Within, WorkingOut, working_out
from escalation.procedures.spoken import SPOKEN
from escalation.selectors.logging import procedures_in_force
from escalation.web.glossary import explained
from escalation.web.guide import GUIDES

MOST_DAYS = 500


class WorkingDaysForm(Form):
    """From a moment, so many working days, by a procedure's rule."""

    start = MomentField(label=_("When does it start?"), subject=_("the date and time it starts"), help_text=_("For example, 3 4 2026 and 4:30pm"))
    days = forms.IntegerField(
        label=_("How many working days?"),
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many working days"),
            "invalid": _("Working days must be a whole number"),
            "min_value": _("Working days must be 1 or more"),
            "max_value": format_lazy(_("Working days must be {most} or fewer"), most=MOST_DAYS),
        },
    )
    rule = forms.ChoiceField(
        label=_("How does a start count?"),
        choices=[(StartRule.ROLL_FORWARD.value, _("To the same time of day")), (StartRule.PLAIN.value, _("To the end of the day"))],
        widget=Radios(
            hints={
                StartRule.ROLL_FORWARD.value: _("A start outside office hours counts from the next opening, as in Bristol"),
                StartRule.PLAIN.value: _("The day it starts is never counted, as in Bromley, Enfield and Buckinghamshire"),
            }
        ),
        initial=StartRule.ROLL_FORWARD.value,
    )


def _calendar(request: HttpRequest) -> Calendar:
    """The calendar of the person's partnership; of England and Wales for somebody without one."""
    key = person_for(request).partnership_id
    partnership = Partnership.objects.filter(pk=key).first() if key else None
    return calendar_of(partnership) if partnership else Calendar.of(Nation.ENGLAND_AND_WALES)


@require_safe
def working_days(request: HttpRequest) -> HttpResponse:
    """A due moment with its working-out, for anyone signed in."""
    form = WorkingDaysForm(request.GET) if "days" in request.GET else WorkingDaysForm()
    found = _worked_out(form, _calendar(request)) if form.is_bound and form.is_valid() else None
    return render(request, "escalation/working_days.html", {"form": form, "found": found})


def _worked_out(form: WorkingDaysForm, calendar: Calendar) -> WorkingOut | None:
    data: dict[str, Any] = form.cleaned_data
    plain = data["rule"] == StartRule.PLAIN
    rule = Rule(StartRule(data["rule"]), Closing.NONE if plain else Closing.OFFICE_HOURS, Moment.END_OF_DAY if plain else Moment.SAME_TIME)
    try:
        return working_out(data["start"], Within(data["days"], Unit.WORKING_DAY), rule, calendar, SPOKEN)
    except CalendarError as error:
        form.add_error("start", str(error))
        return None


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The guides, how it works, the clock rule, who sees what, and the words."""
    choices = procedures_in_force(person_for(request).partnership_id, wall_clock.today())
    shown = {"procedure": choices[0].definition if choices else None, "glossary": explained(), "guides": GUIDES}
    return render(request, "escalation/help.html", shown)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement; to somebody signed in it says how their partnership's office is reached."""
    return render(request, "escalation/accessibility.html", {"office": own_partnership(request) if request.user.is_authenticated else None})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, and for how long."""
    return render(request, "escalation/privacy.html")
