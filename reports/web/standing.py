"""The standing report's page: any period, for the subgroup's meeting and the business unit."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import Partnership
from agencies.web.access import person_for, user_of
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from reports import charts, policy, selectors, services
from reports.exports import FORMATS
from reports.figures import Document
from reports.periods import Period, period_between, period_of, usual_days
from reports.rendering import context_of
from reports.subgroups import Subgroup, by_key
from reports.web.chapters import on_pages
from reports.web.views import data_file, listed, partnership_for, started


class PeriodForm(Form):
    """The days that the meeting looks back on, and the subgroup whose disagreements alone are counted; not asked where the record names none."""

    first_day = DatePartsField(label=_("From"), subject=_("the first day"), not_future=True)
    last_day = DatePartsField(label=_("To, that day included"), subject=_("the last day"))
    sometimes_required: ClassVar = ("subgroup",)

    def __init__(self, partnership: Partnership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subgroups = by_key(partnership)
        if self.subgroups or self.data.get("subgroup"):
            came = gettext("Those that came to {name}")
            listed = [("", gettext("All")), *((key, came.format(name=subgroup.name)) for key, subgroup in self.subgroups.items())]
            self.fields["subgroup"] = forms.ChoiceField(label=gettext("Which disagreements"), choices=listed, required=False)

    @property
    def chosen(self) -> Subgroup | None:
        """The subgroup; None for all."""
        return self.subgroups.get(self.cleaned_data.get("subgroup", "")) if self.is_bound else None


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """The figures of the period that the address names, by default the last 13 weeks; nothing but the form where it cannot be."""
    partnership = partnership_for(request, policy.MEETING)
    form = _form(request, partnership)
    return _page(request, partnership, form, _document(request, partnership, form))


@heavy
@require_POST
def standing_make(request: HttpRequest) -> HttpResponse:
    """Starts the making of the PDF of the period that the address names; a second click while it is being made changes nothing."""
    partnership, now = partnership_for(request, policy.MEETING), wall_clock.now()
    form = _form(request, partnership)
    period = _period(form)
    if period is None:
        return _page(request, partnership, form, None)
    report, is_new = services.ask_for_standing_report(
        partnership=partnership, period=period, asked_by=user_of(request), now=now, subgroup=form.chosen
    )
    if not is_new:
        messages.info(request, gettext("The standing report of {period} is being made already.").format(period=period.label))
    elif started(report):
        told = gettext("The standing report of {period} is being made. Reload this page in half a minute to see it.")
        messages.success(request, told.format(period=period.label))
    else:
        messages.warning(request, gettext(services.NO_WORKER))
    return redirect(f"{reverse('report-standing')}?{request.GET.urlencode()}#files")


@heavy
@confirm_first
@require_safe
def standing_data(request: HttpRequest, form: str) -> HttpResponse:
    """The same period as a data file, kept on record as taken. Raises Http404 for a period that cannot be."""
    partnership = partnership_for(request, policy.MEETING)
    asked = _form(request, partnership)
    document = _document(request, partnership, asked)
    if document is None:
        raise Http404
    return data_file(request, partnership, document, form, services.standing_name(period_of(0, document.days), document.subgroup))


def _page(request: HttpRequest, partnership: Partnership, form: PeriodForm, document: Document | None) -> HttpResponse:
    figures: dict[str, Any] = {}
    if document is not None:
        figures = context_of(document, charts.NARROW)
        figures |= on_pages(request, document, figures)
    context = {
        "form": form,
        "partnership_slug": partnership.slug,
        "query": request.GET.urlencode(),
        "formats": FORMATS.values(),
        "made": listed(selectors.made_standing(partnership), wall_clock.now(), with_year=True),
    }
    return render(request, "reports/standing.html", context | figures)


def _form(request: HttpRequest, partnership: Partnership) -> PeriodForm:
    """The form of the days and the subgroup in the address: the usual days where it names a subgroup alone, unbound where it names nothing."""
    usual = usual_days(wall_clock.now())
    if any(name.startswith(("first_day", "last_day")) for name in request.GET):
        return PeriodForm(partnership, request.GET, initial=usual)
    if "subgroup" not in request.GET:
        return PeriodForm(partnership, initial=usual)
    asked = request.GET.copy()
    for name, day in usual.items():
        for place, part in enumerate((day.day, day.month, day.year)):
            asked[f"{name}_{place}"] = str(part)
    return PeriodForm(partnership, asked, initial=usual)


def _period(form: PeriodForm) -> Period | None:
    """The form's days; None, the error beside its field, where these cannot be."""
    if form.is_bound and not form.is_valid():
        return None
    days: Mapping[str, Any] = form.cleaned_data if form.is_bound else form.initial
    try:
        return period_between(days["first_day"], days["last_day"], wall_clock.now())
    except InvalidInput as error:
        form.add_error(error.field, error.message)
        return None


def _document(request: HttpRequest, partnership: Partnership, form: PeriodForm) -> Document | None:
    period = _period(form)
    if period is None:
        return None
    return services.standing_figures(partnership, period, wall_clock.now(), form.chosen, reader=person_for(request))
