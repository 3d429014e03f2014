"""Issuing a public edition: what it means, then the act."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput
from agencies.models import Partnership
from agencies.web.access import user_of
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from reports import charts, own, publishing, selectors, services
from reports.figures import Edition
from reports.periods import POOLED, Pool, Year
from reports.readers import for_many
from reports.rendering import context_of
from reports.web.views import partnership_for, started, without_figures, year_address, years_in


@heavy
@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, year: int) -> HttpResponse:
    """What issuing the draft means; sent, the draft that was looked at is issued and its PDF begun."""
    is_sent = request.method == "POST"
    partnership, now, chosen = partnership_for(request), wall_clock.now(), years_in(year, request.POST if is_sent else request.GET)
    if is_sent:
        return _issued(request, partnership, chosen, now)
    try:
        draft = publishing.draft_of(partnership, chosen, now)
    except InvalidInput as error:
        return without_figures(request, partnership, chosen, error, now, is_to_issue=True)
    context = context_of(draft.document, charts.NARROW) | {
        "draft": draft,
        "years": POOLED if isinstance(chosen, Pool) else 1,
        "out_of_order": [each.label for each in publishing.left_behind(partnership, chosen, selectors.years(partnership, now, for_many))],
        "said": _said(partnership, chosen.years if isinstance(chosen, Pool) else (chosen,)),
        "back": year_address(chosen, Edition.PUBLIC, partnership),
        "partnership_slug": partnership.slug,
    }
    return render(request, "reports/issue.html", context)


def _said(partnership: Partnership, years: Sequence[Year]) -> list[tuple[str, int, int, str]]:
    """Of each year how many agencies say that a figure of theirs is wrong, how many have said nothing, and where that is read."""
    rows = []
    for year, said in zip(years, own.checked_in_years(partnership, years), strict=True):
        checks = [check for _agency, check in said]
        wrong = sum(check is not None and not check.is_right for check in checks)
        rows.append((year.label, wrong, checks.count(None), year_address(year, Edition.INTERNAL, partnership)))
    return rows


def _issued(request: HttpRequest, partnership: Partnership, chosen: Year | Pool, now: datetime) -> HttpResponse:
    back, user = year_address(chosen, Edition.PUBLIC, partnership), user_of(request)
    try:
        publishing.publish(partnership, chosen, seen=request.POST.get("seen", ""), by=user.pk, now=now)
    except DomainError as error:
        messages.warning(request, error.message)
        check = back.replace(reverse("report-year", args=[chosen.number]), reverse("report-issue", args=[chosen.number]))
        return redirect(back if isinstance(error, InvalidInput) else check)
    report, is_new = services.ask_for_report(partnership=partnership, year=chosen, edition=Edition.PUBLIC, asked_by=user, now=now)
    messages.success(request, _("The public edition of {year} is issued.").format(year=chosen.label))
    if is_new and not started(report):
        messages.warning(request, _(services.NO_WORKER))
    return redirect(f"{back}#files")
