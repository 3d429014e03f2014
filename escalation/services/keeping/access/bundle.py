"""Making the answer to a request for access, of what was read and chosen, and giving it out until its time is over."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import Conflict, InvalidInput, NotAllowed, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.services.record import record
from escalation.engine.file_store import matches
from escalation.models import AccessRequest, Attachment, Reading
from escalation.services.keeping.access.archive import Given, write
from escalation.services.keeping.access.asking import may_see_all
from escalation.services.keeping.access.items import pieces_of
from escalation.services.keeping.access.pieces import Piece
from escalation.services.keeping.periods import PERIODS, kept_since, kept_until, lengths_of
from escalation.services.reading import FILE
from escalation.states import RecordClass

GONE = _("The answer’s time is over: its file was erased. Open another request.")
NOT_ALL = _("Not everything in it is yours to see. Somebody else of the business unit answers this request.")
CHANGED = _("Something changed since you opened this page. Read what is new, then make the answer.")
TOO_MUCH = _("The attached files that you chose are more than 500 MB together. Choose fewer, and give the others by another way.")
LEFT_OUT = _(
    "Some of what is kept was left out, or names of other people were removed, where giving it would tell of somebody else or the law keeps it."
)
THEIRS = _("What never left an agency, its private notes and own files, and its own reference of a child, are that agency’s to give.")
# The longest that an answer may take: a request without one by then is over, and what was opened for it is forgotten.
NEVER_MADE = PERIODS[RecordClass.BUNDLES].most
MOST_BYTES = 500_000_000
# No answer is written for longer: a part of one that is older was left behind by a process that died.
WRITTEN_WITHIN = timedelta(days=1)


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

    Raises WrongState where its time is over or an attached file is damaged, Conflict where the pieces are not those that were read, InvalidInput
    where the attached files are too many for one answer, and NotAllowed for somebody who may not see all that was opened. Each is asked again once
    it is written, which may take minutes: what was erased or taken from this person meanwhile is not given.
    """
    found = _as_read(person, row, chosen, now)
    kept = [piece for piece in found if piece.key not in chosen.leave_out]
    given = [_given(piece, chosen) for piece in kept]
    files = [each.file for each in given if each.file is not None]
    if sum(file.size for file in files) > MOST_BYTES:
        raise InvalidInput(TOO_MUCH, field="is_read")
    is_whole = len(given) == len(found) and not chosen.without_names and len(files) == sum(piece.file is not None for piece in found)
    path = path_of(row.pk)
    with _beside(path) as part:
        checksum = _written(part, row, given, now, is_whole=is_whole)
        with transaction.atomic():
            _as_read(person, AccessRequest.objects.select_for_update().get(pk=row.pk), chosen, now)
            row.made_at, row.made_by_id, row.checksum = now, person.id, checksum
            row.choices = {name: sorted(getattr(chosen, name)) for name in CHOICES}
            row.save(update_fields=["choices", "made_at", "made_by", "checksum"])
            words = f"The answer to a request for access was made: {len(given)} pieces, {len(files)} files, {len(found) - len(given)} left out."
            record(row.partnership_id, User.objects.get(pk=person.id), words, now=now)
            _note_files(person, row, files, now)
            part.replace(path)
    return len(given)


def _as_read(person: Person, row: AccessRequest, chosen: Chosen, now: datetime) -> list[Piece]:
    """The pieces, all of which were read as they stand. Raises as `make`."""
    if row.erased_at is not None:
        raise WrongState(GONE)
    if not may_see_all(person, row):
        raise NotAllowed(NOT_ALL)
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


def expires_at(row: AccessRequest, lengths: Mapping[RecordClass, int]) -> datetime:
    """When it ends: so long after its file was made; of one that was never made, when no answer could be in time any more."""
    if row.made_at is None:
        return kept_until(RecordClass.BUNDLES, NEVER_MADE, row.asked_at)
    return kept_until(RecordClass.BUNDLES, lengths[RecordClass.BUNDLES], row.made_at)


def content_of(person: Person, row: AccessRequest, now: datetime) -> BufferedReader:
    """The file at its beginning, for whoever answers, who closes it; that it was taken is on the directory's record.

    Raises WrongState before it is made or once it is over, NotAllowed for somebody who may not see all that was opened for it.
    """
    if row.made_at is None:
        raise WrongState(gettext("The answer is not made yet."))
    if not may_see_all(person, row):
        raise NotAllowed(NOT_ALL)
    path = path_of(row.pk)
    if row.erased_at is not None or now >= expires_at(row, lengths_of(row.partnership_id)) or not path.is_file():
        raise WrongState(GONE)
    content = path.open("rb")
    if not matches(content, row.checksum):
        content.close()
        raise WrongState(gettext("The file is not the one that was made. Make it again."))
    record(row.partnership_id, User.objects.get(pk=person.id), "The answer to a request for access was downloaded.", now=now)
    return content


def forget_bundles(partnership_id: UUID, since: datetime, now: datetime, *, about: UUID | None = None) -> int:
    """End the requests whose files were made before this instant, and those never made that no answer could be in time for; says how many.

    The file is erased, with what was chosen and which disagreements and child it was about. Where `about` is given all that were made about this
    disagreement, and no others. The rows are locked before, so that none is made meanwhile; the caller's transaction ends it.
    """
    unmade = Q(made_at=None, asked_at__lt=kept_since(RecordClass.BUNDLES, NEVER_MADE, now))
    over = (unmade | Q(made_at__lt=since)) if about is None else Q()
    rows = list(AccessRequest.objects.select_for_update().filter(over, partnership=partnership_id, erased_at=None).order_by("pk"))
    if about is not None:
        rows = [row for row in rows if row.made_at is not None and str(about) in row.disputes]
    for row in rows:
        path_of(row.pk).unlink(missing_ok=True)
    return AccessRequest.objects.filter(pk__in=[row.pk for row in rows]).update(erased_at=now, choices={}, disputes=[], children=[])


def forget_reasons(partnership_id: UUID, since: datetime) -> int:
    """Erase why access was asked for, and how they were known, of requests that ended before this instant; says of how many."""
    rows = AccessRequest.objects.filter(partnership=partnership_id, erased_at__lt=since).exclude(reason="", identity="")
    return rows.update(reason="", identity="")


def erase_strays(now: datetime) -> int:
    """Erase each file that belongs to no answer: its request is over, unanswered or gone, or whoever wrote it never ended. Says how many."""
    rows = AccessRequest.objects.filter(made_at__isnull=False, erased_at=None)
    made = set(rows.values_list("pk", flat=True))
    count = 0
    for path in _folder().glob("*.zip"):
        with suppress(ValueError), transaction.atomic():
            key = UUID(path.stem)
            # One that is being made is in its place before its row says so: whoever makes it holds the row.
            if key not in made and not _is_answered(key):
                path.unlink(missing_ok=True)
                count += 1
    for part in _folder().glob("*.part"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(part.stat().st_mtime, UTC) < now - WRITTEN_WITHIN:
                part.unlink()
                count += 1
    return count


def _is_answered(key: UUID) -> bool:
    """Is there an answer that is not over? Waits for whoever makes or ends it."""
    row = AccessRequest.objects.select_for_update().filter(pk=key).first()
    return row is not None and row.made_at is not None and row.erased_at is None


def path_of(key: UUID) -> Path:
    """Where the file is kept."""
    return _folder() / f"{key}.zip"


def _folder() -> Path:
    return Path(settings.VAR) / "bundles"


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A new file beside it, each time another, for nobody else on the machine to read: the whole answer takes the place or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


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
