"""A partnership's seals against themselves, against their file, and against the read ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef

from agencies.models import Partnership
from escalation.engine.chain import age_of, is_genuine, keyed_by_each
from escalation.models import Event, Reading, Seal, SealedHead
from escalation.services import seal_files
from escalation.services.audit_chain import GRACE
from escalation.services.audit_report import AuditReport, Finding
from escalation.services.seals import Leaf, last_seal_number, merkle_root, reading_spelt, seal_spelt
from escalation.states import EventKind

Item = TypeVar("Item")
BATCH = 500
# A reading is written at its own time; one that claims to be this much older than the seal before its own was slipped in.
BACKDATED = timedelta(days=1)


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def latest_seal(partnership: Partnership) -> UUID | None:
    """The key of the partnership's newest seal; None without one."""
    return Seal.objects.filter(partnership=partnership).order_by("-number").values_list("pk", flat=True).first()


def check_seals(partnership: Partnership, report: AuditReport, *, covering: UUID | None = None) -> None:
    """Check the chain of seals, each seal's own hash and root, and the file. `covering`: only the seals that cover this disagreement."""
    seals = Seal.objects.filter(partnership=partnership).order_by("number")
    if covering is not None:
        chosen = seals.filter(pk__in=SealedHead.objects.filter(dispute_key=covering).values("seal"))
        _check_each(partnership, chosen.iterator(chunk_size=BATCH), report)
        return
    with seal_files.held(partnership.slug) as file:
        filed = list(seal_files.lines(file))
        upto = last_seal_number(partnership.pk)
    kept = _check_each(partnership, seals.filter(number__lte=upto).iterator(chunk_size=BATCH), report)
    report.add(_check_numbers(partnership, kept))
    report.add(_check_file(partnership, kept, filed))


def _check_each(partnership: Partnership, seals: Iterable[Seal], report: AuditReport) -> list[tuple[int, str, str]]:
    """Each seal's own hash and root; returns (number, previous, digest) of all, in order."""
    kept, oldest = [], len(settings.CONCORD_OLD_RECORD_KEYS)
    for batch in in_batches(seals, BATCH):
        leaves = _leaves(batch)
        for seal in batch:
            report.seals += 1
            age = age_of(seal.digest, seal_spelt(seal))
            # Once a key has sealed, none before it seals again.
            oldest = oldest if age is None else min(age, oldest)
            if age is None or age > oldest:
                report.add([_of(partnership, seal.number, "was altered or added")])
            if len(leaves[seal.pk]) != seal.heads or merkle_root(leaves[seal.pk]) != seal.root:
                report.add([_of(partnership, seal.number, "no longer covers what it was put on: its list of heads was altered")])
            kept.append((seal.number, seal.previous, seal.digest))
    return kept


def _leaves(seals: Sequence[Seal]) -> defaultdict[UUID, list[Leaf]]:
    leaves: defaultdict[UUID, list[Leaf]] = defaultdict(list)
    rows = SealedHead.objects.filter(seal__in=[seal.pk for seal in seals]).values_list("seal", "dispute_key", "number", "digest")
    for seal, key, number, digest in rows:
        leaves[seal].append(Leaf(key, number, digest))
    return leaves


def _of(partnership: Partnership, number: int, what: str) -> Finding:
    return Finding(f"{partnership.slug} seal {number}", what)


def _check_numbers(partnership: Partnership, kept: list[tuple[int, str, str]]) -> Iterator[Finding]:
    expected, last = 1, ""
    for number, previous, digest in kept:
        if number != expected:
            yield _missing(partnership, expected, number - 1)
        elif previous != last:
            yield _of(partnership, number, "does not follow the seal before it")
        expected, last = number + 1, digest


def _missing(partnership: Partnership, first: int, last: int) -> Finding:
    which = f"seal {first}" if first == last else f"seals {first} to {last}"
    return Finding(f"{partnership.slug} {which}", "missing from the database: removed, or lost with the restoring of an older backup")


