"""What of a line stands after corrections: the words that were typed, or what was kept where some were taken out, and when it happened. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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


def correction(event: Event, body: EventBody | None) -> tuple[int, dict[str, str]] | None:
    """The number of the line that this one corrects, with its new words by key; None for what corrects none, or whose own words are erased."""
    if event.kind != EventKind.CORRECTED or body is None or body.erased_at is not None:
        return None
    return int(event.facts.get("line", 0)), {key: str(new) for key, new in dict(body.text.get("new", {})).items()}


def moments(rows: Iterable[tuple[Event, EventBody | None]]) -> dict[int, datetime]:
    """By the number of each line of which it was put right when it happened, when that was by the newest correction. `rows` are in order."""
    moved = (event.facts for event, _body in rows if event.kind == EventKind.CORRECTED and event.facts.get("happened"))
    return {int(facts["line"]): datetime.fromisoformat(facts["happened"]) for facts in moved}


def as_corrected(rows: Iterable[tuple[Event, EventBody | None]]) -> dict[int, dict[str, str]]:
    """By the number of each line that has words its texts after the newest correction. `rows` are in order, as `standing` gives them."""
    found: dict[int, dict[str, str]] = {}
    for event, body in rows:
        if body is None or body.erased_at is not None:
            continue
        found[event.number] = {key: value for key, value in body.text.items() if isinstance(value, str)}
        if newer := correction(event, body):
            found[newer[0]] = found.get(newer[0], {}) | newer[1]
    return found


def _instead(event: Event, body: EventBody | None, taken: Redaction | None) -> EventBody | None:
    if taken is None or taken.kept is None or body is None or body.erased_at is None:
        return body
    return EventBody(event=event, salt=body.salt, text=taken.kept)
