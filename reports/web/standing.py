"""The standing report's page: any period, for the subgroup's meeting and the business unit."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import Partnership
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from reports import charts, policy, services
from reports.exports import FORMATS
from reports.figures import Document
from reports.periods import period_between, usual_days
from reports.rendering import context_of
from reports.web.views import data_file, partnership_for, strip


class PeriodForm(Form):
    """The days that the meeting looks back on."""

    first_day = DatePartsField(label=_("From"), subject=_("the first day"), not_future=True)
    last_day = DatePartsField(label=_("To, that day included"), subject=_("the last day"))


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """The figures of the period that the address names, by default the last 13 weeks; nothing but the form where it cannot be."""
    partnership = partnership_for(request, policy.MEETING)
    usual = usual_days(wall_clock.now())
    form = PeriodForm(request.GET, initial=usual) if _asked(request) else PeriodForm(initial=usual)
    document = _document(partnership, form, usual)
    figures = context_of(document, charts.NARROW) | {"headlines": strip(document)} if document is not None else {}
    context = {"form": form, "partnership_slug": partnership.slug, "query": request.GET.urlencode(), "formats": FORMATS.values()}
    return render(request, "reports/standing.html", context | figures)


@confirm_first
@require_safe
def standing_data(request: HttpRequest, form: str) -> HttpResponse:
    """The same period as a data file, kept on record as taken. Raises Http404 for a period that cannot be."""
    partnership, usual = partnership_for(request, policy.MEETING), usual_days(wall_clock.now())
    document = _document(partnership, PeriodForm(request.GET) if _asked(request) else PeriodForm(), usual)
    if document is None:
        raise Http404
    return data_file(request, partnership, document, form, f"standing-report-{'-to-'.join(document.days)}")


def _asked(request: HttpRequest) -> bool:
    return any(name.startswith(("first_day", "last_day")) for name in request.GET)


def _document(partnership: Partnership, form: PeriodForm, usual: dict[str, Any]) -> Document | None:
    """The document of the form's days, the usual ones where none were asked for; None, the error beside its field, where these cannot be."""
    if form.is_bound and not form.is_valid():
        return None
    days, now = (form.cleaned_data if form.is_bound else usual), wall_clock.now()
    try:
        return services.standing_figures(partnership, period_between(days["first_day"], days["last_day"], now), now)
    except InvalidInput as error:
        form.add_error(error.field, error.message)
        return None