def _check_file(partnership: Partnership, kept: list[tuple[int, str, str]], filed: list[seal_files.FileLine]) -> Iterator[Finding]:
    name = seal_files.path_of(partnership.slug).name
    stored = {number: digest for number, _, digest in kept}
    seen: set[int] = set()
    for line in filed:
        if line.number is None:
            yield Finding(f"{name} line {line.at}", "cannot be read as a seal")
        elif line.number in stored and stored[line.number] != line.digest:
            yield Finding(f"{name} line {line.at}", f"seal {line.number} is another than the database's")
        seen.add(line.number or 0)
    newest = max(stored, default=0)
    beyond = sorted(number for number in seen if number > newest)
    if beyond:
        yield _missing(partnership, beyond[0], beyond[-1])
    for number in sorted(stored.keys() - seen):
        yield Finding(name, f"seal {number} is missing from the file")


def files_of_nobody() -> Iterator[Finding]:
    """Files of seals of which the database knows no partnership: it was removed whole, with the seals that would have told."""
    known = {seal_files.path_of(slug).name for slug in Partnership.objects.values_list("slug", flat=True)}
    for name in sorted(seal_files.names_of_files() - known):
        yield Finding(
            name, "holds seals of a partnership that is not in the database: removed, renamed, or lost with the restoring of an older backup"
        )


def check_readings(partnership: Partnership, report: AuditReport, *, dispute: UUID | None = None) -> None:
    """Check the read ledger: every sealed line is there as it was, and none was slipped in behind a seal. `dispute`: only its lines."""
    sealed = SealedHead.objects.filter(seal__partnership=partnership, number=0).select_related("seal").order_by("pk")
    if dispute is not None:
        sealed = sealed.filter(dispute_key__in=Reading.objects.filter(dispute=dispute).values("pk"))
    before, erased = dict(_times_before(partnership)), _erased_reasons(partnership)
    for batch in in_batches(sealed.iterator(chunk_size=BATCH), BATCH):
        stored = Reading.objects.in_bulk([head.dispute_key for head in batch])
        report.readings += len(stored)
        for head in batch:
            what = _reading_fault(head, stored.get(head.dispute_key), before.get(head.seal.number), erased.get(str(head.dispute_key)))
            if what:
                report.add([Finding(f"{partnership.slug} reading {head.dispute_key}", what)])
    if dispute is None:
        report.add(_slipped_in(partnership, report))


def _times_before(partnership: Partnership) -> Iterator[tuple[int, datetime]]:
    """For each seal the moment of the seal before it."""
    earlier = None
    for number, at in Seal.objects.filter(partnership=partnership).order_by("number").values_list("number", "recorded_at"):
        if earlier is not None:
            yield number, earlier
        earlier = at


def _erased_reasons(partnership: Partnership) -> dict[str, str]:
    """By reading: the digest that a genuine line of the record says it has since its reason was erased."""
    said = Event.objects.filter(kind=EventKind.ERASED, dispute__partnership=partnership)
    return {key: digest for event in said if is_genuine(event) for key, digest in event.facts.get("readings", {}).items()}


def _reading_fault(head: SealedHead, reading: Reading | None, before: datetime | None, erased: str | None) -> str:
    """What is wrong with a sealed line of the read ledger; `erased` is the digest that the record vouches for, where its reason was erased."""
    if reading is None:
        return f"was removed; seal {head.seal.number} knows it"
    digests = {*keyed_by_each(reading_spelt(reading))}
    if erased is not None and reading.reason:
        return "has a reason again that the record says was erased"
    # A seal that was made after the erasing covers the line as it is now.
    if not digests & {head.digest, erased}:
        return "was altered"
    if before is not None and reading.recorded_at < before - BACKDATED:
        return f"claims a moment long before seal {head.seal.number}: it was added later"
    return ""


def _slipped_in(partnership: Partnership, report: AuditReport) -> Iterator[Finding]:
    """Readings that no seal covers; those older than the newest seal were added behind it."""
    latest = latest_seal(partnership)
    limit = (latest.int >> 80) - int(GRACE.total_seconds() * 1000) if latest else None
    covered = SealedHead.objects.filter(dispute_key=OuterRef("pk"))
    loose = Reading.objects.filter(~Exists(covered), dispute__partnership=partnership).order_by("pk").values_list("pk", flat=True)
    for key in loose.iterator(chunk_size=BATCH):
        report.readings += 1
        if limit is not None and key.int >> 80 < limit:
            yield Finding(f"{partnership.slug} reading {key}", "was added after the seals of its time")
