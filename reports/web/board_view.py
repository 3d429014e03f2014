"""What somebody looks at on the business unit's board: a list, an agency, a stage, as the address says them."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Partnership
from agencies.selectors import partnership_with_agencies
from agencies.web.access import edition_for, person_for
from agencies.words import upper_first
from escalation.selectors.board import BY_KEY, Part
from escalation.services.unit_lists import BoardList
from escalation.web.access import case_url
from reports import policy
from reports.models import SavedFilter

PARTS = {
    Part.RAISED: gettext_lazy("Raised by {agency} and open"),
    Part.AWAITED: gettext_lazy("Response of {agency} awaited"),
    Part.LATE: gettext_lazy("Response of {agency} overdue"),
}

# What stands before a cell of a list where a telephone shows the row as a block: nothing before a moment and a stage, which say what they are.
ON_A_TELEPHONE = ("", gettext_lazy("Whose turn"), "", gettext_lazy("Raised by"), gettext_lazy("With"))


def row_of(reference: str, due: str, holder: str, place: str, raising: str, receiving: str) -> dict[str, object]:
    """A disagreement in a list of the board, or of an agency's own page, as components/data_table.html takes a row."""
    texts = (due, holder or _("Nobody"), place, raising, receiving)
    cells = [{"text": text, "label": label} for text, label in zip(texts, ON_A_TELEPHONE, strict=True)]
    return {"header": {"text": reference, "url": case_url(reference)}, "cells": cells}


@dataclass(frozen=True, slots=True)
class View:
    """A list of the board, of one agency, a part of the agency's, or one stage where these are given."""

    shown: BoardList
    agency: Agency | None
    stage: int | None
    part: Part | None = None

    @property
    def words(self) -> str:
        """As "Overdue now: Hillside School, stage 2"."""
        if self.part is not None and self.agency is not None:
            return PARTS[self.part].format(agency=self.agency.name)
        shown = upper_first(self.shown.words)
        if self.agency is None:
            return shown if self.stage is None else _("{list}, stage {stage}").format(list=shown, stage=self.stage)
        form = _("{list}: {agency}") if self.stage is None else _("{list}: {agency}, stage {stage}")
        return form.format(list=shown, agency=self.agency.name, stage=self.stage)

    @property
    def asked(self) -> dict[str, str]:
        """The parts of its address."""
        return _parts(self.shown.key, self.agency.pk if self.agency else None, self.stage)

    @property
    def query(self) -> str:
        """They, as an address carries them."""
        return urlencode(self.asked)


def boards_partnership(request: HttpRequest) -> Partnership:
    """The partnership, with its agencies, whose business unit this person is of, also where another seat of theirs comes first.

    Raises PermissionDenied for others.
    """
    own = policy.partnerships_of(person_for(request))
    if not own:
        raise PermissionDenied(_("The board is the business unit's."))
    return partnership_with_agencies(own[0], edition=edition_for(request))


def looked_at(given: QueryDict, partnership: Partnership) -> View:
    """What an address or a form names. Raises Http404 for no list, no stage, and an agency of another partnership."""
    shown = given.get("list", "overdue")
    if shown not in BY_KEY:
        raise Http404
    agency, stage, part = _agency(given.get("agency", ""), partnership), _stage(given.get("stage", "")), given.get("part", "")
    if part and (part not in list(Part) or agency is None or shown != "open"):
        raise Http404
    return View(BY_KEY[shown], agency, stage, Part(part) if part else None)


def _agency(key: str, partnership: Partnership) -> Agency | None:
    """Of those that came with the partnership."""
    if not key:
        return None
    found = next((agency for agency in partnership.agencies.all() if str(agency.pk) == key), None)
    if found is None:
        raise Http404
    return found


def _stage(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) == 1):
        raise Http404
    return int(text) if text else None


def address_of(saved: SavedFilter) -> str:
    """The board as the filter shows it; its name stands in no address."""
    return f"{reverse('board')}?{urlencode(_asked_by(saved))}#list"


def is_of(saved: SavedFilter, view: View) -> bool:
    """Is this what is looked at?"""
    return _asked_by(saved) == view.asked


def _asked_by(saved: SavedFilter) -> dict[str, str]:
    return _parts(saved.shown, saved.agency_id, saved.stage)


def _parts(shown: str, agency: UUID | None, stage: int | None) -> dict[str, str]:
    return {name: str(value) for name, value in (("list", shown), ("agency", agency), ("stage", stage)) if value is not None}
