"""Verifying the record: finds any line that was altered, removed, added or moved and is older than the last seal, and says where.

It reads in batches, changes nothing, and may run while people work: what looks wrong in one disagreement is read again under its lock.
What it cannot see is what happened to lines since the last seal by somebody who cut the end of a record off (see `docs/record.md`).
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef

from agencies.engines import writes_in_turns
from agencies.errors import NotFound
from agencies.models import Partnership
from agencies.ready import Ready
from escalation.models import Dispute, Event, EventBody, SealedHead
from escalation.services.audit_chain import Sealed, Stored, findings_of
from escalation.services.audit_files import check_files
from escalation.services.audit_holds import holds_named
from escalation.services.audit_report import AuditReport, Finding
from escalation.services.audit_seals import check_readings, check_seals, files_of_nobody, in_batches, latest_seal
from escalation.services.child_digests import Row, rows_of
from escalation.services.who_is_who import beside

BATCH = 200
# What is raised for a value that is no date or no JSON, is nested deeper than can be read, or a number beyond all numbers.
UNREADABLE = (ValueError, TypeError, RecursionError, OverflowError)


def verify(*, partnership: str | None = None, reference: str | None = None) -> AuditReport:
    """Check the whole record, one partnership's (its slug), or one disagreement's (its reference) with the seals that cover it.

    Raises NotFound for an unknown slug or reference.
    """
    report = AuditReport()
    if reference is not None:
        _verify_one(reference, partnership, report)
        return report
    places = Partnership.objects.order_by("slug")
    if partnership is not None:
        places = places.filter(slug=partnership)
        if not places:
            raise NotFound(f"There is no partnership {partnership}.")
    else:
        report.add(files_of_nobody())
    for place in places:
        _verify_partnership(place, report)
    return report


def _verify_one(reference: str, partnership: str | None, report: AuditReport) -> None:
    found = Dispute.objects.filter(reference=reference.upper()).select_related("partnership").first()
    if found is None or (partnership is not None and found.partnership.slug != partnership):
        raise NotFound(f"There is no disagreement {reference}{f' in {partnership}' if partnership else ''}.")
    _check_batch([found.pk], latest_seal(found.partnership), report)
    check_seals(found.partnership, report, covering=found.pk)
    check_readings(found.partnership, report, dispute=found.pk)
    check_files(found.partnership, report, dispute=found.pk)


def _verify_partnership(partnership: Partnership, report: AuditReport) -> None:
    # Taken first: lines older than this seal must be sealed, newer ones need not be yet.
    latest = latest_seal(partnership)
    check_seals(partnership, report)
    ids = Dispute.objects.filter(partnership=partnership).order_by("pk").values_list("pk", flat=True)
    for batch in in_batches(ids.iterator(chunk_size=BATCH), BATCH):
        _check_batch(batch, latest, report)
    report.add(_vanished(partnership))
    check_readings(partnership, report)
    check_files(partnership, report)


def _check_batch(keys: list[UUID], latest: UUID | None, report: AuditReport) -> None:
    try:
        records = list(_read(keys, latest))
    except UNREADABLE:
        if len(keys) == 1:
            reference = Dispute.objects.filter(pk=keys[0]).values_list("reference", flat=True).first()
            report.add([Finding(str(reference), "has a line that was altered so that it cannot be read")])
            return
        for key in keys:
            _check_batch([key], latest, report)
        return
    for stored in records:
        _check(stored, latest, report)


def _check(stored: Stored, latest: UUID | None, report: AuditReport) -> None:
    findings = findings_of(stored)
    if findings:
        # Somebody may have written between our queries: look again while nobody can.
        with transaction.atomic():
            _lock(stored.dispute.pk)
            stored = next(_read([stored.dispute.pk], latest), stored)
            findings = findings_of(stored)
    report.disputes += 1
    report.lines += len(stored.events)
    if stored.events:
        report.beside += stored.counted["held"]
        report.unsaid += stored.counted["nothing"]
    report.erased += sum(1 for body in stored.bodies.values() if body.erased_at)
    report.since_seal += sum(1 for event in stored.events if event.number > stored.sealed_to)
    report.add(findings)


def _lock(key: UUID) -> None:
    query = Dispute.objects.filter(pk=key)
    if not writes_in_turns():
        query = query.select_for_update(of=("self",))
    query.first()


def _read(keys: list[UUID], latest: UUID | None) -> Iterator[Stored]:
    """The records of these disagreements. What is sealed is read first, so that no seal is ahead of the lines."""
    sealed: defaultdict[UUID, list[Sealed]] = defaultdict(list)
    heads = SealedHead.objects.filter(dispute_key__in=keys, number__gt=0).order_by("number")
    for key, number, digest, seal, place in heads.values_list("dispute_key", "number", "digest", "seal__number", "seal__partnership"):
        sealed[key].append(Sealed(number, digest, seal, place))
    disputes = _DISPUTES(*keys)
    events: defaultdict[UUID, list[Event]] = defaultdict(list)
    belongs: dict[UUID, UUID] = {}
    for event in _EVENTS(*keys):
        events[event.dispute_id].append(event)
        belongs[event.pk] = event.dispute_id
    bodies: defaultdict[UUID, dict[UUID, EventBody]] = defaultdict(dict)
    for body in _BODIES(*keys):
        # A line written between our two queries is looked at the next time.
        if body.event_id in belongs:
            bodies[belongs[body.event_id]][body.event_id] = body
    children: defaultdict[UUID, list[Row]] = defaultdict(list)
    for key, row in rows_of(keys):
        children[key].append(row)
    held = beside(keys)
    holds = holds_named(event for lines in events.values() for event in lines)
    for dispute in disputes:
        key = dispute.pk
        yield Stored(dispute, events[key], bodies[key], sealed[key], latest, children[key], held[key], holds)


_DISPUTES: Ready[Dispute] = Ready(lambda *keys: Dispute.objects.filter(pk__in=keys).order_by("pk"))
_EVENTS: Ready[Event] = Ready(lambda *keys: Event.objects.filter(dispute__in=keys).order_by("dispute", "number"))
_BODIES: Ready[EventBody] = Ready(lambda *keys: EventBody.objects.filter(event__dispute__in=keys))


def _vanished(partnership: Partnership) -> Iterator[Finding]:
    """Disagreements that a seal knows and the database does not."""
    lost = ~Exists(Dispute.objects.filter(pk=OuterRef("dispute_key")))
    gone = SealedHead.objects.filter(lost, seal__partnership=partnership, number__gt=0).values("dispute_key")
    for row in gone.annotate(first=Min("seal__number"), last=Max("number")).order_by("dispute_key"):
        where = f"{partnership.slug}, the disagreement with the key {row['dispute_key']}"
        yield Finding(where, f"was removed with its record of {row['last']} lines or more; seal {row['first']} knows it")
