"""What an earlier log calls a disagreement that was brought in from it, and how it is known again after it was anonymised: by a keyed digest."""

from collections.abc import Collection
from uuid import UUID

from agencies.models import Partnership
from escalation.engine.chain import keyed, keyed_by_each
from escalation.models import Dispute

LETTERS = 48


def blinded(partnership_id: UUID, name: str) -> str:
    """What stands in the name's place once it must tell nothing: the same for the same name of the same partnership."""
    return _shortened(keyed(_spelt(partnership_id, name)))


def already_there(partnership: Partnership, names: Collection[str]) -> set[str]:
    """Those of the log's names under which a disagreement is there already, anonymised or not. One query."""
    kept = set(Dispute.objects.filter(partnership=partnership).exclude(earlier_key="").values_list("earlier_key", flat=True))
    return {name for name in names if name in kept or (kept and any(each in kept for each in _digests(partnership.pk, name)))}


def _digests(partnership_id: UUID, name: str) -> list[str]:
    return [_shortened(each) for each in keyed_by_each(_spelt(partnership_id, name))]


def _spelt(partnership_id: UUID, name: str) -> bytes:
    return f"earlier log {partnership_id} {name}".encode()


def _shortened(digest: str) -> str:
    return f"#{digest[:LETTERS]}"
