"""The register of who processed what: a page of sums, and every line as a data file."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.models import Agency, Partnership
from agencies.web.access import partnership_for, person_for, user_of
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from agencies.working_days import london
from escalation import keeping_policy
from reports import policy, processing
from reports.periods import Period

COLUMNS = [
    {"label": _("Who")},
    {"label": _("Agency")},
    *({"label": label, "numeric": True} for label in (_("Recorded"), _("Looked"), _("Disagreements"))),
    {"label": _("Last")},
]


class RegisterForm(Form):
    """Whose doings, and from when to when."""

    agency = forms.ChoiceField(label=_("Whose people"), required=False)
    first = DatePartsField(label=_("First day"), subject=_("the first day"), not_future=True)
    last = DatePartsField(label=_("Last day"), subject=_("the last day"), not_future=True)
    sometimes_required = ("agency",)

    def __init__(self, *args: Any, agencies: list[Agency], everybody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = [("", gettext("Everybody"))] if everybody else []
        self.fields["agency"].choices = [*first, *((str(row.pk), row.name) for row in agencies)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", gettext("The last day must not be before the first"))
        return data


def _asked(request: HttpRequest) -> tuple[RegisterForm, Partnership, Agency | None, Period | None]:
    """The form, and what it asks for where it does: by default the month so far."""
    partnership = get_object_or_404(Partnership, pk=partnership_for(request))
    person = person_for(request)
    agencies = policy.agencies_for(person, partnership)
    if agencies is None:
        raise PermissionDenied(gettext("The register is for the business unit, and for safeguarding leads of their own agency’s people."))
    today, everybody = wall_clock.today(), keeping_policy.keeps_records_of(person, partnership.pk)
    first = today.replace(day=1)
    given = request.GET if "first_0" in request.GET else _parts(first, today, "" if everybody else str(agencies[0].pk))
    form = RegisterForm(given, agencies=agencies, everybody=everybody)
    if not form.is_valid():
        return form, partnership, None, None
    chosen = form.cleaned_data["agency"] or ("" if everybody else str(agencies[0].pk))
    agency = next((row for row in agencies if str(row.pk) == chosen), None)
    return form, partnership, agency, Period(form.cleaned_data["first"], form.cleaned_data["last"])


def _parts(first: date, last: date, agency: str) -> dict[str, str]:
    parts = {f"{name}_{i}": str(part) for name, day in (("first", first), ("last", last)) for i, part in enumerate((day.day, day.month, day.year))}
    return {"agency": agency, **parts}


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """One line for each person, and the way to every line."""
    form, partnership, agency, period = _asked(request)
    rows, more, query = [], False, ""
    if period is not None:
        found = processing.summed(person_for(request), partnership, agency, period)
        rows = [{"header": {"text": row.who}, "cells": _cells(row)} for row in found]
        more = sum(row.recorded + row.looked for row in found) > processing.MOST
        query = urlencode(_parts(form.cleaned_data["first"], form.cleaned_data["last"], str(agency.pk) if agency else ""))
    context = {"form": form, "columns": COLUMNS, "rows": rows, "more": more, "query": query, "agency": agency, "period": period}
    return render(request, "reports/processing.html", context, status=200 if period else 400)


def _cells(row: processing.Doings) -> list[dict[str, Any]]:
    numbers = [{"text": number, "numeric": True} for number in (row.recorded, row.looked, len(row.disagreements))]
    return [{"text": row.agency}, *numbers, {"text": f"{london(row.last):%d.%m.%Y}"}]


@heavy
@confirm_first
@require_safe
def register_data(request: HttpRequest) -> HttpResponse:
    """Every line as CSV; that it was taken is kept on record."""
    form, partnership, agency, period = _asked(request)
    if period is None:
        return render(request, "reports/processing.html", {"form": form, "columns": COLUMNS, "rows": []}, status=400)
    content = processing.as_csv(processing.steps(person_for(request), partnership, agency, period))
    processing.note_taken(partnership, user_of(request).pk, agency, period, wall_clock.now())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="who-processed-what.csv"'
    return response
