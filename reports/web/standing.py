"""The standing report's page: any period, for the subgroup's meeting and the business unit."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import Partnership
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from reports import charts, policy, services
from reports.exports import FORMATS
from reports.figures import Document
from reports.periods import period_between
from reports.rendering import context_of
from reports.web.views import data_file, partnership_for, strip

USUAL_DAYS = 91


class PeriodForm(Form):
    """The days that the meeting looks back on."""

    first_day = DatePartsField(label="From", subject="the first day", not_future=True)
    last_day = DatePartsField(label="To, that day included", subject="the last day")


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """The figures of the period that the address names, by default the last 13 weeks; nothing but the form where it cannot be."""
    partnership = partnership_for(request, policy.MEETING)
    usual = usual_days()
    form = PeriodForm(request.GET, initial=usual) if _asked(request) else PeriodForm(initial=usual)
    document = _document(partnership, form, usual)
    if document is not None and request.GET.get("as"):
        return data_file(request, partnership, document, request.GET["as"], f"standing-report-{'-to-'.join(document.days)}")
    figures = context_of(document, charts.NARROW) | {"headlines": strip(document)} if document is not None else {}
    query = request.GET.copy()
    query.pop("as", None)
    context = {"form": form, "partnership_slug": partnership.slug, "query": query.urlencode(), "formats": FORMATS.values()}
    return render(request, "reports/standing.html", context | figures)


def usual_days() -> dict[str, date]:
    """The last 13 weeks, as the form begins with them."""
    today = wall_clock.today()
    return {"first_day": today - timedelta(days=USUAL_DAYS - 1), "last_day": today}


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
