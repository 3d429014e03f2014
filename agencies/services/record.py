"""The directory's own record: every service here writes one line for what it changed."""

from datetime import datetime
from uuid import UUID

from agencies.models import DirectoryEvent, User
from agencies.person import Person, person_of
from agencies.working_days import london

LONGEST = 300


def line(partnership_id: UUID, actor: User | None, words: str, *, now: datetime, agency_id: UUID | None = None) -> DirectoryEvent:
    """One line, not yet written. `actor` is None for the command line; `now` is aware; words beyond 300 characters are cut with an ellipsis."""
    text = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return DirectoryEvent(partnership_id=partnership_id, actor=actor, agency_id=agency_id, words=text, recorded_at=now)


def record(partnership_id: UUID, actor: User | None, words: str, *, now: datetime, agency_id: UUID | None = None) -> None:
    """Writes one line. Called inside the service's transaction."""
    line(partnership_id, actor, words, now=now, agency_id=agency_id).save(force_insert=True)


def acting_person(actor: User | None, now: datetime) -> Person | None:
    """Who asks, as the policies see them today in London; None for the command line, which is trusted with everything."""
    return person_of(actor, london(now).date()) if actor else None
