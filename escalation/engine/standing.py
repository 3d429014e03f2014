"""What of a line's words still stands: those that were typed, or, where some were taken out, those that were kept. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from escalation.models import Event, EventBody
from escalation.states import EventKind

REDACTED = "redacted"
# Stands wherever words of a text are gone.
GAP = "[taken out]"


@dataclass(frozen=True, slots=True)
class Redaction:
    """The line that took words out of another, and what it kept of them; None where its own words are erased too."""

    event: Event
    kept: dict[str, Any] | None

    @property
    def leaves_words(self) -> bool:
        """Whether anything but gaps is left."""
        return any(words != GAP for words in (self.kept or {}).values())


def redactions(rows: Iterable[tuple[Event, EventBody | None]]) -> dict[int, Redaction]:
    """The newest redaction of each line that has one, by the number of the line. `rows` are in the order of the record."""
    found = {}
    for event, body in rows:
        if event.kind == EventKind.ERASED and event.facts.get(REDACTED):
            kept = dict(body.text.get("kept", {})) if body is not None and body.erased_at is None else None
            found[int(event.facts[REDACTED])] = Redaction(event, kept)
    return found


def standing(rows: list[tuple[Event, EventBody | None]]) -> list[tuple[Event, EventBody | None]]:
    """The rows with, for each line that lost words, what was kept in place of its empty body; never to be saved."""
    taken = redactions(rows)
    return [(event, _instead(event, body, taken.get(event.number))) for event, body in rows]


def _instead(event: Event, body: EventBody | None, taken: Redaction | None) -> EventBody | None:
    if taken is None or taken.kept is None or body is None or body.erased_at is None:
        return body
    return EventBody(event=event, salt=body.salt, text=taken.kept)
