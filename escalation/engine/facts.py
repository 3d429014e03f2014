"""What a line of the record means to the clocks beyond its kind: an entered date is the procedure's own event, and a call is no meeting."""

from collections.abc import Sequence
from datetime import datetime

from escalation.models import Clock, Event
from escalation.states import EventKind, Measure, MeetingHow


def happening(lines: Sequence[Event], kind: EventKind) -> tuple[str, datetime | None]:
    """What happened as clocks name it, and since when it counts where that is not now. `lines` is the newest line, or nothing before the first."""
    facts = lines[0].facts if kind == EventKind.FACT_ENTERED and lines and lines[0].kind == kind else {}
    if not facts.get("fact"):
        return kind, None
    return f"fact: {facts['fact']}", datetime.fromisoformat(facts["at"])


def is_no_meeting(lines: Sequence[Event], clock: Clock) -> bool:
    """Is this a call, which does not end the time for a meeting (ENF-01)?"""
    return clock.measures == Measure.MEETING and bool(lines) and lines[0].facts.get("how") == MeetingHow.CALL
