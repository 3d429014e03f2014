"""The audits' pages: draw a sample, look through its records, see what was found, and take it out as PDF or as a data file."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput
from agencies.web.access import person_for, refused, user_of
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from agencies.web.widgets import Radios
from reports import audits, policy, services
from reports.audit_report import audit_report
from reports.exports import FORMATS
from reports.models import AuditAnswer, AuditQuestion, AuditSample
from reports.periods import period_between, usual_days
from reports.web.views import data_file, one_page, partnership_for


class DrawForm(Form):
    """From when, how many, and where an earlier draw is to be checked, its number."""

    first_day = DatePartsField(label=_("Raised from"), subject=_("the first day"), not_future=True)
    last_day = DatePartsField(label=_("To, that day included"), subject=_("the last day"))
    size = forms.IntegerField(
        label=_("How many records?"),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"required": _("Enter how many records"), "invalid": _("The number of records must be a whole number")},
    )
    earlier_draw = forms.IntegerField(
        label=_("The number of an earlier draw"),
        help_text=_(
            "It stands on the sample’s page and draws the same records again, from the same days, while they can be. Empty, the draw is by chance."
        ),
        min_value=0,
        max_value=2_147_483_647,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
        error_messages={
            "invalid": _("The number of an earlier draw must be a whole number"),
            "min_value": _("The number of an earlier draw must be a whole number"),
            "max_value": _("No draw has a number as large as that"),
        },
    )


class CheckForm(Form):
    """Each question of the audit about one record."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for question in AuditQuestion:
            self.fields[question.value] = forms.ChoiceField(
                label=question.label, choices=AuditAnswer.choices, widget=Radios(inline=True), error_messages={"required": _("Choose an answer")}
            )


@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """The samples drawn so far, and the form to draw one."""
    partnership = partnership_for(request, policy.AUDITORS)
    form = DrawForm(request.POST) if request.method == "POST" else DrawForm(initial=usual_days(wall_clock.now()) | {"size": 10})
    if form.is_bound and form.is_valid():
        data, now = form.cleaned_data, wall_clock.now()
        try:
            period = period_between(data["first_day"], data["last_day"], now)
            seed = None if data["earlier_draw"] is None else audits.drawn_with(partnership, period, data["earlier_draw"])
            sample = audits.draw(partnership=partnership, period=period, size=data["size"], drawn_by=user_of(request), now=now, seed=seed)
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        else:
            return redirect("audit", sample.pk)
    drawn = audits.samples(partnership, person_for(request))
    return render(request, "reports/audits.html", {"form": form, "samples": drawn, "partnership_slug": partnership.slug})


@require_safe
def sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One sample: those of its records that the person may know of, and what was found of them."""
    row = _sample(request, sample_id)
    records = audits.records_of(row, person_for(request))
    context = {"sample": row, "records": records, "findings": audits.findings(records), "done": sum(1 for r in records if r.checked_at)}
    return render(request, "reports/audit.html", context | {"formats": FORMATS.values()})


@heavy
@confirm_first
@require_safe
def audit_data(request: HttpRequest, sample_id: UUID, form: str) -> HttpResponse:
    """The same records and findings as PDF or as a data file, kept on record as taken."""
    row, now = _sample(request, sample_id), wall_clock.now()
    document = audit_report(row, audits.records_of(row, person_for(request)), now)
    name = f"audit-{row.first_day}-to-{row.last_day}"
    if form == "pdf":
        services.note_taken(row.partnership, user_of(request).pk, document, "an audit (PDF)", now)
        return one_page(request, document, f"{row.partnership.slug}-{name}")
    return data_file(request, row.partnership, document, form, name)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One record's questions; 404 for one of which the person may not know."""
    record = get_object_or_404(audits.seen_by(person_for(request)).select_related("sample__drawn_by", "sample__partnership", "dispute"), pk=record_id)
    sample = _allowed(request, record.sample)
    form = CheckForm(request.POST) if request.method == "POST" else CheckForm(initial=record.answers)
    if form.is_bound and form.is_valid():
        audits.check(record, form.cleaned_data, checked_by=user_of(request), now=wall_clock.now())
        return redirect(f"{reverse('audit', args=[sample.pk])}#records")
    return render(request, "reports/audit_check.html", {"form": form, "sample": sample, "record": record})


def _sample(request: HttpRequest, sample_id: UUID) -> AuditSample:
    """The sample. Raises Http404 for one of another partnership, PermissionDenied for somebody who audits nothing here."""
    try:
        return audits.sample_of(person_for(request), sample_id)
    except DomainError as error:
        raise refused(error) from error


def _allowed(request: HttpRequest, row: AuditSample) -> AuditSample:
    """The sample itself. Raises as `_sample` does; asks the database nothing more, so that one of another partnership takes no longer than none."""
    try:
        policy.require(person_for(request), row.partnership_id, policy.AUDITORS)
    except DomainError as error:
        raise refused(error) from error
    return row
