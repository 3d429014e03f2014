"""What the choices of a record's lines say of what stands beside them, where no digest does: of what was written before lines held digests of it."""

from collections.abc import Iterable, Sequence

from escalation.models import Dispute, Event, LearningPoint
from escalation.states import EventKind

SAYS = frozenset({EventKind.RESOLVED, EventKind.REOPENED, EventKind.LEARNING, EventKind.LEARNING_FOLLOWED, EventKind.DEBRIEF, EventKind.REASSIGNED})


def outcome_fault(dispute: Dispute, lines: Iterable[Event]) -> int | None:
    """The number of the genuine line by which it ended otherwise, or is not resolved (0: none resolved it); None where nothing is wrong or known."""
    last = None
    for line in lines:
        if line.kind in {EventKind.RESOLVED, EventKind.REOPENED}:
            last = line
    if last is None or last.kind == EventKind.REOPENED:
        return (last.number if last else 0) if dispute.outcome or dispute.resolved_at else None
    if "outcome" not in last.facts:
        return None
    return None if (dispute.outcome, dispute.resolved_at) == (last.facts["outcome"], last.recorded_at) else last.number


def learner_fault(point: LearningPoint, lines: Sequence[Event]) -> int | None:
    """The number of the genuine line by which something learnt is somebody else's; None where nothing is wrong, or the lines do not say.

    A line that hands over does not say what: its taker, and nobody, may have what the one before had.
    """
    where, able = 0, set[str]()
    for line in lines:
        facts = line.facts
        if line.pk == point.event_id and (line.kind == EventKind.DEBRIEF or "owner" in facts):
            where, able = line.number, {facts.get("owner", "")}
        elif line.kind == EventKind.LEARNING_FOLLOWED and facts.get("point") == str(point.pk) and "owner" in facts:
            where, able = line.number, {facts["owner"]}
        elif line.kind == EventKind.REASSIGNED and facts.get("from") in able:
            where, able = line.number, able | {facts.get("to", "")}
    return where if able and str(point.owner_id or "") not in able else None
