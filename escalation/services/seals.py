"""Sealing the record: each partnership's periodic signature over what was written since its last seal.

A seal covers the heads of the disagreements whose record grew (the last line's number and digest, which through the chain stands for every
line before it) and each new line of the read ledger. It is a Merkle root over these leaves, chained to the seal before with the record's
key, kept in the database and in a file beside it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from agencies.keys import new_key
from agencies.models import Partnership
from escalation.engine.chain import canonical, instant, keyed
from escalation.models import Dispute, Event, Heartbeat, Reading, Seal, SealedHead
from escalation.services import seal_files
from escalation.states import Job

NOWHERE = UUID(int=0)
MOST_LEAVES = 5_000
# A transaction that began this long before a pass may still add keys older than the pass; so may a clock that was set back.
MARGIN = timedelta(hours=6)
# In a heartbeat's words: a pass that sealed and has not finished, or died.
UNFINISHED = " unfinished"


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """One thing that a seal covers: a disagreement's head, or (number 0) one line of the read ledger."""

    key: UUID
    number: int
    digest: str


def seal_partnerships(now: datetime | None = None, *, everything: bool = False) -> int:
    """Seal every partnership whose record or read ledger grew since its last seal; returns how many seals were written.

    Nothing is written where nothing changed. Two at once are harmless: one seal at a time a partnership. `everything` compares all
    disagreements ever, not only those with lines since the last pass. Raises OSError where the seals' folder cannot be written; what the
    database has and the file lacks is appended by the next pass.
    """
    moment = now or timezone.now()
    began = new_key()
    last = Heartbeat.objects.filter(name=Job.SEALED_UP_TO).values_list("words", flat=True).first() or ""
    floor = NOWHERE if everything else _floor(last)
    changed = _changed(floor)
    if changed:
        _note(Job.SEALED_UP_TO, (last.removesuffix(UNFINISHED) or str(NOWHERE)) + UNFINISHED)
    if everything or last.endswith(UNFINISHED):
        _complete_files()
    written = sum(
        _seal(partnership, floor, moment + partnership.ahead) for partnership in Partnership.objects.filter(pk__in=changed).order_by("slug")
    )
    _note(Job.SEALED_UP_TO, str(began))
    _note(Job.SEAL, f"{written} seal{'' if written == 1 else 's'} written")
    return written


def _note(job: Job, words: str) -> None:
    Heartbeat.objects.update_or_create(name=job, defaults={"finished_at": timezone.now(), "words": words})


def _floor(last: str) -> UUID:
    """The smallest key that a line written since the last finished pass can have: keys begin with the millisecond they were made in."""
    mark = last.removesuffix(UNFINISHED)
    if not mark:
        return NOWHERE
    stamp = (UUID(mark).int >> 80) - int(MARGIN.total_seconds() * 1000)
    return UUID(int=max(stamp, 0) << 80)


def _grown(floor: UUID) -> QuerySet[Dispute]:
    """Disagreements whose head no seal covers yet."""
    covered = SealedHead.objects.filter(dispute_key=OuterRef("pk"), number__gte=OuterRef("head_number"))
    grown = Dispute.objects.filter(~Exists(covered), head_number__gt=0)
    return grown if floor == NOWHERE else grown.filter(pk__in=Event.objects.filter(pk__gte=floor).values("dispute_id"))


def _read_since(floor: UUID) -> QuerySet[Reading]:
    """Lines of the read ledger that no seal covers yet."""
    return Reading.objects.filter(~Exists(SealedHead.objects.filter(dispute_key=OuterRef("pk"))), pk__gte=floor)


def _changed(floor: UUID) -> set[UUID]:
    grown = _grown(floor).order_by().values_list("partnership_id", flat=True).distinct()
    return {*grown, *_read_since(floor).order_by().values_list("dispute__partnership_id", flat=True).distinct()}


def _seal(partnership: Partnership, floor: UUID, now: datetime) -> int:
    """Seals until nothing is left, the file held all the while; returns how many."""
    written = 0
    with seal_files.held(partnership.slug) as file:
        while _seal_once(partnership, floor, now, after=seal_files.last_number(file)):
            written += 1
            _append_missing(file, partnership)
    return written


