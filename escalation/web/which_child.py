"""Which child is meant, asked of those who keep records: by initials and birth, or by an agency's own reference."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.web.fields import DatePartsField
from agencies.web.widgets import FindText
from escalation.web.finding import FIND_AGENCY, Finds
from escalation.web.finding_agencies import some_of

# So many agencies are listed whole.
WHOLE = 100


class WhichChildForm(Finds):
    """Nothing of it ever stands in an address."""

    initials = forms.CharField(
        label=_("The child’s initials"), max_length=8, required=False, widget=forms.TextInput(attrs={"class": "govuk-input--width-5"})
    )
    born_on = DatePartsField(label=_("Date of birth"), subject=_("the date of birth"), not_future=True, required=False)
    agency = forms.ChoiceField(label=_("Or the agency that knows the child by a reference"), required=False)
    reference = forms.CharField(
        label=_("That agency’s reference for the child"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def offer(self, field: str, choices: Iterable[tuple[UUID | str, str]], listed: Iterable[tuple[UUID | str, str]] | None = None) -> None:
        """Whom or what a field of choices names, after the empty one; where they are very many the page lists these alone."""
        place = self.fields[field]
        place.choices = _after_none(choices)  # type: ignore[attr-defined]
        if listed is not None:
            place.widget.choices = _after_none(listed)

    def offer_agencies(self, agencies: Sequence[Agency]) -> None:
        """Which agencies may be named: all are listed, or of very many the chosen one and those looked for."""
        every, listed = [(row.pk, row.name) for row in agencies], None
        if len(agencies) > WHOLE:
            self.fields[FIND_AGENCY] = forms.CharField(
                label=gettext("To find an agency: part of its name"), max_length=100, required=False, widget=FindText(gettext("Find an agency"))
            )
            self.order_fields(["initials", "born_on", FIND_AGENCY])
            chosen, name = str(self["agency"].value() or ""), str(self[FIND_AGENCY].value() or "").strip()
            found, note = some_of(agencies, chosen={chosen}, name=name, kind=None)
            self.fields[FIND_AGENCY].widget.note = note
            listed = [(row.pk, row.name) for row in found]
        self.offer("agency", every, listed)

    def child(self) -> dict[str, Any]:
        """Who was named: initials, birth, the agency's key and its reference."""
        agency = self.cleaned_data["agency"]
        return {name: self.cleaned_data[name] for name in ("initials", "born_on", "reference")} | {"agency": UUID(agency) if agency else None}


def _after_none(choices: Iterable[tuple[UUID | str, str]]) -> list[tuple[str, str]]:
    return [("", gettext("Choose")), *((str(key), name) for key, name in choices)]
