"""Whose conflict of interest stands on a disagreement's record."""

from escalation.models import Dispute, Event
from escalation.states import EventKind


def still_marked(dispute: Dispute) -> set[str]:
    """The keys of those who were marked, and not lifted again. Whom the raiser keeps a restricted one from is on no line of its own. One query."""
    kinds = (EventKind.CONFLICT_MARKED, EventKind.CONFLICT_LIFTED)
    found: set[str] = set()
    for kind, facts in Event.objects.filter(dispute=dispute, kind__in=kinds).order_by("number").values_list("kind", "facts"):
        (found.add if kind == EventKind.CONFLICT_MARKED else found.discard)(facts["person"])
    return found
