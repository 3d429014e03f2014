"""Files, and words that must not stay in the record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.templatetags.ui import moment
from agencies.web.fields import Paragraphs
from agencies.web.widgets import Radios
from escalation import policy
from escalation.files.kinds import FileKind
from escalation.models import Event
from escalation.services.files.attaching import LONGEST_REASON, LONGEST_WORDS, files_to_end, lines_for_file
from escalation.services.files.intake import MEGABYTE, most_bytes
from escalation.states import Audience
from escalation.web.verbs.base import VerbForm, choice_of

ACCEPTED = ".pdf,.docx,.odt,.png,.jpg,.jpeg,.txt"
WHICH = _(
    "PDF, Word (.docx), OpenDocument (.odt), PNG, JPEG or plain text, up to {most} MB, without tracked changes or comments. "
    "It is checked; author, place and the like are taken out. Words that must not be read you take out yourself: what lies under a picture "
    "or a drawn shape goes along."
)


class UploadField(forms.FileField):
    """A file, judged by the service alone, so that every door says the same of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, error_messages={"required": _("Choose a file"), "missing": _("Choose a file")}, **kwargs)
        self.widget.attrs["accept"] = ACCEPTED


class WithUpload(VerbForm):
    """A form with a file."""

    upload = UploadField(label=_("File"))

    def prepare(self) -> None:
        self.fields["upload"].help_text = WHICH.format(most=most_bytes() // MEGABYTE)


class AttachForm(WithUpload):
    """A file, what it is, whom it is for, and the entry that it belongs to."""

    about = forms.CharField(label=_("What is it?"), required=False, max_length=LONGEST_WORDS, help_text=_("For example, minutes of 2 March."))
    audience = forms.ChoiceField(label=_("Who may see it?"), choices=Audience.choices, widget=Radios)
    line = forms.TypedChoiceField(label=_("Which entry of the record does it belong to?"), coerce=int, empty_value=None, required=False)

    def prepare(self) -> None:
        super().prepare()
        lines = lines_for_file(self.case, self.person)
        choice_of(self, "line").choices = [("", gettext("None of them")), *((str(line.number), _words(line, at)) for line, at in lines)]
        self.initial.setdefault("line", self.initial.get("number", ""))
        self.initial.setdefault("audience", Audience.READERS)
        if not lines:
            del self.fields["line"]
        if policy.side_of(self.person, self.case) is None:
            choice_of(self, "audience").choices = [(key, label) for key, label in Audience.choices if key != Audience.AGENCY]


def _words(line: Event, at: datetime) -> str:
    return gettext("{kind}, {moment} (entry {number})").format(kind=line.get_kind_display(), moment=moment(at), number=line.number)


class EndForm(VerbForm):
    """Which of the files that are this person's to take out, and why."""

    file = forms.ChoiceField(label=_("Which file?"), widget=Radios)
    reason = Paragraphs(
        label=_("Why?"), rows=3, max_length=LONGEST_REASON, help_text=_("It stays on the record: do not repeat what must not be seen.")
    )

    def prepare(self) -> None:
        super().prepare()
        choice_of(self, "file").choices = [(str(row.pk), _named(row)) for row in files_to_end(self.case, self.person)]

    def refusal(self) -> str:
        return "" if choice_of(self, "file").choices else gettext("There is no file here that you could replace or withdraw.")

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "file": UUID(data["file"])}


def _named(row: Any) -> str:  # noqa: ANN401 - a row of the files
    return f"{row.event.body.text.get('name', '')} ({gettext(FileKind(row.kind).words)}, {moment(row.added_at)})"


class ReplaceForm(EndForm, WithUpload):
    """Another version of a file."""

    field_order = ("file", "upload", "reason")
