"""The cover of the partnership's reports: chosen on one page, looked at and confirmed on the next."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput
from agencies.models import Partnership
from agencies.web.access import refused, user_of
from agencies.web.forms import Form
from agencies.web.too_much import heavy
from agencies.web.widgets import Radios
from reports import charts, covers
from reports.models import ReportCover
from reports.report_cover import LONGEST_ALTERNATIVE
from reports.web.views import partnership_for

NONE, KEEP, NEW = "none", "keep", "new"
MARKS = ((NONE, _("No mark: the partnership’s name alone")), (KEEP, _("The mark that is there now")), (NEW, _("A new mark, from the file below")))


class CoverForm(Form):
    """Colour, mark, and the words in the mark's place."""

    colour = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=20,
        help_text=_("As # and six figures or letters, such as #0d5257; your communications team knows it. Leave it empty for Concord’s own."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false", "autocomplete": "off"}),
    )
    mark = forms.ChoiceField(label=_("Mark"), choices=MARKS, widget=Radios)
    upload = forms.FileField(
        label=_("New mark"),
        required=False,
        allow_empty_file=True,
        help_text=_("A PNG or JPEG of up to 200 kB, its longer side 100 to 2,000 dots. It stands on white."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    alternative = forms.CharField(
        label=_("The mark in words"),
        required=False,
        max_length=LONGEST_ALTERNATIVE,
        help_text=_("Read aloud to people who cannot see it. For example, Logo of Northshire Safeguarding Children Partnership."),
    )

    def __init__(self, *args: Any, current: ReportCover | None, **kwargs: Any) -> None:
        has_mark = current is not None and bool(current.picture)
        kwargs["initial"] = {"mark": KEEP if has_mark else NONE}
        if current is not None:
            kwargs["initial"] |= {"colour": current.colour, "alternative": current.alternative}
        super().__init__(*args, **kwargs)
        if not has_mark:
            self.fields["mark"].choices = [each for each in MARKS if each[0] != KEEP]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new mark needs its file; a file that comes without that answer would be lost unseen."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("mark") == NEW and not data.get("upload"):
            self.add_error("upload", gettext("Choose the picture"))
        if data.get("mark") in {NONE, KEEP} and data.get("upload"):
            self.add_error("mark", gettext("You chose a picture: say that it is a new mark, or leave the picture out"))
        return data


@heavy
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest) -> HttpResponse:
    """How reports look now, and the form for another colour or mark; nothing changes before the next page."""
    partnership = partnership_for(request)
    current = covers.chosen_cover(partnership)
    form = CoverForm(request.POST, request.FILES, current=current) if request.method == "POST" else CoverForm(current=current)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        given = {"colour": data["colour"], "alternative": data["alternative"], "keep_mark": data["mark"] == KEEP}
        try:
            covers.choose(partnership=partnership, upload=data["upload"], by=user_of(request), now=wall_clock.now(), **given)
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        else:
            return _to("report-cover-check", partnership)
    shown = _preview(partnership, current or ReportCover())
    return render(request, "reports/cover.html", {"form": form, "preview": shown, "current": current, "partnership_slug": partnership.slug})


@require_http_methods(["GET", "HEAD", "POST"])
def cover_check(request: HttpRequest) -> HttpResponse:
    """The choice as it would look; confirmed or left."""
    partnership = partnership_for(request)
    if request.method == "POST":
        return _decided(request, partnership)
    row = covers.waiting_cover(partnership)
    if row is None:
        return _to("report-cover", partnership)
    ratio = covers.ratio_in_words(row.colour) if row.colour else ""
    context = {"cover": row, "ratio": ratio, "preview": _preview(partnership, row), "partnership_slug": partnership.slug}
    return render(request, "reports/cover_check.html", context)


def _decided(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    if request.POST.get("leave"):
        covers.leave(partnership)
        messages.info(request, gettext("The cover stays as it was."))
        return _to("report-cover", partnership)
    try:
        covers.confirm(partnership, _id(request.POST.get("cover", "")), by=user_of(request), now=wall_clock.now())
    except DomainError as error:
        messages.warning(request, refused(error).message)
        return _to("report-cover-check", partnership)
    messages.success(request, gettext("Reports that are made from now on have this cover. Those that were made keep theirs."))
    return _to("report-cover", partnership)


def _id(text: str) -> UUID:
    """The key that was sent; for what is none, one that names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _to(name: str, partnership: Partnership) -> HttpResponse:
    return redirect(f"{reverse(name)}?partnership={partnership.slug}")


def _preview(partnership: Partnership, row: ReportCover) -> dict[str, Any]:
    """What the small picture of a cover shows: colour, mark and name."""
    return {"colour": row.colour or charts.BRAND, "picture": row.picture, "name": partnership.name}
