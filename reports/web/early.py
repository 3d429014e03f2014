"""Quarterly returns of early-stage matters settled outside the system."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput
from agencies.finding import fitting
from agencies.models import Agency, Partnership
from agencies.web.access import partnership_for, person_for, refused, user_of
from agencies.web.forms import Form
from agencies.web.long_list import a_page_of, look_for, looked_for, looks
from reports import early, quarterly
from reports.models import EarlyReturn
from reports.said import shown


class ReturnForm(Form):
    """Whose count, of which quarter, and how many."""

    agency = forms.ChoiceField(label=_("Agency"), widget=forms.Select)
    quarter = forms.ChoiceField(label=_("Quarter"), widget=forms.Select)
    matters = forms.IntegerField(
        label=_("How many early-stage matters were settled with another agency outside the system?"),
        help_text=_("Enter 0 if there were none."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"required": _("Enter how many, 0 for none"), "invalid": _("The number must be a whole number, 0 for none")},
    )

    def __init__(self, *args: object, agencies: list[Agency], offered: Sequence[Agency], quarters: list[tuple[str, str]], **kwargs: object) -> None:
        """`offered` are those of the agencies that stand on the page, where they are very many; whichever was chosen stays among them."""
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        field.choices = [(str(agency.pk), agency.name) for agency in agencies]  # type: ignore[attr-defined]
        chosen = [agency for agency in agencies if agency not in offered and str(agency.pk) == self["agency"].value()]
        field.widget.choices = [(str(agency.pk), agency.name) for agency in (*chosen, *offered)]
        self.fields["quarter"].choices = quarters  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: HttpRequest) -> HttpResponse:
    """What was returned for the last quarters, and the form for another return; of very many agencies a page of them, or those of a name."""
    if looks(request):
        return look_for(request)
    partnership, now = get_object_or_404(Partnership, pk=partnership_for(request)), wall_clock.now()
    agencies = early.returning(person_for(request), partnership)
    if not agencies:
        raise PermissionDenied(gettext("Returns are given by an agency's safeguarding lead, its board member or the business unit."))
    listed = a_page_of(request, fitting(agencies, name=looked_for(request)[0]), every=len(agencies))
    quarters = [(early.first_day(each).isoformat(), shown(quarterly.name_of(each))) for each in early.quarters_to_return(now)]
    form = ReturnForm(request.POST or None, agencies=agencies, offered=listed.rows, quarters=quarters)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        agency = next(each for each in agencies if each.pk == UUID(data["agency"]))
        try:
            quarter = date.fromisoformat(data["quarter"])
            early.give(person=person_for(request), by=user_of(request), agency=agency, quarter=quarter, matters=data["matters"], now=now)
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        except DomainError as error:
            raise refused(error) from error
        else:
            messages.success(request, gettext("The return is kept."))
            return redirect("early-returns")
    names = [words for _day, words in quarters]
    rows = [(agency, list(zip(names, given, strict=True)), _last(given)) for agency, given in early.returned(listed.rows, now)]
    return render(request, "reports/early.html", {"form": form, "quarters": names, "rows": rows, "listed": listed})


def _last(given: Iterable[EarlyReturn | None]) -> EarlyReturn | None:
    return max((row for row in given if row is not None), key=lambda row: row.returned_at, default=None)
