"""From whom a disagreement is kept, in the record: a keyed digest in the line that logs it, of whether it is restricted and who has a conflict in it.

Without the record's key nobody can try people against it, so it tells nothing and may stay when it is anonymised.
"""

from collections.abc import Iterable, Iterator

from escalation.engine.chain import age_of, canonical, keyed
from escalation.models import Dispute, Event

# The fact that holds it.
APART = "apart"


def apart(dispute: Dispute) -> dict[str, str]:
    """The fact for the line that logs it as it stands now."""
    return {APART: keyed(_spelt(dispute))}


def faults(dispute: Dispute, genuine: Iterable[Event]) -> Iterator[str]:
    """What is not as the last of its genuine lines says; nothing is known of one that was logged before lines said so. Anonymising forgets who."""
    said = [event.facts[APART] for event in genuine if APART in event.facts]
    if said and dispute.anonymised_at is None and age_of(said[-1], _spelt(dispute)) is None:
        yield "had altered from whom it is kept: whether it is restricted, or who has a conflict in it"


def _spelt(dispute: Dispute) -> bytes:
    return canonical([APART, str(dispute.pk), dispute.is_restricted, sorted(dispute.conflicts)])
