"""Whose conflict of interest stands on a disagreement's record."""

from typing import Any

from agencies.ready import Ready
from escalation.models import Dispute, Event
from escalation.states import EventKind

KINDS = (EventKind.CONFLICT_MARKED, EventKind.CONFLICT_LIFTED)
_LINES: Ready[tuple[str, dict[str, Any]]] = Ready(
    lambda key: Event.objects.filter(dispute=key, kind__in=KINDS).order_by("number").values_list("kind", "facts")
)


def still_marked(dispute: Dispute) -> set[str]:
    """The keys of those who were marked, and not lifted again. Whom the raiser keeps a restricted one from is on no line of its own. One query."""
    found: set[str] = set()
    for kind, facts in _LINES(dispute.pk):
        (found.add if kind == EventKind.CONFLICT_MARKED else found.discard)(facts["person"])
    return found
