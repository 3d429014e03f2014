"""One disagreement's record against itself: the chain, what was typed, the head, and the heads that were sealed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from escalation.engine import chain
from escalation.models import Dispute, Event, EventBody
from escalation.services import apart_digest, audit_holds, who_is_who
from escalation.services.audit_report import Finding
from escalation.services.child_digests import GUARDED, Row, faults
from escalation.states import EventKind

# Lines this much older than the newest seal are covered by some seal, or were kept from being sealed.
GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A head as a seal has it."""

    number: int
    digest: str
    seal: int
    partnership: UUID


@dataclass(frozen=True, slots=True)
class Stored:
    """A disagreement's record as the database has it, looked at once. `latest_seal` is the key of its partnership's newest seal."""

    dispute: Dispute
    events: Sequence[Event]
    bodies: dict[UUID, EventBody]
    sealed: Sequence[Sealed]
    latest_seal: UUID | None
    children: Sequence[Row] = ()
    beside: who_is_who.Beside = field(default_factory=who_is_who.Beside)
    holds: audit_holds.Holds = field(default_factory=dict)
    # How many parts beside the lines were held against one, and of how many no line says anything yet.
    counted: Counter[str] = field(default_factory=Counter)

    @property
    def sealed_to(self) -> int:
        """The number of the last line that a seal covers."""
        return max((head.number for head in self.sealed), default=0)

    def line(self, number: int) -> str:
        """How a line is named to the reader."""
        return f"{self.dispute.reference} line {number}"


def findings_of(stored: Stored) -> list[Finding]:
    """Everything that is wrong in one disagreement's record; empty where nothing is."""
    of_lines = (_chain, _typed, _children, _apart, _who_is_who, _holds)
    return [found for check in (*of_lines, _head, _sealed, _moved, _kept_from_sealing) for found in check(stored)]


def _chain(stored: Stored) -> Iterator[Finding]:
    expected, previous, oldest = 1, "", len(settings.CONCORD_OLD_RECORD_KEYS)
    for event in stored.events:
        if event.number > expected:
            yield _gap(stored, expected, event.number - 1)
        elif event.number < expected:
            yield Finding(stored.line(event.number), "was added")
            continue
        elif event.previous != previous:
            yield Finding(stored.line(event.number), "does not follow the line before it")
        age = _age(event)
        if age is None or age > oldest:
            # Once a line was written with a key, none is written with an earlier one.
            yield Finding(stored.line(event.number), "was altered, moved or added after it was written")
        oldest = oldest if age is None else min(age, oldest)
        expected, previous = event.number + 1, event.digest


def _age(event: Event) -> int | None:
    """Which key the line was written with (0: the present one); None where it is not as it was written, or can have no digest."""
    try:
        return chain.age_of(event.digest, chain.spelt(event))
    except (AttributeError, TypeError, ValueError):
        return None


def _gap(stored: Stored, first: int, last: int) -> Finding:
    if first == last:
        return Finding(stored.line(first), "was removed")
    return Finding(f"{stored.dispute.reference} lines {first} to {last}", "were removed")


def _typed(stored: Stored) -> Iterator[Finding]:
    erased = _erased_lines(stored)
    for event in stored.events:
        what = _typed_fault(event, stored.bodies.get(event.pk), recorded=event.number in erased)
        if what:
            yield Finding(stored.line(event.number), what)


def _erased_lines(stored: Stored) -> set[int]:
    """Lines of which a genuine line of the record says that their text was erased."""
    says_so = [event for event in stored.events if event.kind == EventKind.ERASED and _age(event) is not None]
    return {number for event in says_so for number in event.facts.get("lines", [])}


def _typed_fault(event: Event, body: EventBody | None, *, recorded: bool) -> str:
    """What is wrong with a line's typed text; empty where nothing is."""
    if body is None:
        return "has lost its typed text" if event.body_digest else ""
    if not event.body_digest:
        return "has typed text that was added later"
    if body.erased_at is not None:
        return "" if recorded and body.text == {} else "had its typed text blanked, and no line of the record says so"
    if chain.body_digest(body.salt, body.text) != event.body_digest:
        return "had its typed text altered"
    return "has typed text again that the record says was erased" if recorded else ""


def _children(stored: Stored) -> Iterator[Finding]:
    """The guarded block against the last genuine line that says how it stands; nothing is known of one that was written before lines said so."""
    says_so = [event for event in stored.events if GUARDED in event.facts and _age(event) is not None]
    if says_so:
        last = says_so[-1]
        yield from (Finding(stored.line(last.number), what) for what in faults(last.facts[GUARDED], stored.children))


SETS_APART = {EventKind.SUBMITTED, EventKind.CONFLICT_MARKED, EventKind.CONFLICT_LIFTED}


def _apart(stored: Stored) -> Iterator[Finding]:
    genuine = (event for event in stored.events if event.kind in SETS_APART and _age(event) is not None)
    yield from (Finding(stored.dispute.reference, what) for what in apart_digest.faults(stored.dispute, genuine))


def _who_is_who(stored: Stored) -> Iterator[Finding]:
    genuine = (event for event in stored.events if who_is_who.speaks_of_it(event) and _age(event) is not None)
    for number, what in who_is_who.faults(stored.dispute, genuine, stored.beside, stored.counted):
        yield Finding(stored.line(number) if number else stored.dispute.reference, what)


def _holds(stored: Stored) -> Iterator[Finding]:
    genuine = (event for event in stored.events if event.kind in audit_holds.SPEAKS_OF_HOLDS and _age(event) is not None)
    yield from (Finding(stored.line(number), what) for number, what in audit_holds.faults(stored.dispute, genuine, stored.holds))


def _moved(stored: Stored) -> Iterator[Finding]:
    """A disagreement never changes its partnership, whose seals cover it."""
    other = next((head for head in stored.sealed if head.partnership != stored.dispute.partnership_id), None)
    if other is not None:
        yield Finding(stored.dispute.reference, f"was moved to this partnership: seal {other.seal} of another covers it")


def _head(stored: Stored) -> Iterator[Finding]:
    last = stored.events[-1] if stored.events else None
    number, digest = (last.number, last.digest) if last else (0, "")
    dispute = stored.dispute
    if dispute.head_number > number:
        yield _gap(stored, number + 1, dispute.head_number)
    elif (dispute.head_number, dispute.head_digest) != (number, digest):
        yield Finding(dispute.reference, "does not end with the line that its head names")


def _sealed(stored: Stored) -> Iterator[Finding]:
    by_number = {event.number: event for event in stored.events}
    last = stored.events[-1].number if stored.events else 0
    cut_off = [head for head in stored.sealed if head.number > last]
    if cut_off and stored.dispute.head_number <= last:
        yield Finding(stored.line(max(head.number for head in cut_off)), f"was removed; seal {cut_off[0].seal} knows it")
    for head in stored.sealed:
        event = by_number.get(head.number)
        if event is not None and event.digest != head.digest:
            yield Finding(stored.line(head.number), f"is not the line that seal {head.seal} covers")


def _kept_from_sealing(stored: Stored) -> Iterator[Finding]:
    if stored.latest_seal is None:
        return
    limit = (stored.latest_seal.int >> 80) - int(GRACE.total_seconds() * 1000)
    first = next((event for event in stored.events if event.number > stored.sealed_to and event.pk.int >> 80 < limit), None)
    if first is not None:
        yield Finding(stored.line(first.number), "was never sealed, though seals were written since")
