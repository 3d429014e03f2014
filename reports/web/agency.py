"""An agency's own pages: what it has open, its figures of a year, its scorecard and the check of them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput
from agencies.models import Agency
from agencies.web.access import edition_for, person_for, refused, user_of
from agencies.web.fields import Paragraphs
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from agencies.web.widgets import Radios
from escalation.selectors.board import where
from escalation.selectors.words import due_words
from escalation.web.lists import remember_list
from reports import agency_lists, charts, early, own, policy, quarterly, services
from reports.exports import FORMATS
from reports.figures import Document
from reports.periods import year_of
from reports.rendering import context_of, key_of, shown
from reports.said import worded
from reports.web.board_view import row_of
from reports.web.views import data_file, one_page, year_in

COLUMNS = [{"label": label} for label in (_("Disagreement"), _("Next due"), _("Whose turn"), _("Where"), _("Raised by"), _("With"))]


class CheckForm(Form):
    """Whether the figures are right."""

    is_right = forms.ChoiceField(
        label=_("Are these figures right?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        widget=Radios(inline=True),
        error_messages={"required": _("Choose whether the figures are right")},
    )
    note = Paragraphs(label=_("What is wrong?"), max_length=own.LONGEST, rows=3, required=False)
    sometimes_required = ("note",)


@require_safe
def my_agency(request: HttpRequest) -> HttpResponse:
    """What the agency has open: figures, each a link to its list, the list that the address names, and the last eight quarters."""
    agency, now, person = _agency(request), wall_clock.now(), person_for(request)
    chosen = request.GET.get("list", "overdue")
    if chosen not in agency_lists.BY_KEY:
        raise Http404
    seen = agency_lists.open_to(person, agency)
    rows, more = agency_lists.rows_of(chosen, seen, agency, now, edition=edition_for(request))
    trend = quarterly.own_trend(agency, quarterly.running_quarters(now), now, person)
    context = {
        "agency": agency,
        "figures": _figures(agency, agency_lists.counts(seen, agency, now, edition=edition_for(request))),
        "chosen": agency_lists.BY_KEY[chosen],
        "columns": COLUMNS,
        "rows": [_row(row) for row in rows],
        "more": more,
        "trend": shown(trend, charts.NARROW),
        "trend_key": key_of([trend]),
        "trend_words": quarterly.trend_words(trend),
        "trend_defined": worded(quarterly.OWN_TREND),
        "years": [year_of(now), year_of(now).before()],
        "keeps_records": policy.leads(person, agency),
        "returns": early.may_return(person, agency),
        "now": now,
    }
    remember_list(request)
    return render(request, "reports/my_agency.html", context)


def _row(row: agency_lists.OwnRow) -> dict[str, object]:
    dispute = row.dispute
    due = due_words(row.due, owed_by=row.owed_by)
    return row_of(dispute.reference, due, row.holder, where(dispute.stage), dispute.raising_agency.name, row.asked)


def _figures(agency: Agency, counts: dict[str, int]) -> list[dict[str, object]]:
    address = f"{reverse('my-agency')}?agency={agency.pk}"
    return [
        {"number": counts[each.key], "words": each.words, "url": f"{address}&list={each.key}#list", "tone": each.tone if counts[each.key] else ""}
        for each in agency_lists.LISTS
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def agency_year(request: HttpRequest, year: int) -> HttpResponse:
    """The agency's own report of a year, and what it says of its figures."""
    agency, chosen, person = _agency(request), year_in(year), person_for(request)
    form = CheckForm(request.POST) if request.method == "POST" else CheckForm()
    if form.is_bound and form.is_valid():
        is_right, note, seen = form.cleaned_data["is_right"] == "yes", form.cleaned_data["note"], request.POST.get("figures", "")
        try:
            own.check(
                agency=agency, year=chosen, person=person, by=user_of(request), is_right=is_right, note=note, figures=seen, now=wall_clock.now()
            )
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        except DomainError as error:
            raise refused(error) from error
        else:
            messages.success(request, gettext("What you said of the figures is kept. The business unit sees it before anything is published."))
            return redirect(f"{reverse('agency-year', args=[year])}?agency={agency.pk}")
    document, checked = _document(request, own.own_report, agency, year), own.checked(agency, chosen)
    context = context_of(document, charts.NARROW) | {
        "agency": agency,
        "form": form if own.may_check(person, agency) else None,
        "figures": own.figures_checksum(document),
        "checked": checked,
        "is_changed": own.is_changed(checked, agency, chosen, wall_clock.now()),
        "formats": FORMATS.values(),
    }
    return render(request, "reports/agency_year.html", context)


@heavy
@confirm_first
@require_safe
def agency_data(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The agency's own report as a data file."""
    agency = _agency(request)
    return data_file(request, agency.partnership, _document(request, own.own_report, agency, year), form, f"{agency.code}-{year}")


@heavy
@confirm_first
@require_safe
def scorecard(request: HttpRequest, year: int) -> HttpResponse:
    """The scorecard as one printed page."""
    agency = _agency(request)
    document = _document(request, own.scorecard, agency, year)
    services.note_taken(agency.partnership, user_of(request).pk, document, f"the scorecard of {agency.name} (PDF)", wall_clock.now())
    return one_page(request, document, f"{agency.code}-scorecard-{year}")


def _document(request: HttpRequest, made: own.Made, agency: Agency, year: int) -> Document:
    """The agency's document of the year. Raises Http404 for a year that has not begun."""
    try:
        return made(agency, year_in(year), wall_clock.now(), person_for(request))
    except InvalidInput as error:
        raise Http404(error.message) from error


def _agency(request: HttpRequest) -> Agency:
    """The agency that the address names, or the person's own. Raises Http404 for another's, PermissionDenied for somebody without a part in it."""
    key = request.POST.get("agency") or request.GET.get("agency", "")
    try:
        named = get_object_or_404(Agency.objects.select_related("partnership"), pk=UUID(key)) if key else None
        return own.agency_of(person_for(request), named)
    except ValueError as error:
        raise Http404 from error
    except DomainError as error:
        raise refused(error) from error
