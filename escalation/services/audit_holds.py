"""Legal holds against the lines that place and lift them: what they keep from being erased goes by nobody's hand alone."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from escalation.models import Dispute, Event, LegalHold
from escalation.states import EventKind, HoldOn

PLACED = EventKind.LEGAL_HOLD
SPEAKS_OF_HOLDS = frozenset({PLACED, EventKind.HOLD_LIFTED})
Holds = Mapping[UUID | None, LegalHold]


def holds_named(lines: Iterable[Event]) -> Holds:
    """By its key each hold that these place. One query where any does."""
    keys = {key for line in lines if line.kind == PLACED and (key := _key(line))}
    return {row.pk: row for row in LegalHold.objects.filter(pk__in=keys)} if keys else {}


def faults(dispute: Dispute, genuine: Iterable[Event], rows: Holds) -> Iterator[tuple[int, str]]:
    """The number of each genuine line whose hold goes on by the record and not by its row, with what is wrong.

    A hold on a child or a person may be lifted when this disagreement is no longer under it: then no line says so here.
    """
    stands: dict[UUID | None, Event] = {}
    for line in genuine:
        stands[_key(line)] = line
    for key, line in stands.items():
        if line.kind == PLACED and not _is_in_force(rows.get(key), dispute):
            yield line.number, "had the legal hold that it places removed or ended, and no line of the record says so"


def _key(line: Event) -> UUID | None:
    """None where the line names none that can be read: it was altered then, and is found for that."""
    try:
        return UUID(line.facts["hold"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _is_in_force(row: LegalHold | None, dispute: Dispute) -> bool:
    if row is None or row.partnership_id != dispute.partnership_id:
        return False
    return row.on != HoldOn.DISPUTE or (row.dispute_id == dispute.pk and row.lifted_at is None)
