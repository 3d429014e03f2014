"""The answer to a request for access: a ZIP with a page to read, a table and the same as data, without what was left out. It expires."""

import csv
import hashlib
import html
import io
import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agencies.errors import NotAllowed, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.services.record import record
from agencies.sheets import neutral
from escalation.models import AccessRequest
from escalation.services.keeping.access.asking import may_see_all
from escalation.services.keeping.access.items import pieces_of
from escalation.services.keeping.periods import PERIODS, kept_since, kept_until, lengths_of
from escalation.states import RecordClass

GONE = "The answer’s time is over: its file was erased. Open another request."
NOT_ALL = "Not everything in it is yours to see. Somebody else of the business unit answers this request."
LEFT_OUT = (
    "Some of what is kept was left out, or names of other people were removed, where giving it would tell of somebody else or the law keeps it. "
)
THEIRS = "What never left an agency, its private notes and files, and its own reference of a child, are that agency’s to give."
# The longest that an answer may take: a request without one by then is over, and what was opened for it is forgotten.
NEVER_MADE = PERIODS[RecordClass.BUNDLES].most
STYLE = "body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}h2{margin-top:2rem}pre{white-space:pre-wrap;font:inherit}"


def make(person: Person, row: AccessRequest, *, leave_out: Collection[str], without_names: Collection[str], now: datetime) -> int:
    """Make the file from what was chosen; gives how many pieces are in it. Made again it takes the first one's place, while that is not erased.

    Raises WrongState where its time is over, NotAllowed for somebody who may not see all that was opened.
    """
    if row.erased_at is not None:
        raise WrongState(GONE)
    if not may_see_all(person, row):
        raise NotAllowed(NOT_ALL)
    found = pieces_of(row, person, now=now)
    given = [(piece.section, *piece.given(without_names=piece.key in without_names)) for piece in found if piece.key not in leave_out]
    content = _zip(row, given, now, whole=len(given) == len(found) and not set(without_names))
    row.choices = {"left_out": sorted(set(leave_out) & {piece.key for piece in found}), "without_names": sorted(without_names)}
    row.made_at, row.made_by_id, row.checksum = now, person.id, hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        row.save(update_fields=["choices", "made_at", "made_by", "checksum"])
        words = f"The answer to a request for access was made: {len(given)} pieces, {len(found) - len(given)} left out."
        record(row.partnership_id, User.objects.get(pk=person.id), words, now=now)
        _write(path_of(row.pk), content)
    return len(given)


def expires_at(row: AccessRequest, lengths: Mapping[RecordClass, int]) -> datetime:
    """When it ends: so long after its file was made; of one that was never made, when no answer could be in time any more."""
    if row.made_at is None:
        return kept_until(RecordClass.BUNDLES, NEVER_MADE, row.asked_at)
    return kept_until(RecordClass.BUNDLES, lengths[RecordClass.BUNDLES], row.made_at)


def content_of(person: Person, row: AccessRequest, now: datetime) -> bytes:
    """The file, for whoever answers; that it was taken is on the directory's record.

    Raises WrongState before it is made or once it is over, NotAllowed for somebody who may not see all that was opened for it.
    """
    if row.made_at is None:
        raise WrongState("The answer is not made yet.")
    if not may_see_all(person, row):
        raise NotAllowed(NOT_ALL)
    path = path_of(row.pk)
    if row.erased_at is not None or now >= expires_at(row, lengths_of(row.partnership_id)) or not path.is_file():
        raise WrongState(GONE)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != row.checksum:
        raise WrongState("The file is not the one that was made. Make it again.")
    record(row.partnership_id, User.objects.get(pk=person.id), "The answer to a request for access was downloaded.", now=now)
    return content


def forget_bundles(partnership_id: UUID, since: datetime, now: datetime, *, about: UUID | None = None) -> int:
    """End the requests whose files were made before this instant, and those never made that no answer could be in time for; says how many.

    The file is erased, with what was chosen and which disagreements it was about. Where `about` is given only those in which this disagreement is.
    """
    unmade = Q(made_at=None, asked_at__lt=kept_since(RecordClass.BUNDLES, NEVER_MADE, now))
    rows = list(AccessRequest.objects.filter(unmade | Q(made_at__lt=since), partnership=partnership_id, erased_at=None))
    rows = [row for row in rows if about is None or str(about) in row.disputes]
    for row in rows:
        path_of(row.pk).unlink(missing_ok=True)
    return AccessRequest.objects.filter(pk__in=[row.pk for row in rows]).update(erased_at=now, choices={}, disputes=[])


def forget_reasons(partnership_id: UUID, since: datetime) -> int:
    """Erase why access was asked for, and how they were known, of requests that ended before this instant; says of how many."""
    rows = AccessRequest.objects.filter(partnership=partnership_id, erased_at__lt=since).exclude(reason="", identity="")
    return rows.update(reason="", identity="")


def path_of(key: UUID) -> Path:
    """Where the file is kept."""
    return Path(settings.VAR) / "bundles" / f"{key}.zip"


def _write(path: Path, content: bytes) -> None:
    """The whole file or none, for nobody else on the machine to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_bytes(content)
    beside.replace(path)


def _zip(row: AccessRequest, given: Sequence[tuple[str, str, str]], now: datetime, *, whole: bool) -> bytes:
    """`given` are section, heading and text of each piece."""
    note = THEIRS if whole else LEFT_OUT + THEIRS
    lines = [{"section": section, "what": head, "text": text} for section, head, text in given]
    about = {"partnership": row.partnership.name, "about": row.person.name if row.person else "a child", "made_at": now.isoformat(), "note": note}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("what-is-kept.html", _page(about, lines))
        archive.writestr("what-is-kept.csv", _table(lines))
        archive.writestr("what-is-kept.json", json.dumps(about | {"pieces": lines}, ensure_ascii=False, indent=1))
    return out.getvalue()


def _page(about: dict[str, str], lines: Sequence[dict[str, str]]) -> str:
    """A page without anything that is fetched."""
    parts, section = [], ""
    for line in lines:
        if line["section"] != section:
            section = line["section"]
            parts.append(f"<h2>{html.escape(section)}</h2>")
        parts.append(f"<h3>{html.escape(line['what'])}</h3><pre>{html.escape(line['text'])}</pre>")
    head = f"<h1>What is kept</h1><p>{html.escape(about['partnership'])}, {html.escape(about['made_at'])}. {html.escape(about['note'])}</p>"
    top = f'<html lang="en-GB"><head><meta charset="utf-8"><title>What is kept</title><style>{STYLE}</style></head>'
    return f"<!DOCTYPE html>{top}<body>{head}{''.join(parts)}</body></html>"


def _table(lines: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("Section", "What", "Text"))
    writer.writerows([neutral(line[key]) for key in ("section", "what", "text")] for line in lines)
    return out.getvalue()