def _seal_once(partnership: Partnership, floor: UUID, now: datetime, *, after: int) -> bool:
    with transaction.atomic():
        # NO KEY: logging a disagreement refers to this row, and must not wait for a seal.
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        leaves = _leaves(partnership, floor)
        if leaves:
            _write(partnership, leaves, now, after=after)
    return bool(leaves)


def _leaves(partnership: Partnership, floor: UUID) -> list[Leaf]:
    heads = _grown(floor).filter(partnership=partnership).order_by("pk").values_list("pk", "head_number", "head_digest")
    leaves = [Leaf(*row) for row in heads[:MOST_LEAVES]]
    read = _read_since(floor).filter(dispute__partnership=partnership).order_by("pk")
    return sorted([*leaves, *(Leaf(reading.pk, 0, reading_digest(reading)) for reading in read[: MOST_LEAVES - len(leaves)])])


def _write(partnership: Partnership, leaves: Sequence[Leaf], now: datetime, *, after: int) -> None:
    """One seal. Where the file is ahead of the database (an older backup was restored) the numbers go on after the file's: the gap stays visible."""
    last = Seal.objects.filter(partnership=partnership).order_by("-number").first()
    seal = Seal(
        partnership=partnership,
        number=max(last.number if last else 0, after) + 1,
        heads=len(leaves),
        root=merkle_root(leaves),
        previous=last.digest if last else "",
        recorded_at=now,
    )
    seal.digest = seal_digest(seal)
    seal.save(force_insert=True)
    rows = (SealedHead(seal=seal, dispute_key=leaf.key, number=leaf.number, digest=leaf.digest, recorded_at=now) for leaf in leaves)
    SealedHead.objects.bulk_create(rows, batch_size=500)


def _append_missing(file: IO[bytes], partnership: Partnership) -> None:
    missing = Seal.objects.filter(partnership=partnership, number__gt=seal_files.last_number(file)).order_by("number")
    seal_files.append(file, partnership.slug, list(missing))


def _complete_files() -> None:
    """After a pass that died between the database and the file."""
    for partnership in Partnership.objects.filter(pk__in=Seal.objects.values("partnership")).order_by("slug"):
        with seal_files.held(partnership.slug) as file:
            _append_missing(file, partnership)


def merkle_root(leaves: Sequence[Leaf]) -> str:
    """The root of a binary hash tree over the leaves in the order of their keys (SHA-256, leaves and nodes told apart as in RFC 6962)."""
    row = [hashlib.sha256(b"\0" + canonical([str(leaf.key), leaf.number, leaf.digest])).digest() for leaf in sorted(leaves)]
    while len(row) > 1:
        pairs = [hashlib.sha256(b"\1" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
        row = pairs + (row[-1:] if len(row) % 2 else [])
    return row[0].hex() if row else hashlib.sha256(b"").hexdigest()


def seal_digest(seal: Seal) -> str:
    """The keyed hash of a seal from what is stored in it, `previous` included."""
    return keyed(seal_spelt(seal))


def seal_spelt(seal: Seal) -> bytes:
    """The seal as it is hashed."""
    return canonical([str(seal.partnership_id), seal.number, seal.heads, seal.root, instant(seal.recorded_at), seal.previous])


def reading_digest(reading: Reading) -> str:
    """The keyed hash of one line of the read ledger."""
    return keyed(reading_spelt(reading))


def reading_spelt(reading: Reading) -> bytes:
    """The line as it is hashed: by whom, somebody with an account or a guest, is told apart."""
    who = str(reading.reader_id) if reading.guest_id is None else f"guest {reading.guest_id}"
    parts = [str(reading.pk), str(reading.dispute_id), who, reading.part, reading.reason, instant(reading.recorded_at)]
    return canonical(parts)


def last_seal_number(partnership_id: UUID) -> int:
    """The number of the partnership's newest seal in the database, 0 without one."""
    return Seal.objects.filter(partnership=partnership_id).aggregate(number=Max("number"))["number"] or 0
