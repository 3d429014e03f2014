"""The directory from files, on a page: the same import as the command line's, by a person and up to their ceiling."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.models import Partnership
from agencies.policy import may_keep_directory
from agencies.services.directory_import import ImportRefused, import_files
from agencies.services.directory_import.columns import FILES, PARTNERSHIP
from agencies.services.directory_import.reading import decoded
from agencies.web.access import partnership_for, person_for, user_of
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy

MOST_FILES = len(FILES)
OFFERED = [file for file in FILES.values() if file is not PARTNERSHIP]


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files at once."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = list(data) if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class ImportForm(Form):
    """The files."""

    tables = FilesField(label=_("CSV files"), error_messages={"required": _("Choose one or more CSV files"), "empty": _("One of the files is empty")})


@heavy
@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def directory_import(request: HttpRequest) -> HttpResponse:
    """Takes the files, or shows every mistake in them. They give roles and posts: one confirms first who one is."""
    partnership_id = partnership_for(request)
    if not may_keep_directory(person_for(request), partnership_id):
        raise PermissionDenied(gettext("Only the business unit or an administrator imports the directory."))
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            texts = decoded((file.name or "", file.read()) for file in form.cleaned_data["tables"])
            partnership = Partnership.objects.get(id=partnership_id)
            done = import_files(texts, actor=user_of(request), partnership=partnership, now=wall_clock.exactly())
        except ImportRefused as refused:
            problems = refused.message.split("\n")
            mistakes = len(refused.problems)
            words = ngettext("Nothing was imported: {n} mistake, listed below", "Nothing was imported: {n} mistakes, listed below", mistakes)
            form.add_error("tables", words.format(n=mistakes))
        else:
            messages.success(request, gettext("Imported. {done}").format(done=done))
            # What a new day off would do to running dates is shown next, as where it is entered by hand.
            return redirect("redate" if done.adds_days_off else "directory")
    return render(request, "agencies/directory_import.html", {"form": form, "problems": problems, "files": OFFERED})
