"""An earlier log from a file, on a page: checked first, then brought in; the same as `manage.py import_disputes`."""

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import NotAllowed
from agencies.models import Partnership
from agencies.web.access import partnership_for, person_for, refused, user_of
from agencies.web.forms import Form
from agencies.web.too_much import heavy
from agencies.words import figure
from escalation import general_policy
from escalation.services.earlier_log import BroughtIn, ImportRefused, bring_in_log

# Longer logs would keep a browser waiting: they come in by the command.
MOST_ROWS = 3_000
CHECKED = "earlier-log"


class LogForm(Form):
    """The file."""

    log = forms.FileField(
        label=_("The log, as a CSV file"),
        help_text=_("Save it from a spreadsheet as “CSV UTF-8”."),
        validators=[FileExtensionValidator(["csv"], _("Choose a CSV file: its name ends in .csv"))],
        error_messages={"required": _("Choose the CSV file"), "empty": _("The file is empty")},
    )


@heavy
@require_http_methods(["GET", "HEAD", "POST"])
def earlier_log(request: HttpRequest) -> HttpResponse:
    """Checks the file and says what would come in, or every mistake; brings in the file that was checked."""
    place = get_object_or_404(Partnership, pk=partnership_for(request))
    try:
        general_policy.require_log(person_for(request), place.pk)
    except NotAllowed as error:
        raise refused(error) from error
    form = LogForm(request.POST, request.FILES) if request.method == "POST" else LogForm()
    context: dict[str, Any] = {"form": form, "most": figure(MOST_ROWS), "done": None, "problems": []}
    if request.method == "POST" and form.is_valid():
        try:
            done = _read(request, form, place)
        except ImportRefused as error:
            context["problems"] = error.message.split("\n")
            count = len(error.problems)
            words = ngettext("Nothing was brought in: {n} mistake, listed below", "Nothing was brought in: {n} mistakes, listed below", count)
            form.add_error("log", words.format(n=figure(count)))
        else:
            if done is not None and not done.preview:
                messages.success(request, done.words)
                return redirect("board")
            context["done"] = done
    return render(request, "escalation/earlier_log.html", context)


def _read(request: HttpRequest, form: LogForm, place: Partnership) -> BroughtIn | None:
    """What the file brings in, or would. None, with a word beside the field, for a file that is not the one that was checked."""
    file = form.cleaned_data["log"]
    content = file.read()
    digest, brings = hashlib.sha256(content).hexdigest(), request.POST.get("act") == "bring"
    if brings and request.session.get(CHECKED) != digest:
        form.add_error("log", gettext("This is not the file that was checked last. Check it first."))
        return None
    done = bring_in_log(file.name or "", content, place, actor=user_of(request), now=wall_clock.now(), preview=not brings, most_rows=MOST_ROWS)
    request.session[CHECKED] = "" if brings else digest
    return done
