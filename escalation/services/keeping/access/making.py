"""Making the answer to a request for access, of what was read and chosen."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import Conflict, InvalidInput, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.said import said
from agencies.services.record import record
from escalation.models import AccessRequest, Attachment, Reading
from escalation.services.keeping.access.archive import Given, write
from escalation.services.keeping.access.ending import GONE
from escalation.services.keeping.access.items import pieces_of
from escalation.services.keeping.access.known import check_known
from escalation.services.keeping.access.pieces import Piece
from escalation.services.keeping.access.place import beside, path_of
from escalation.services.reading import FILE

CHANGED = _("Something changed since you opened this page. Read what is new, then make the answer.")
TO_OPEN = _("Open it first.")
TOO_MUCH = _("The attached files that you chose are more than 500 MB together. Choose fewer, and give the others by another way.")
LEFT_OUT = _(
    "Some of what is kept was left out, or names of other people were removed, where giving it would tell of somebody else or the law keeps it."
)
THEIRS = _("What never left an agency, its private notes and own files, and its own reference of a child, are that agency’s to give.")
MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody decided: by `read`, the marks of the pieces that they saw; the rest are keys of pieces. What is in none of them is given."""

    read: frozenset[str]
    leave_out: frozenset[str] = frozenset()
    without_names: frozenset[str] = frozenset()
    with_files: frozenset[str] = frozenset()


CHOICES = tuple(each.name for each in fields(Chosen))


def make(person: Person, row: AccessRequest, chosen: Chosen, *, now: datetime) -> int:
    """Make the file from what was chosen; gives how many pieces are in it. Made again it takes the first one's place, while that is not erased.

    Raises WrongState where its time is over, nothing was opened yet or an attached file is damaged, Conflict where the pieces are not those that
    were read, InvalidInput where the attached files are too many for one answer, and NotFound for somebody who may not know of all of it. Each is
    asked again once it is written, which may take minutes: what was erased or taken from this person meanwhile is not given.
    """
    found = _as_read(person, row, chosen, now)
    kept = [piece for piece in found if piece.key not in chosen.leave_out]
    given = [_given(piece, chosen) for piece in kept]
    files = [each.file for each in given if each.file is not None]
    if sum(file.size for file in files) > MOST_BYTES:
        raise InvalidInput(TOO_MUCH, field="is_read")
    is_whole = len(given) == len(found) and not chosen.without_names and len(files) == sum(piece.file is not None for piece in found)
    path = path_of(row.pk)
    with beside(path) as part:
        checksum = _written(part, row, given, now, is_whole=is_whole)
        with transaction.atomic():
            _as_read(person, AccessRequest.objects.select_for_update().get(pk=row.pk), chosen, now)
            row.made_at, row.made_by_id, row.checksum = now, person.id, checksum
            row.choices = {name: sorted(getattr(chosen, name)) for name in CHOICES}
            row.save(update_fields=["choices", "made_at", "made_by", "checksum"])
            form = gettext_noop("The answer to a request for access was made: {pieces} pieces, {files} files, {left_out} left out.")
            words = said(form, pieces=len(given), files=len(files), left_out=len(found) - len(given))
            record(row.partnership_id, User.objects.get(pk=person.id), words, now=now)
            _note_files(person, row, files, now)
            part.replace(path)
    return len(given)


def _as_read(person: Person, row: AccessRequest, chosen: Chosen, now: datetime) -> list[Piece]:
    """The pieces, all of which were read as they stand. Raises as `make`."""
    check_known(person, row)
    if row.erased_at is not None:
        raise WrongState(GONE)
    if row.waits:
        raise WrongState(TO_OPEN)
    found = pieces_of(row, person, now=now)
    if {piece.mark for piece in found} != chosen.read:
        raise Conflict(CHANGED, field="is_read")
    return found


def _given(piece: Piece, chosen: Chosen) -> Given:
    head, text = piece.given(without_names=piece.key in chosen.without_names)
    return Given(piece.section, head, text, piece.file if piece.key in chosen.with_files else None)


def _note_files(person: Person, row: AccessRequest, files: Sequence[Attachment], now: datetime) -> None:
    """That a file was taken out is a reading of it, as at its own door."""
    looks = [
        Reading(dispute_id=file.dispute_id, reader_id=person.id, part=f"{FILE}: {file.event.number}", reason=row.reason, recorded_at=now)
        for file in files
    ]
    Reading.objects.bulk_create(looks)


def _written(part: Path, row: AccessRequest, given: Sequence[Given], now: datetime, *, is_whole: bool) -> str:
    """Writes the answer; gives its digest."""
    about = {
        "partnership": row.partnership.name,
        "about": row.person.name if row.person else gettext("a child"),
        "made_at": now.isoformat(),
        "note": str(THEIRS) if is_whole else f"{LEFT_OUT} {THEIRS}",
    }
    with part.open("r+b") as out:
        write(out, about, given)
        out.seek(0)
        return hashlib.file_digest(out, "sha256").hexdigest()
